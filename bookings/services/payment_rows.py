"""Rows of the ledger, locked after their booking (D-9), and written column by column."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from bookings.enums import PaymentType
from bookings.exceptions import SlotContended
from bookings.models import Booking, Payment
from common.exceptions import NotFound


def lock_payment(payment_id: UUID) -> Payment:
    """Lock a payment after its booking; raises NotFound.

    Raises `slot_contended` when a hold's payment got its booking in the meantime: trying again makes sense.
    """
    seen = Payment.objects.filter(pk=payment_id).values_list("booking_id", flat=True)
    if not seen:
        raise NotFound("There is no such payment.")
    (booking_id,) = seen
    if booking_id is not None:
        Booking.objects.select_for_update(no_key=True, of=("self",)).only("pk").get(pk=booking_id)
    locked = Payment.objects.select_for_update(no_key=True, of=("self",)).get(pk=payment_id)
    if locked.booking_id != booking_id:
        raise SlotContended("The hold of this payment became a booking meanwhile.")
    return locked


def lock_refund(refund_id: UUID) -> tuple[Payment, Payment]:
    """Lock booking, payment and refund of a refund row; return the refund and what it gives back."""
    refund = Payment.objects.filter(pk=refund_id, payment_type=PaymentType.REFUND).first()
    if refund is None or refund.refunded_payment_id is None:
        raise NotFound("There is no such refund.")
    original = lock_payment(refund.refunded_payment_id)
    return Payment.objects.select_for_update(no_key=True, of=("self",)).get(pk=refund_id), original


def station_of(payment: Payment) -> UUID:
    """Return the station of the booking or hold that the payment is for."""
    owner = payment.booking or payment.hold
    if owner is None:
        raise NotFound("Nobody owns this payment.")
    return owner.station_id


def email_of(payment: Payment) -> str:
    """Return the address of whoever the payment is asked of; empty when it is erased."""
    if payment.booking is not None:
        return payment.booking.customer.email or ""
    return (payment.hold.email if payment.hold is not None else None) or ""


def owner_of(payment: Payment) -> dict[str, str | None]:
    """Return booking and hold of a payment as events tell them."""
    return {
        "booking_id": None if payment.booking_id is None else str(payment.booking_id),
        "hold_id": None if payment.hold_id is None else str(payment.hold_id),
    }


def save_payment(payment: Payment, fields: Sequence[str], *, at: datetime) -> None:
    """Write these columns of a locked payment."""
    payment.updated_at = at
    Payment.objects.filter(pk=payment.pk).update(
        **{name: getattr(payment, name) for name in fields}, updated_at=at
    )
