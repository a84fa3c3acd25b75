"""How a booking ends before its party: lane, reminders, coupon and money (T4, T5)."""

from datetime import datetime

from bookings.deadlines import refund_cutoff
from bookings.enums import BookingStatus, DepositStatus, PaymentStatus, PaymentType
from bookings.models import Booking, Deposit, Payment
from bookings.ports import coupons
from bookings.selectors.payments import get_paid_cents
from bookings.services.card_links import close_links
from bookings.services.life_cycle import HOLD_COLUMNS
from bookings.services.notices import notices
from bookings.services.refunds import refund_payment
from bookings.services.reminders import cancel_reminders
from bookings.services.slots import release_lane
from bookings.services.transitions import record_change
from bookings.services.versions import save_version
from bookings.settlement import Refundable, Settlement, settle, spread
from common.actors import Actor

CANCELLATION_COLUMNS = ("status", "cancelled_at", "cancelled_by_id", "cancellation_note", *HOLD_COLUMNS)


def end_cancelled(*, booking: Booking, permission: str, by: Actor, at: datetime) -> None:
    """Cancel a locked booking whose request is open (T5): emits booking.cancelled, refunds by BK-12."""
    deposit = lock_deposit(booking)
    settlement = _settlement(booking, deposit)
    before = leave_cancelled(booking, by=by, at=at)
    settle_deposit_row(deposit, settlement.deposit, why=_words(booking, settlement), by=by, at=at)
    record_change(
        subject=booking,
        station_id=booking.station_id,
        event_type="booking.cancelled",
        by=by,
        at=at,
        payload={
            "reference": booking.reference,
            "from": before,
            "reason_code": str(booking.cancellation_reason_code),
            "refund_cents": settlement.refund_cents,
            "deposit": settlement.deposit.value,
            "in_time": settlement.in_time,
        },
        permissions=[permission],
        reason=booking.cancellation_note or "",
        deliveries=notices(
            "booking_cancelled",
            booking,
            extra={
                "refund_cents": settlement.refund_cents,
                "forfeited": settlement.deposit == DepositStatus.FORFEITED,
            },
        ),
    )
    _refund(booking, settlement.refund_cents, by=by, at=at)


def leave_cancelled(booking: Booking, *, by: Actor, at: datetime, more: tuple[str, ...] = ()) -> str:
    """Write the cancelled state with the columns of `more`; free lane, links and coupon, stop reminders.

    Returns the state before.
    """
    before = str(booking.status)
    booking.status = BookingStatus.CANCELLED
    booking.cancelled_at, booking.cancelled_by_id = at, by.id
    booking.hold_on_request = False
    booking.held_at = booking.held_by_id = booking.hold_reason = None
    save_version(booking, fields=[*CANCELLATION_COLUMNS, *more], at=at)
    release_lane(booking=booking)
    cancel_reminders(booking=booking, at=at)
    close_links(booking=booking, reason="booking_cancelled", by=by, at=at)
    if code := coupon_of(booking):
        coupons.get().give_back(code=code, booking_id=booking.pk, by=by, at=at)
    return before


def coupon_of(booking: Booking) -> str:
    """Return the code of the coupon in the booking's price, empty without one."""
    terms = booking.metadata.get("quote", {}).get("coupon_terms")
    return str(terms["code"]) if terms else ""


def lock_deposit(booking: Booking) -> Deposit:
    """Lock the deposit of a locked booking."""
    return Deposit.objects.select_for_update(no_key=True, of=("self",)).get(booking=booking)


def settle_deposit_row(deposit: Deposit, status: DepositStatus, *, why: str, by: Actor, at: datetime) -> None:
    """Close a locked deposit; one that was waived before keeps its reason."""
    if deposit.status == status:
        return
    deposit.status = status
    if status == DepositStatus.REFUNDED:
        deposit.paid_at = deposit.paid_at or at
    deposit.settled_at, deposit.settled_by_id, deposit.settle_reason = at, by.id, why
    deposit.save(
        update_fields=["status", "paid_at", "settled_at", "settled_by", "settle_reason", "updated_at"]
    )


def _settlement(booking: Booking, deposit: Deposit) -> Settlement:
    cutoff = refund_cutoff(zone=booking.station.timezone, day=booking.date, slot=booking.slot)
    requested_at, reason_code = booking.cancellation_requested_at, booking.cancellation_reason_code
    if requested_at is None or reason_code is None:
        raise ValueError("The booking has no open request.")
    return settle(
        reason_code=reason_code,
        requested_at=requested_at,
        cutoff=cutoff,
        is_locked=bool(booking.metadata.get("deposit_locked")),
        deposit_cents=booking.deposit_due_cents,
        deposit=deposit.status,
        paid_cents=get_paid_cents(booking.pk),
    )


def _words(booking: Booking, settlement: Settlement) -> str:
    when = "in time" if settlement.in_time else "after the refund cut-off"
    return f"Cancelled {when}: {str(booking.cancellation_reason_code).replace('_', ' ')}"


def _refund(booking: Booking, amount_cents: int, *, by: Actor, at: datetime) -> None:
    """Give cents back out of the booking's payments, which are locked in the order of their ids (D-9)."""
    if amount_cents <= 0:
        return
    rows = (
        Payment.objects.select_for_update(no_key=True, of=("self",))
        .filter(booking=booking, status__in=(PaymentStatus.COMPLETED, PaymentStatus.PARTIALLY_REFUNDED))
        .exclude(payment_type=PaymentType.REFUND)
        .order_by("pk")
    )
    payments = {row.pk: row for row in rows}
    left = [Refundable(pk, row.amount_cents - row.refunded_amount_cents) for pk, row in payments.items()]
    reason = f"Cancellation of {booking.reference}"
    for part in spread(amount_cents, left):
        refund_payment(
            payment=payments[part.payment_id], amount_cents=part.left_cents, reason=reason, by=by, at=at
        )
