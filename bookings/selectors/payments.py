"""Reads of the payment ledger: what a booking has received and still owes (PY-1)."""

from uuid import UUID

from django.db.models import F, Sum

from bookings.enums import PaymentStatus, PaymentType
from bookings.models import Booking, Payment

CREDITED = (PaymentStatus.COMPLETED, PaymentStatus.PARTIALLY_REFUNDED, PaymentStatus.REFUNDED)


def get_paid_cents(booking_id: UUID) -> int:
    """Return Σ (amount - refunded) of the booking's received payments, in cents."""
    paid = (
        Payment.objects.filter(booking_id=booking_id, status__in=CREDITED)
        .exclude(payment_type=PaymentType.REFUND)
        .aggregate(paid=Sum(F("amount_cents") - F("refunded_amount_cents")))["paid"]
    )
    return int(paid or 0)


def get_balance_cents(booking: Booking) -> int:
    """Return total - paid in cents; negative when the customer is owed money (BK-4)."""
    return int(booking.total_due_cents) - get_paid_cents(booking.pk)


def has_payment_under_way(booking_id: UUID) -> bool:
    """Tell whether a payment of the booking is being processed, which stops BK-7."""
    return Payment.objects.filter(booking_id=booking_id, status=PaymentStatus.PROCESSING).exists()
