"""The party takes place or not (T6, T7), and the admin hold that keeps an unpaid booking alive (BK-8)."""

from collections.abc import Sequence
from datetime import datetime

from bookings.deadlines import AUTO_COMPLETE_AFTER, NO_SHOW_AFTER, deposit_deadlines
from bookings.enums import OCCUPYING_STATUSES, BookingStatus, DepositStatus
from bookings.models import Booking, Deposit
from bookings.services.attempts import attempted
from bookings.services.slots import release_lane
from bookings.services.transitions import record_change, refusal, require_state
from bookings.services.versions import lock_booking, save_version
from common.actors import Actor
from common.reasons import check_reason

HOLD_COLUMNS = ("hold_on_request", "held_at", "held_by_id", "hold_reason")


@attempted
def complete_booking(*, booking: Booking, expected_version: int | None, by: Actor, at: datetime) -> Booking:
    """Close a party that took place (T6), the system only 12 h after its end; emits booking.completed."""
    locked = lock_booking(booking_id=booking.pk, expected_version=expected_version)
    require_state(locked, BookingStatus.CONFIRMED)
    earliest = locked.ends_at + AUTO_COMPLETE_AFTER if by.type == "system" else locked.starts_at
    if at < earliest:
        raise refusal(locked, f"The party can be completed from {earliest.isoformat()} on.")
    _leave_slot(locked, BookingStatus.COMPLETED, by=by, at=at)
    return locked


@attempted
def mark_no_show(*, booking: Booking, expected_version: int | None, by: Actor, at: datetime) -> Booking:
    """Close a party nobody came to (T7) and forfeit its deposit; emits booking.no_show."""
    locked = lock_booking(booking_id=booking.pk, expected_version=expected_version)
    require_state(locked, BookingStatus.CONFIRMED)
    earliest = locked.starts_at + NO_SHOW_AFTER
    if at < earliest:
        raise refusal(locked, f"A no-show can be noted from {earliest.isoformat()} on.")
    deposit = Deposit.objects.select_for_update(no_key=True, of=("self",)).get(booking=locked)
    if deposit.status in (DepositStatus.PAID, DepositStatus.CONFIRMED):
        deposit.status = DepositStatus.FORFEITED
        deposit.settled_at, deposit.settled_by_id = at, by.id
        deposit.settle_reason = "No-show"
        deposit.save(update_fields=["status", "settled_at", "settled_by", "settle_reason", "updated_at"])
    _leave_slot(locked, BookingStatus.NO_SHOW, by=by, at=at)
    return locked


@attempted
def hold_booking(
    *, booking: Booking, reason: str, expected_version: int | None, by: Actor, at: datetime
) -> Booking:
    """Keep a booking from reminders and auto-cancel (BK-8); a reason of 10 characters; emits booking.held."""
    because = check_reason(reason)
    locked = lock_booking(booking_id=booking.pk, expected_version=expected_version)
    require_state(locked, *OCCUPYING_STATUSES)
    locked.hold_on_request = True
    locked.held_at, locked.held_by_id, locked.hold_reason = at, by.id, because
    save_version(locked, fields=HOLD_COLUMNS, at=at)
    _record(locked, "booking.held", permissions=["booking.hold"], by=by, at=at, reason=because)
    return locked


@attempted
def release_booking(*, booking: Booking, expected_version: int | None, by: Actor, at: datetime) -> Booking:
    """End an admin hold; both deposit deadlines start again from `at` (BK-8); emits booking.released."""
    locked = lock_booking(booking_id=booking.pk, expected_version=expected_version)
    require_state(locked, *OCCUPYING_STATUSES)
    if not locked.hold_on_request:
        raise refusal(locked, "This booking is not on hold.")
    deadlines = deposit_deadlines(counted_from=at, starts_at=locked.starts_at)
    locked.hold_on_request = False
    locked.held_at = locked.held_by_id = locked.hold_reason = None
    locked.customer_deposit_deadline, locked.internal_deadline = deadlines.customer, deadlines.internal
    columns = [*HOLD_COLUMNS, "customer_deposit_deadline", "internal_deadline"]
    save_version(locked, fields=columns, at=at)
    _record(locked, "booking.released", permissions=["booking.hold"], by=by, at=at)
    return locked


def _leave_slot(booking: Booking, status: BookingStatus, *, by: Actor, at: datetime) -> None:
    booking.status = status
    booking.hold_on_request = False
    booking.held_at = booking.held_by_id = booking.hold_reason = None
    save_version(booking, fields=["status", *HOLD_COLUMNS], at=at)
    release_lane(booking=booking)
    _record(booking, f"booking.{status.value}", permissions=["booking.complete"], by=by, at=at)


def _record(
    booking: Booking,
    event_type: str,
    *,
    permissions: Sequence[str],
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
        permissions=permissions,
        reason=reason,
    )
