"""Customers of a station: met by e-mail (BK-2), kept by staff, deleted softly (BK-19)."""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from bookings.enums import OCCUPYING_STATUSES
from bookings.inputs import check_contact
from bookings.models import Booking, Customer
from bookings.services.attempts import attempted
from bookings.services.claimants import Claimant
from bookings.services.conflicts import violates
from bookings.services.known_emails import email_keys, lock_email
from bookings.services.transitions import Change, record_changes
from bookings.services.units import Unit
from bookings.services.versions import check_unchanged
from common.actors import Actor
from common.crypto.blind_index import blind_indexes
from common.db.rows import new_row
from common.db.statements import RowStatement
from common.exceptions import Duplicate, InUse, NotFound
from common.reasons import check_reason
from identity.models import Station

BY_EMAIL = RowStatement(
    Customer,
    "WHERE station_id = %(station)s AND email_bidx = ANY(%(indexes)s) AND deleted_at IS NULL"
    " ORDER BY id LIMIT 1 FOR NO KEY UPDATE",
)
KNOWN = "The station knows a customer with this e-mail already."


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerChanges:
    """What to change of a customer; None leaves a value as it is."""

    first_name: str | None = field(default=None, repr=False)
    last_name: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)
    timezone: str | None = None
    preferred_contact: str | None = None
    tags: tuple[str, ...] | None = None
    notes: str | None = field(default=None, repr=False)


def customer_keys(*, station_id: UUID, email: str) -> list[int]:
    """Return the advisory keys under which `upsert_customer` is to be called."""
    return email_keys(blind_indexes(email, kind="email"), "customer", station_id)


def upsert_customer(
    *,
    unit: Unit,
    station: Station,
    first_name: str,
    last_name: str,
    email: str,
    phone: str,
    permission: str = "booking.create",
    claimant: Claimant | None = None,
) -> Customer:
    """Return the station's live customer of this e-mail, locked and updated, or a new one of the unit (BK-2).

    The caller has locked `customer_keys`. `permission` is the code of the write that needs the customer. A
    claimant (default: the caller) who does not own the row changes name and phone only while no verified
    account owns it. Emits customer.created or customer.updated.
    """
    email, phone = check_contact(email=email, phone=phone)
    known = BY_EMAIL.first({"station": station.pk, "indexes": blind_indexes(email, kind="email")})
    if known is None:
        customer = new_row(
            Customer,
            station=station,
            first_name=first_name,
            last_name=last_name,
            email=email,
            phone=phone,
        )
        unit.insert(customer)
        unit.record(
            _change(customer, "customer.created", permission=permission, action="create", is_new=True)
        )
        return customer
    if (claimant or Claimant.of(unit.by, station.pk)).may_overwrite(email):
        changes = CustomerChanges(first_name=first_name, last_name=last_name, phone=phone)
        _write(known, changes, permission=permission, by=unit.by, at=unit.at)
    return known


@attempted
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
    _claim_email(station.pk, email)
    customer = Customer(  # type: ignore[misc]  # the plugin knows the encrypted columns only
        station=station, first_name=first_name, last_name=last_name, email=email, phone=phone
    )
    for name, value in _given(details or CustomerChanges()):
        setattr(customer, name, value)
    _save(customer)
    created = _change(
        customer, "customer.created", permission="customer.create", action="create", is_new=True
    )
    record_changes([created], by=by, at=at)
    return customer


@attempted
def update_customer(
    *,
    customer: Customer,
    changes: CustomerChanges,
    by: Actor,
    at: datetime,
    expected_updated_at: datetime | None = None,
) -> Customer:
    """Change a live customer; refuses a stale row and an e-mail in use (409); emits customer.updated."""
    if changes.email is not None:
        # The e-mail before the row, as upsert_customer does it.
        lock_email(changes.email, "customer", customer.station_id)
    locked = _lock(customer.pk, expected_updated_at)
    _write(locked, changes, permission="customer.update", by=by, at=at)
    return locked


@attempted
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
    deleted = _change(
        locked, "customer.deleted", permission="customer.delete", action="delete", reason=because
    )
    record_changes([deleted], by=by, at=at)
    return locked


def _claim_email(station_id: UUID, email: str) -> None:
    """Lock the e-mail and refuse it when a live customer of the station has it."""
    indexes = lock_email(email, "customer", station_id)
    known = Customer.objects.live().filter(station_id=station_id, email_bidx__in=indexes)
    if known.exists():
        raise Duplicate(KNOWN)


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


def _given(changes: CustomerChanges) -> Iterable[tuple[str, object]]:
    for member in fields(changes):
        value = getattr(changes, member.name)
        if value is not None:
            yield member.name, list(value) if member.name == "tags" else value


def _write(customer: Customer, changes: CustomerChanges, *, permission: str, by: Actor, at: datetime) -> None:
    email, phone = check_contact(email=changes.email, phone=changes.phone)
    changed = []
    for name, value in _given(replace(changes, email=email, phone=phone)):
        if getattr(customer, name) != value:
            setattr(customer, name, value)
            changed.append(name)
    if not changed:
        return
    if email is not None and "email" in changed:
        _claim_email(customer.station_id, email)
    columns = [*changed, *(f"{name}_bidx" for name in ("email", "phone") if name in changed), "updated_at"]
    _save(customer, update_fields=columns)
    updated = _change(customer, "customer.updated", permission=permission, changed=changed)
    record_changes([updated], by=by, at=at)


def _save(customer: Customer, *, update_fields: list[str] | None = None) -> None:
    try:
        with transaction.atomic():
            customer.save(update_fields=update_fields)
    except IntegrityError as error:
        if not violates(error, "idx_customer_station_email"):
            raise
        raise Duplicate(KNOWN) from error


def _change(
    customer: Customer,
    event_type: str,
    *,
    permission: str,
    changed: Iterable[str] = (),
    action: str = "update",
    reason: str = "",
    is_new: bool = False,
) -> Change:
    return Change(
        subject=customer,
        station_id=customer.station_id,
        event_type=event_type,
        payload={"changed": sorted(changed)},
        permissions=[permission],
        action=action,
        reason=reason,
        is_new=is_new,
    )
