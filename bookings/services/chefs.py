"""Chefs: who cooks for the house; BK-15 guards their deactivation, assignments.py their parties."""

from dataclasses import dataclass, field, fields
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from bookings.enums import OCCUPYING_STATUSES
from bookings.inputs import check_contact
from bookings.models import Booking, Chef
from bookings.services.attempts import attempted
from bookings.services.conflicts import violates
from bookings.services.known_emails import lock_email
from bookings.services.versions import check_unchanged
from common.actors import Actor
from common.exceptions import Duplicate, InUse, NotFound
from common.ports import audit_trail
from common.reasons import check_reason
from identity.models import Station

KNOWN = "There is a chef with this e-mail already."


@dataclass(frozen=True, slots=True, kw_only=True)
class ChefChanges:
    """What to set of a chef; None leaves a value as it is."""

    name: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)
    zones: tuple[str, ...] | None = None
    skills: tuple[str, ...] | None = None
    google_calendar_id: str | None = field(default=None, repr=False)
    buffer_setup_minutes: int | None = None
    buffer_teardown_minutes: int | None = None
    is_active: bool | None = None


@attempted
def create_chef(*, station: Station | None, details: ChefChanges, by: Actor) -> Chef:
    """Add a chef of one station, or of all (None); refuses an e-mail in use (409 `duplicate`)."""
    chef = Chef(station=station)
    changed = _apply(chef, details)
    _claim_email(chef)
    _save(chef)
    _record(chef, changed=changed, by=by, action="create")
    return chef


@attempted
def update_chef(
    *,
    chef: Chef,
    changes: ChefChanges,
    by: Actor,
    at: datetime,
    expected_updated_at: datetime | None = None,
) -> Chef:
    """Change a live chef; refuses a stale row (412) and to deactivate one with parties ahead (`in_use`)."""
    return _write(chef, changes, by=by, at=at, seen=expected_updated_at, action="update")


@attempted
def deactivate_chef(
    *, chef: Chef, reason: str, by: Actor, at: datetime, expected_updated_at: datetime | None = None
) -> Chef:
    """Take a chef out of service, with a reason; refuses while parties lie ahead (409 `in_use`)."""
    because = check_reason(reason)
    changes = ChefChanges(is_active=False)
    return _write(chef, changes, by=by, at=at, seen=expected_updated_at, action="delete", reason=because)


def lock_chef(chef_id: UUID) -> Chef:
    """Lock a chef who was not deleted until the transaction ends."""
    chef = (
        Chef.objects.select_for_update(no_key=True, of=("self",))
        .filter(pk=chef_id, deleted_at__isnull=True)
        .first()
    )
    if chef is None:
        raise NotFound("There is no such chef.")
    return chef


def _write(
    chef: Chef,
    changes: ChefChanges,
    *,
    by: Actor,
    at: datetime,
    seen: datetime | None,
    action: str,
    reason: str = "",
) -> Chef:
    locked = lock_chef(chef.pk)
    check_unchanged(locked, seen)
    changed = _apply(locked, changes)
    if "is_active" in changed and not locked.is_active:
        _refuse_parties_ahead(locked, at)
    if changed:
        columns = [*changed, "updated_at"]
        if "email" in changed:
            columns.append("email_bidx")
            _claim_email(locked)
        _save(locked, update_fields=columns)
        _record(locked, changed=changed, by=by, action=action, reason=reason)
    return locked


def _apply(chef: Chef, changes: ChefChanges) -> list[str]:
    email, phone = check_contact(email=changes.email, phone=changes.phone)
    changed = []
    for member in fields(changes):
        value = {"email": email, "phone": phone}.get(member.name, getattr(changes, member.name))
        if isinstance(value, tuple):
            value = list(value)
        if value is not None and getattr(chef, member.name) != value:
            setattr(chef, member.name, value)
            changed.append(member.name)
    return changed


def _claim_email(chef: Chef) -> None:
    """Lock the e-mail of a chef about to be saved; refuse it when another live chef has it."""
    indexes = lock_email(str(chef.email), "chef")
    if Chef.objects.live().filter(email_bidx__in=indexes).exclude(pk=chef.pk).exists():
        raise Duplicate(KNOWN)


def _refuse_parties_ahead(chef: Chef, at: datetime) -> None:
    ahead = Booking.objects.filter(
        chef=chef, status__in=OCCUPYING_STATUSES, deleted_at__isnull=True, ends_at__gt=at
    ).count()
    if ahead:
        raise InUse("The chef has parties ahead; assign them to somebody else first.", bookings=ahead)


def _save(chef: Chef, *, update_fields: list[str] | None = None) -> None:
    try:
        with transaction.atomic():
            chef.save(update_fields=update_fields)
    except IntegrityError as error:
        if not violates(error, "uq_chefs_email"):
            raise
        raise Duplicate(KNOWN) from error


def _record(chef: Chef, *, changed: list[str], by: Actor, action: str, reason: str = "") -> None:
    audit_trail.get().record(
        action=action,
        resource_type="chef",
        resource_id=str(chef.pk),
        by=by,
        station_id=chef.station_id,
        permissions=["chef.manage"] if by.type == "user" else [],
        details={"changed": sorted(changed)},
        reason=reason,
    )
