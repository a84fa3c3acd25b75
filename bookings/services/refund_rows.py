"""The two sides of a refund in the ledger: its own row, and what it takes off the payment (PY-7)."""

from datetime import datetime

from bookings.enums import BookingStatus, DepositStatus, PaymentMethod, PaymentStatus, PaymentType
from bookings.models import Booking, Deposit, Payment
from bookings.selectors.payments import get_paid_cents
from bookings.services.payment_rows import owner_of, save_payment, station_of
from bookings.services.reversals import reverse_if_short
from bookings.services.transitions import record_change
from common.actors import Actor
from events.services import Delivery

CODE = "payment.refund"


def add_refund(
    original: Payment,
    *,
    amount_cents: int,
    reason: str,
    status: PaymentStatus,
    by: Actor,
    at: datetime,
    stripe_refund_id: str | None = None,
) -> Payment:
    """Add the refund row of a locked payment; a pending one is put on its way to Stripe where it came so."""
    done = status == PaymentStatus.COMPLETED
    refund = Payment.objects.create(
        booking_id=original.booking_id,
        hold_id=original.hold_id,
        payment_type=PaymentType.REFUND,
        payment_method=original.payment_method,
        status=status,
        amount_cents=amount_cents,
        currency=original.currency,
        refunded_payment=original,
        refund_reason=reason,
        recorded_by_id=by.id,
        stripe_refund_id=stripe_refund_id,
        completed_at=at if done else None,
    )
    payload = {
        "refund_id": str(refund.pk),
        "payment_id": str(original.pk),
        "amount_cents": amount_cents,
        "currency": original.currency,
    }
    by_stripe = status == PaymentStatus.PENDING and goes_by_stripe(refund)
    record_change(
        subject=refund,
        station_id=station_of(original),
        event_type="payment.recorded",
        by=by,
        at=at,
        payload={
            **owner_of(original),
            **payload,
            "payment_type": PaymentType.REFUND.value,
            "by_stripe": by_stripe,
        },
        permissions=[CODE],
        action="create",
        reason=reason,
        deliveries=[Delivery(target="stripe", destination="refund", payload=payload)] if by_stripe else (),
    )
    return refund


def raise_refunded(
    original: Payment, amount_cents: int, *, refund: Payment, by: Actor, at: datetime, reason: str
) -> None:
    """Count a refund of a locked payment: its state, the deposit, the booking; emits payment.refunded."""
    original.refunded_amount_cents += amount_cents
    restate(original, at=at)
    record_change(
        subject=original,
        station_id=station_of(original),
        event_type="payment.refunded",
        by=by,
        at=at,
        payload={
            **owner_of(original),
            "refund_id": str(refund.pk),
            "amount_cents": amount_cents,
            "refunded_amount_cents": original.refunded_amount_cents,
            "currency": original.currency,
            "status": str(original.status),
        },
        permissions=[CODE],
        reason=reason,
    )
    if original.booking is not None:
        _close_unplaced(original.booking, by=by, at=at, reason=reason)
        reverse_if_short(booking_id=original.booking.pk, cause="refunded", at=at)


def goes_by_stripe(refund: Payment) -> bool:
    """Tell whether Stripe executes the refund: it took the money by card."""
    original = refund.refunded_payment
    return (
        original is not None
        and original.payment_method == PaymentMethod.CARD
        and original.stripe_payment_intent_id is not None
    )


def complete_row(refund: Payment, fields: list[str], *, by: Actor, at: datetime) -> None:
    """Complete a locked refund, writing also these columns; emits payment.completed."""
    refund.status, refund.completed_at = PaymentStatus.COMPLETED, at
    save_payment(refund, ["status", "completed_at", *fields], at=at)
    record_refund(refund, "payment.completed", by=by, at=at)


def restate(original: Payment, *, at: datetime) -> None:
    """Let the state of a payment follow from how much of it was given back."""
    if original.refunded_amount_cents == 0:
        original.status = PaymentStatus.COMPLETED
    elif original.refunded_amount_cents == original.amount_cents:
        original.status = PaymentStatus.REFUNDED
    else:
        original.status = PaymentStatus.PARTIALLY_REFUNDED
    save_payment(original, ["status", "refunded_amount_cents"], at=at)


def _close_unplaced(booking: Booking, *, by: Actor, at: datetime, reason: str) -> None:
    """Settle the deposit of a cancelled party whose money of PY-10 has all been given back."""
    if booking.status != BookingStatus.CANCELLED or get_paid_cents(booking.pk) > 0:
        return
    Deposit.objects.filter(booking=booking, status=DepositStatus.PAID).update(
        status=DepositStatus.REFUNDED, settled_at=at, settled_by=by.id, settle_reason=reason, updated_at=at
    )


def record_refund(refund: Payment, event_type: str, *, by: Actor, at: datetime) -> None:
    """Leave the trace of what became of a refund."""
    record_change(
        subject=refund,
        station_id=station_of(refund),
        event_type=event_type,
        by=by,
        at=at,
        payload={
            **owner_of(refund),
            "payment_id": str(refund.refunded_payment_id),
            "amount_cents": refund.amount_cents,
            "currency": refund.currency,
            "payment_type": PaymentType.REFUND.value,
        },
        permissions=[CODE],
    )
