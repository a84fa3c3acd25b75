"""PY-7: what Stripe makes of a refund that the outbox sent it."""

from datetime import datetime
from uuid import UUID

from bookings.enums import PaymentStatus
from bookings.models import Payment
from bookings.services.attempts import attempted
from bookings.services.deposits import confirm_if_paid
from bookings.services.payment_rows import lock_payment, lock_refund, save_payment, station_of
from bookings.services.refund_rows import (
    CODE,
    add_refund,
    complete_row,
    raise_refunded,
    record_refund,
    restate,
)
from common.actors import Actor
from common.ports import alerts

FOREIGN = "Refunded at the card provider"


@attempted
def settle_card_refund(
    *,
    refund_id: UUID,
    stripe_refund_id: str,
    outcome: PaymentStatus,
    failure: str = "",
    by: Actor,
    at: datetime,
) -> Payment:
    """Note what Stripe made of a refund: `completed`, `failed`, or `pending` while it is on its way.

    A failure restores the payment, alerts, and confirms a booking again that has its deposit back. A refund
    that is settled already stays as it is.
    """
    refund, original = lock_refund(refund_id)
    if refund.status != PaymentStatus.PENDING:
        return refund
    # The offline gateway and a refusal name no refund of Stripe's.
    refund.stripe_refund_id = stripe_refund_id or None
    if outcome == PaymentStatus.COMPLETED:
        complete_row(refund, ["stripe_refund_id"], by=by, at=at)
    elif outcome == PaymentStatus.FAILED:
        _fail(refund, original, failure, by=by, at=at)
    else:
        save_payment(refund, ["stripe_refund_id"], at=at)
    return refund


@attempted
def record_foreign_refund(
    *, payment: Payment, refunded_cents: int, by: Actor, at: datetime
) -> Payment | None:
    """Add what Stripe has given back of a completed payment beyond the refunds that we know (PY-3).

    `refunded_cents` is Stripe's sum over all refunds of the charge; the card fee in it is not ours to count.
    Returns the new refund row, None when all was known. Emits payment.refunded.
    """
    original = lock_payment(payment.pk)
    missing = min(refunded_cents, original.amount_cents) - original.refunded_amount_cents
    if missing <= 0:
        return None
    refund = add_refund(
        original, amount_cents=missing, reason=FOREIGN, status=PaymentStatus.COMPLETED, by=by, at=at
    )
    raise_refunded(original, missing, refund=refund, by=by, at=at, reason=FOREIGN)
    return refund


def _fail(refund: Payment, original: Payment, failure: str, *, by: Actor, at: datetime) -> None:
    refund.status, refund.failure_reason = PaymentStatus.FAILED, (failure or "refused")[:200]
    save_payment(refund, ["status", "failure_reason", "stripe_refund_id"], at=at)
    original.refunded_amount_cents -= refund.amount_cents
    restate(original, at=at)
    record_refund(refund, "payment.failed", by=by, at=at)
    booking = original.booking
    alerts.get().raise_alert(
        cause="refund_failed",
        subject_type="payment",
        subject_id=refund.pk,
        station_id=station_of(original),
        message=f"The card provider refused a refund of {booking.reference if booking else 'a hold'}: "
        "the payment counts again; give the money back in another way.",
        at=at,
    )
    if booking is not None:
        confirm_if_paid(booking=booking, payment=original, permission=CODE, by=by, at=at)
