"""T8: a confirmed booking whose deposit is gone waits for it again."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from bookings.deadlines import deposit_deadlines
from bookings.enums import BookingStatus, DepositStatus, ReminderPurpose
from bookings.models import Booking, Deposit
from bookings.selectors.payments import get_paid_cents
from bookings.services.notices import notices
from bookings.services.reminders import cancel_reminders
from bookings.services.transitions import record_change
from bookings.services.versions import save_version
from common.actors import SystemActor
from common.ports import alerts

REVERSAL = SystemActor("deposit_reversal")
COLUMNS = (
    "status",
    "deposit_confirmed_at",
    "deposit_confirmed_by_id",
    "customer_deposit_deadline",
    "internal_deadline",
)


def reverse_if_short(
    *, booking_id: UUID, cause: Literal["failed", "refunded", "unmatched"], at: datetime
) -> bool:
    """Move a confirmed booking back to `deposit_pending` when less than its deposit is paid (T8).

    Only before the party, and not when the deposit was waived. Both deadlines start again (BK-5), staff are
    alerted, the customer is asked again; emits booking.deposit_reversed. The caller has locked the booking.
    """
    booking = Booking.objects.select_related("station", "customer").get(pk=booking_id)
    if booking.status != BookingStatus.CONFIRMED or booking.starts_at <= at:
        return False
    deposit = Deposit.objects.select_for_update(no_key=True, of=("self",)).get(booking=booking)
    paid = get_paid_cents(booking.pk)
    if deposit.status != DepositStatus.CONFIRMED or paid >= booking.deposit_due_cents:
        return False
    _reopen(deposit, at=at)
    deadlines = deposit_deadlines(counted_from=at, starts_at=booking.starts_at)
    booking.status = BookingStatus.DEPOSIT_PENDING
    booking.deposit_confirmed_at = booking.deposit_confirmed_by_id = None
    booking.customer_deposit_deadline, booking.internal_deadline = deadlines.customer, deadlines.internal
    save_version(booking, fields=COLUMNS, at=at)
    cancel_reminders(booking=booking, purpose=ReminderPurpose.EVENT, at=at)
    record_change(
        subject=booking,
        station_id=booking.station_id,
        event_type="booking.deposit_reversed",
        by=REVERSAL,
        at=at,
        payload={
            "reference": booking.reference,
            "from": BookingStatus.CONFIRMED.value,
            "to": BookingStatus.DEPOSIT_PENDING.value,
            "cause": cause,
            "paid_cents": paid,
            "deposit_cents": booking.deposit_due_cents,
        },
        deliveries=notices(
            "deposit_reversed",
            booking,
            extra={
                "missing_cents": booking.deposit_due_cents - paid,
                "deadline": deadlines.customer.isoformat(),
            },
        ),
    )
    alerts.get().raise_alert(
        cause="deposit_reversed",
        subject_type="booking",
        subject_id=booking.pk,
        station_id=booking.station_id,
        message=f"The deposit of {booking.reference} was {cause}: the booking waits for it again.",
        at=at,
        step=str(booking.version),
    )
    return True


def _reopen(deposit: Deposit, *, at: datetime) -> None:
    deposit.status = DepositStatus.PENDING
    deposit.payment = deposit.payment_method = deposit.reference = deposit.paid_at = None
    deposit.settled_at = deposit.settled_by = deposit.settle_reason = None
    deposit.requested_at = deposit.requested_at or at
    deposit.updated_at = at
    deposit.save()
