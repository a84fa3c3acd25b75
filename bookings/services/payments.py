"""PY-6: money that staff received outside the card provider."""

from datetime import datetime

from bookings.enums import PaymentMethod, PaymentType
from bookings.exceptions import Overpayment
from bookings.inputs import check_manual_payment
from bookings.models import Booking, Payment
from bookings.selectors.payments import get_balance_cents
from bookings.services.arrivals import lock_for_money, place_money
from bookings.services.attempts import attempted
from bookings.services.ledger import add_received_payment
from bookings.services.transitions import AWAITING_DEPOSIT
from common.actors import Actor
from common.exceptions import NotFound


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

    Confirms the booking once its deposit is in (T3), also one that was cancelled for want of it (T11); for
    another cancelled one the money is kept, its deposit `paid`, and an alert raised (PY-10). More than the
    balance is refused with `overpayment` unless `allow_overpayment`.
    """
    reference = check_manual_payment(amount_cents=amount_cents, method=method, reference=reference)
    locked = lock_for_money(booking.pk)
    if locked.deleted_at is not None:
        raise NotFound("There is no such booking.")
    balance = get_balance_cents(locked)
    if amount_cents > balance and not allow_overpayment:
        raise Overpayment(
            f"The balance is {balance} cents.", balance_cents=balance, amount_cents=amount_cents
        )
    payment = add_received_payment(
        booking=locked,
        amount_cents=amount_cents,
        method=PaymentMethod(method),
        payment_type=type_of_payment(locked, amount_cents=amount_cents, balance=balance),
        reference=reference,
        received_at=received_at or at,
        permission="payment.record",
        by=by,
        at=at,
        notes=notes,
    )
    place_money(booking=locked, payment=payment, permission="payment.record", by=by, at=at)
    return payment


def type_of_payment(booking: Booking, *, amount_cents: int, balance: int) -> PaymentType:
    """Return what money is for a locked booking: the full price, its deposit, or a part."""
    if amount_cents >= balance:
        return PaymentType.FULL_PAYMENT
    if booking.status in AWAITING_DEPOSIT:
        return PaymentType.DEPOSIT
    return PaymentType.PARTIAL_PAYMENT
