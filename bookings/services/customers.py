"""Customers of a station: met by e-mail (BK-2), kept by staff, deleted softly (BK-19)."""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from bookings.enums import OCCUPYING_STATUSES
from bookings.inputs import check_contact, check_reason
from bookings.models import Booking, Customer
from bookings.services.conflicts import violates
from bookings.services.transitions import record_change
from bookings.services.versions import check_unchanged
from common.actors import Actor
from common.crypto.blind_index import blind_indexes
from common.exceptions import Duplicate, InUse, NotFound
from identity.models import Station, User


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerChanges:
    """What to change of a customer; None leaves a value as it is."""

    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    phone: str | None = None
    timezone: str | None = None
    preferred_contact: str | None = None
    tags: tuple[str, ...] | None = None
    notes: str | None = None


@transaction.atomic
def upsert_customer(
    *,
    station: Station,
    first_name: str,
    last_name: str,
    email: str,
    phone: str,
    by: Actor,
    at: datetime,
) -> Customer:
    """Return the station's live customer of this e-mail, locked; create or update it (BK-2).

    A caller who does not own the row changes name and phone only while no verified account owns it.
    Emits customer.created or customer.updated.
    """
    email, phone = check_contact(email=email, phone=phone)
    indexes = blind_indexes(email, kind="email")
    known = _lock_by_email(station.pk, indexes)
    if known is None:
        customer = Customer(  # type: ignore[misc]  # the plugin knows the encrypted columns only
            station=station, first_name=first_name, last_name=last_name, email=email, phone=phone
        )
        try:
            _save(customer)
        except Duplicate:
            # Somebody else has met the same person meanwhile.
            known = _lock_by_email(station.pk, indexes)
        else:
            _record(customer, "customer.created", changed=(), by=by, at=at, action="create")
            return customer
    if known is None:
        raise NotFound("The customer was deleted meanwhile.")
    if _may_overwrite(station=station, email=email, by=by):
        _write(known, CustomerChanges(first_name=first_name, last_name=last_name, phone=phone), by=by, at=at)
    return known


@transaction.atomic
def create_customer(
    *,
    station: Station,
    first_name: str,
    last_name: str,
    email: str,
    phone: str,
    by: Actor,
    at: datetime,
    details: CustomerChanges | None = None,
) -> Customer:
    """Create a customer; refuses an e-mail the station knows (`duplicate`); emits customer.created."""
    email, phone = check_contact(email=email, phone=phone)
    customer = Customer(  # type: ignore[misc]  # the plugin knows the encrypted columns only
        station=station, first_name=first_name, last_name=last_name, email=email, phone=phone
    )
    for name, value in _given(details or CustomerChanges()):
        setattr(customer, name, value)
    _save(customer)
    _record(customer, "customer.created", changed=(), by=by, at=at, action="create")
    return customer


@transaction.atomic
def update_customer(
    *,
    customer: Customer,
    changes: CustomerChanges,
    by: Actor,
    at: datetime,
    expected_updated_at: datetime | None = None,
) -> Customer:
    """Change a live customer; refuses a stale row and an e-mail in use (409); emits customer.updated."""
    locked = _lock(customer.pk, expected_updated_at)
    _write(locked, changes, by=by, at=at)
    return locked


@transaction.atomic
def delete_customer(
    *,
    customer: Customer,
    reason: str,
    by: Actor,
    at: datetime,
    expected_updated_at: datetime | None = None,
) -> Customer:
    """Delete softly, with a reason; refuses while their booking occupies a slot; emits customer.deleted."""
    because = check_reason(reason)
    locked = _lock(customer.pk, expected_updated_at)
    live = Booking.objects.filter(
        customer=locked, status__in=OCCUPYING_STATUSES, deleted_at__isnull=True
    ).count()
    if live:
        raise InUse("The customer has bookings ahead.", bookings=live)
    locked.deleted_at, locked.deleted_by_id, locked.delete_reason = at, by.id, because
    locked.save(update_fields=["deleted_at", "deleted_by", "delete_reason", "updated_at"])
    _record(locked, "customer.deleted", changed=(), by=by, at=at, action="delete", reason=because)
    return locked


def _lock_by_email(station_id: UUID, indexes: list[bytes]) -> Customer | None:
    return (
        Customer.objects.select_for_update(no_key=True, of=("self",))
        .filter(station_id=station_id, email_bidx__in=indexes, deleted_at__isnull=True)
        .first()
    )


def _lock(customer_id: UUID, expected_updated_at: datetime | None) -> Customer:
    locked = (
        Customer.objects.select_for_update(no_key=True, of=("self",))
        .filter(pk=customer_id, deleted_at__isnull=True)
        .first()
    )
    if locked is None:
        raise NotFound("There is no such customer.")
    check_unchanged(locked, expected_updated_at)
    return locked


def _may_overwrite(*, station: Station, email: str, by: Actor) -> bool:
    if by.type == "system" or by.scope("customer.update").includes(station.pk):
        return True
    owner = (
        User.objects.filter(email=email, email_verified_at__isnull=False).values_list("pk", flat=True).first()
    )
    return owner is None or owner == by.id


def _given(changes: CustomerChanges) -> Iterable[tuple[str, object]]:
    for field in fields(changes):
        value = getattr(changes, field.name)
        if value is not None:
            yield field.name, list(value) if field.name == "tags" else value


def _write(customer: Customer, changes: CustomerChanges, *, by: Actor, at: datetime) -> None:
    email, phone = check_contact(email=changes.email, phone=changes.phone)
    changed = []
    for name, value in _given(replace(changes, email=email, phone=phone)):
        if getattr(customer, name) != value:
            setattr(customer, name, value)
            changed.append(name)
    if not changed:
        return
    columns = [*changed, *(f"{name}_bidx" for name in ("email", "phone") if name in changed), "updated_at"]
    _save(customer, update_fields=columns)
    _record(customer, "customer.updated", changed=changed, by=by, at=at)


def _save(customer: Customer, *, update_fields: list[str] | None = None) -> None:
    try:
        with transaction.atomic():
            customer.save(update_fields=update_fields)
    except IntegrityError as error:
        if not violates(error, "idx_customer_station_email"):
            raise
        raise Duplicate("The station knows a customer with this e-mail already.") from error


def _record(
    customer: Customer,
    event_type: str,
    *,
    changed: Iterable[str],
    by: Actor,
    at: datetime,
    action: str = "update",
    reason: str = "",
) -> None:
    record_change(
        subject=customer,
        station_id=customer.station_id,
        event_type=event_type,
        by=by,
        at=at,
        payload={"changed": sorted(changed)},
        permissions=[f"customer.{action}"],
        action=action,
        reason=reason,
    )
