"""PY-7: giving money back: by Stripe through the outbox, else by staff with a reference."""

from datetime import datetime

from bookings.enums import PaymentStatus, PaymentType
from bookings.exceptions import RefundExceedsPaid
from bookings.inputs import check_reference
from bookings.models import Payment
from bookings.services.attempts import attempted
from bookings.services.payment_rows import lock_payment, lock_refund
from bookings.services.refund_rows import add_refund, complete_row, goes_by_stripe, raise_refunded
from common.actors import Actor
from common.exceptions import FieldError, InvalidTransition, ValidationFailed
from common.reasons import check_reason

REFUNDABLE = (PaymentStatus.COMPLETED, PaymentStatus.PARTIALLY_REFUNDED)


@attempted
def refund_payment(
    *, payment: Payment, reason: str, by: Actor, at: datetime, amount_cents: int | None = None
) -> Payment:
    """Give back an amount in cents (default: all that is left) and return the refund row, `pending`.

    Raises the payment's `refunded_amount_cents` at once. Money that came through Stripe is sent back by it,
    by outbox; other money by staff (`complete_refund`). Refuses with `refund_exceeds_paid`. A confirmed
    booking that now lacks its deposit goes back to `deposit_pending` (T8), so a cancellation refunds after
    it has changed the status. Emits payment.refunded.
    """
    because = check_reason(reason)
    original = lock_payment(payment.pk)
    if original.payment_type == PaymentType.REFUND or original.status not in REFUNDABLE:
        raise InvalidTransition(
            from_=original.status, allowed=[], detail="Only money that came in can be given back."
        )
    amount = _check_amount(original, amount_cents)
    refund = add_refund(
        original, amount_cents=amount, reason=because, status=PaymentStatus.PENDING, by=by, at=at
    )
    raise_refunded(original, amount, refund=refund, by=by, at=at, reason=because)
    return refund


@attempted
def complete_refund(
    *,
    refund: Payment,
    reference: str,
    by: Actor,
    at: datetime,
) -> Payment:
    """Note that staff gave the money back outside of Stripe, with what proves it; emits payment.completed."""
    proof = check_reference(reference)
    locked, _original = lock_refund(refund.pk)
    if locked.status != PaymentStatus.PENDING:
        raise InvalidTransition(from_=locked.status, allowed=[], detail="This refund does not wait.")
    if goes_by_stripe(locked):
        raise InvalidTransition(
            from_=locked.status, allowed=[], detail="This refund is executed by the card provider."
        )
    locked.payment_reference = proof
    complete_row(locked, ["payment_reference"], by=by, at=at)
    return locked


def _check_amount(original: Payment, amount_cents: int | None) -> int:
    """Return what is to be given back of a locked payment; refuse more than is left of it."""
    remainder = original.amount_cents - original.refunded_amount_cents
    amount = remainder if amount_cents is None else amount_cents
    if amount <= 0:
        raise ValidationFailed([FieldError("/amount_cents", "min_value", "The amount has to be above 0.")])
    if amount > remainder:
        raise RefundExceedsPaid(
            f"At most {remainder} cents can be given back.", remaining_cents=remainder, amount_cents=amount
        )
    return amount
