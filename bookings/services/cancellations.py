"""Cancelling in two steps (BK-9, BK-10, T5): somebody asks, somebody else decides."""

from datetime import datetime, timedelta

from bookings.deadlines import CUSTOMER_NOTICE
from bookings.enums import OCCUPYING_STATUSES, BookingStatus, CancellationReasonCode
from bookings.exceptions import CancellationAlreadyRequested, CancellationTooLate, SelfApprovalForbidden
from bookings.models import Booking
from bookings.policies import is_super_admin
from bookings.selectors.payments import get_paid_cents, has_payment_under_way
from bookings.services.attempts import attempted
from bookings.services.endings import end_cancelled
from bookings.services.notices import notices
from bookings.services.slots import lock_slots, slot_of
from bookings.services.transitions import AWAITING_DEPOSIT, record_change, refusal, require_state
from bookings.services.versions import lock_booking, save_version
from common.actors import Actor, SystemActor
from common.exceptions import FieldError, ValidationFailed
from common.reasons import check_reason
from identity.enums import UserRole

REASON_CODES = tuple(
    code for code in CancellationReasonCode if code != CancellationReasonCode.DEPOSIT_TIMEOUT
)
"""What people may give as the kind of their reason."""
REQUEST_COLUMNS = (
    "cancellation_requested_at",
    "cancellation_requested_by_id",
    "cancellation_reason_code",
    "cancellation_reason",
)
REJECTION_COLUMNS = (
    "cancellation_rejected_at",
    "cancellation_rejected_by_id",
    "cancellation_rejection_reason",
)


@attempted
def request_cancellation(
    *, booking: Booking, reason: str, reason_code: str, expected_version: int | None, by: Actor, at: datetime
) -> Booking:
    """Ask to cancel a live booking (BK-9); the slot stays held; emits booking.cancellation_requested.

    A host's own request while nothing was paid is approved by the system at once (T5). 422
    `cancellation_too_late` for hosts within 24 h of the start, for staff after it; 409
    `cancellation_already_requested` while a request is open.
    """
    because = check_reason(reason)
    if reason_code not in REASON_CODES:
        message = f"Choose one of {', '.join(REASON_CODES)}."
        raise ValidationFailed([FieldError("/reason_code", "invalid_choice", message)])
    locked = lock_booking(booking_id=booking.pk, expected_version=expected_version)
    require_state(locked, *OCCUPYING_STATUSES)
    if locked.cancellation_requested_at is not None:
        raise CancellationAlreadyRequested
    is_staff = by.scope("booking.request_cancel").includes(locked.station_id)
    latest = locked.starts_at - (timedelta(0) if is_staff else CUSTOMER_NOTICE)
    if at > latest:
        raise CancellationTooLate(
            f"This could be cancelled until {latest.isoformat()}.", cutoff_at=latest.isoformat()
        )
    locked.cancellation_requested_at, locked.cancellation_requested_by_id = at, by.id
    locked.cancellation_reason_code = CancellationReasonCode(reason_code)
    locked.cancellation_reason = because
    save_version(locked, fields=REQUEST_COLUMNS, at=at)
    record_change(
        subject=locked,
        station_id=locked.station_id,
        event_type="booking.cancellation_requested",
        by=by,
        at=at,
        payload={"reference": locked.reference, "reason_code": reason_code, "status": str(locked.status)},
        permissions=["booking.request_cancel"],
        reason=because,
    )
    if not is_staff and _is_unpaid(locked):
        end_cancelled(booking=locked, permission="booking.approve_cancel", by=SystemActor("unpaid"), at=at)
    return locked


@attempted
def approve_cancellation(
    *, booking: Booking, expected_version: int | None, by: Actor, at: datetime, note: str = ""
) -> Booking:
    """Cancel a booking as was asked for (T5): lane freed, money settled by BK-12; emits booking.cancelled.

    403 `self_approval_forbidden` for whoever asked, super_admins aside (BK-10).
    """
    locked = _lock_requested(booking, expected_version=expected_version, by=by)
    locked.cancellation_note = note.strip() or None
    end_cancelled(booking=locked, permission="booking.approve_cancel", by=by, at=at)
    return locked


@attempted
def reject_cancellation(
    *, booking: Booking, reason: str, expected_version: int | None, by: Actor, at: datetime
) -> Booking:
    """Decline a request to cancel, with a reason (BK-10); the booking goes on as before.

    Emits booking.cancellation_rejected; a host who asked is told.
    """
    because = check_reason(reason)
    locked = _lock_requested(booking, expected_version=expected_version, by=by)
    asked_by = locked.cancellation_requested_by
    asked_for = locked.cancellation_reason_code
    for column in REQUEST_COLUMNS:
        setattr(locked, column, None)
    locked.cancellation_rejected_at, locked.cancellation_rejected_by_id = at, by.id
    locked.cancellation_rejection_reason = because
    save_version(locked, fields=[*REQUEST_COLUMNS, *REJECTION_COLUMNS], at=at)
    is_host = asked_by is not None and asked_by.role == UserRole.CUSTOMER
    record_change(
        subject=locked,
        station_id=locked.station_id,
        event_type="booking.cancellation_rejected",
        by=by,
        at=at,
        payload={"reference": locked.reference, "reason_code": asked_for and str(asked_for)},
        permissions=["booking.approve_cancel"],
        reason=because,
        deliveries=notices("cancellation_rejected", locked, private={"reason": because}) if is_host else (),
    )
    return locked


def _lock_requested(booking: Booking, *, expected_version: int | None, by: Actor) -> Booking:
    # D-9: refunds lock the slot of their booking before its row.
    lock_slots(slot_of(booking))
    locked = lock_booking(booking_id=booking.pk, expected_version=expected_version)
    require_state(locked, *OCCUPYING_STATUSES)
    if locked.cancellation_requested_at is None:
        raise refusal(locked, "Nobody has asked to cancel this booking.")
    if by.id is not None and by.id == locked.cancellation_requested_by_id and not is_super_admin(by):
        raise SelfApprovalForbidden
    return locked


def _is_unpaid(booking: Booking) -> bool:
    """Tell whether the booking waits for its deposit and no money has come or is on its way."""
    return (
        BookingStatus(booking.status) in AWAITING_DEPOSIT
        and get_paid_cents(booking.pk) <= 0
        and not has_payment_under_way(booking.pk)
    )
