"""PY-6: money that staff received outside the card provider."""

from datetime import datetime

from bookings.enums import BookingStatus, DepositStatus, PaymentMethod, PaymentType
from bookings.exceptions import Overpayment
from bookings.inputs import check_manual_payment
from bookings.models import Booking, Deposit, Payment
from bookings.selectors.payments import get_balance_cents
from bookings.services.attempts import attempted
from bookings.services.deposits import confirm_if_paid
from bookings.services.ledger import add_received_payment
from bookings.services.transitions import AWAITING_DEPOSIT
from bookings.services.versions import lock_booking
from common.actors import Actor
from common.ports import alerts


@attempted
def record_payment(
    *,
    booking: Booking,
    amount_cents: int,
    method: str,
    reference: str,
    by: Actor,
    at: datetime,
    received_at: datetime | None = None,
    allow_overpayment: bool = False,
    notes: str = "",
) -> Payment:
    """Record cash, check, zelle, venmo or ach money in cents; emits payment.recorded.

    Confirms the booking once its deposit is in (T3); for a cancelled one the money is kept, its deposit
    `paid`, and an alert raised (PY-10). More than the balance is refused with `overpayment`
    unless `allow_overpayment`.
    """
    reference = check_manual_payment(amount_cents=amount_cents, method=method, reference=reference)
    locked = lock_booking(booking_id=booking.pk, expected_version=None)
    balance = get_balance_cents(locked)
    if amount_cents > balance and not allow_overpayment:
        raise Overpayment(
            f"The balance is {balance} cents.", balance_cents=balance, amount_cents=amount_cents
        )
    payment = add_received_payment(
        booking=locked,
        amount_cents=amount_cents,
        method=PaymentMethod(method),
        payment_type=_type_of(locked, amount_cents=amount_cents, balance=balance),
        reference=reference,
        received_at=received_at or at,
        permission="payment.record",
        by=by,
        at=at,
        notes=notes,
    )
    if locked.status == BookingStatus.CANCELLED:
        _mark_unplaced(locked, payment, at=at)
    confirm_if_paid(booking=locked, payment=payment, permission="payment.record", by=by, at=at)
    return payment


def _mark_unplaced(booking: Booking, payment: Payment, *, at: datetime) -> None:
    """PY-10: the money of a cancelled party waits for a decision of staff, who are told."""
    Deposit.objects.filter(booking=booking, status__in=(DepositStatus.PENDING, DepositStatus.WAIVED)).update(
        status=DepositStatus.PAID,
        payment=payment,
        payment_method=payment.payment_method,
        reference=payment.payment_reference,
        paid_at=at,
        settled_at=None,
        settled_by=None,
        settle_reason=None,
        updated_at=at,
    )
    alerts.get().raise_alert(
        cause="unplaced",
        subject_type="payment",
        subject_id=payment.pk,
        station_id=booking.station_id,
        message=f"Money arrived for the cancelled booking {booking.reference}: reinstate it or refund.",
        at=at,
    )


def _type_of(booking: Booking, *, amount_cents: int, balance: int) -> PaymentType:
    if amount_cents >= balance:
        return PaymentType.FULL_PAYMENT
    if booking.status in AWAITING_DEPOSIT:
        return PaymentType.DEPOSIT
    return PaymentType.PARTIAL_PAYMENT
