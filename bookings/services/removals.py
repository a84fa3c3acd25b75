"""BK-19: bookings and customers are deleted softly, and come back within 30 days."""

from datetime import datetime

from bookings.deadlines import RESTORE_WITHIN
from bookings.exceptions import RestoreWindowPassed
from bookings.models import Booking, Customer
from bookings.services.attempts import attempted
from bookings.services.known_emails import lock_email
from bookings.services.transitions import TERMINAL, record_change, refusal, require_state
from bookings.services.versions import check_unchanged, check_version, lock_booking, save_version
from common.actors import Actor
from common.exceptions import Duplicate, InvalidTransition, NotFound
from common.reasons import check_reason

COLUMNS = ("deleted_at", "deleted_by_id", "delete_reason")


@attempted
def delete_booking(
    *, booking: Booking, reason: str, expected_version: int | None, by: Actor, at: datetime
) -> Booking:
    """Hide a finished or cancelled booking everywhere, with a reason; emits booking.deleted."""
    because = check_reason(reason)
    locked = lock_booking(booking_id=booking.pk, expected_version=expected_version)
    require_state(locked, *TERMINAL)
    locked.deleted_at, locked.deleted_by_id, locked.delete_reason = at, by.id, because
    save_version(locked, fields=COLUMNS, at=at)
    _record(locked, "booking.deleted", code="booking.delete", action="delete", by=by, at=at, reason=because)
    return locked


@attempted
def restore_booking(*, booking: Booking, expected_version: int | None, by: Actor, at: datetime) -> Booking:
    """Show a deleted booking again, in the state it had; emits booking.restored.

    410 `restore_window_passed` after 30 days.
    """
    locked = (
        Booking.objects.select_for_update(no_key=True, of=("self",))
        .select_related("station", "customer")
        .filter(pk=booking.pk)
        .first()
    )
    if locked is None:
        raise NotFound("There is no such booking.")
    check_version(locked, expected_version)
    if locked.deleted_at is None:
        raise refusal(locked, "This booking is not deleted.")
    if at > locked.deleted_at + RESTORE_WITHIN:
        raise RestoreWindowPassed
    locked.deleted_at = locked.deleted_by_id = locked.delete_reason = None
    save_version(locked, fields=COLUMNS, at=at)
    _record(locked, "booking.restored", code="booking.restore", action="update", by=by, at=at)
    return locked


@attempted
def restore_customer(
    *, customer: Customer, by: Actor, at: datetime, expected_updated_at: datetime | None = None
) -> Customer:
    """Show a deleted customer again; emits customer.restored.

    410 `restore_window_passed` after 30 days, 409 `duplicate` when the station has met the e-mail anew. An
    erased customer cannot be restored.
    """
    known = Customer.objects.filter(pk=customer.pk, erased_at__isnull=True).first()
    if known is None:
        raise NotFound("There is no such customer.")
    # The e-mail before the row, as upsert_customer does it.
    indexes = lock_email(str(known.email), "customer", known.station_id)
    locked = Customer.objects.select_for_update(no_key=True, of=("self",)).get(pk=customer.pk)
    check_unchanged(locked, expected_updated_at)
    if locked.deleted_at is None:
        raise InvalidTransition(from_="live", allowed=[], detail="This customer is not deleted.")
    if at > locked.deleted_at + RESTORE_WITHIN:
        raise RestoreWindowPassed
    if Customer.objects.live().filter(station_id=locked.station_id, email_bidx__in=indexes).exists():
        raise Duplicate("The station knows another customer with this e-mail by now.")
    locked.deleted_at = locked.deleted_by_id = locked.delete_reason = None
    locked.save(update_fields=["deleted_at", "deleted_by", "delete_reason", "updated_at"])
    record_change(
        subject=locked,
        station_id=locked.station_id,
        event_type="customer.restored",
        by=by,
        at=at,
        payload={},
        permissions=["customer.delete"],
    )
    return locked


def _record(
    booking: Booking,
    event_type: str,
    *,
    code: str,
    action: str,
    by: Actor,
    at: datetime,
    reason: str = "",
) -> None:
    record_change(
        subject=booking,
        station_id=booking.station_id,
        event_type=event_type,
        by=by,
        at=at,
        payload={"reference": booking.reference, "status": str(booking.status)},
        permissions=[code],
        action=action,
        reason=reason,
    )
