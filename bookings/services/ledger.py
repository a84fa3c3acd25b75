"""PY-1: the one place that writes payment rows; rows are added, never edited away."""

from dataclasses import dataclass
from datetime import datetime

from bookings.enums import PaymentMethod, PaymentStatus, PaymentType
from bookings.models import Booking, Payment, ReservationHold
from bookings.services.transitions import record_change
from common.actors import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who sent money, as the bank told it."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None


def add_received_payment(
    *,
    booking: Booking,
    amount_cents: int,
    method: PaymentMethod,
    payment_type: PaymentType,
    reference: str,
    received_at: datetime,
    permission: str,
    by: Actor,
    at: datetime,
    notes: str = "",
    hold: ReservationHold | None = None,
    sender: Sender | None = None,
    stripe_payment_intent_id: str | None = None,
) -> Payment:
    """Add a completed payment to a booking whose row the caller has locked; emits payment.recorded."""
    payment = Payment(
        booking=booking,
        hold=hold,
        payment_type=payment_type,
        payment_method=method,
        status=PaymentStatus.COMPLETED,
        amount_cents=amount_cents,
        currency=booking.currency,
        payment_reference=reference,
        received_at=received_at,
        completed_at=at,
        recorded_by_id=by.id,
        notes=notes or None,
        stripe_payment_intent_id=stripe_payment_intent_id,
    )
    if sender is not None:
        payment.sender_name, payment.sender_email = sender.name, sender.email
        payment.sender_phone = sender.phone
    payment.save(force_insert=True)
    record_change(
        subject=payment,
        station_id=booking.station_id,
        event_type="payment.recorded",
        by=by,
        at=at,
        payload={
            "booking_id": str(booking.pk),
            "amount_cents": amount_cents,
            "currency": booking.currency,
            "method": method.value,
            "payment_type": payment_type.value,
        },
        permissions=[permission],
        action="create",
    )
    return payment
