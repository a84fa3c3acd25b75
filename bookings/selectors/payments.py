"""Reads of the payment ledger: what a booking has received and still owes (PY-1)."""

from functools import partial
from uuid import UUID

from django.db.models import F, Q, QuerySet, Sum

from bookings.enums import BookingStatus, DepositStatus, HoldStatus, PaymentStatus, PaymentType
from bookings.models import Booking, Payment
from bookings.selectors.reach import pick
from common.actors import Actor

READ = "payment.read"
CREDITED = (PaymentStatus.COMPLETED, PaymentStatus.PARTIALLY_REFUNDED, PaymentStatus.REFUNDED)
UNPLACED = (
    Q(status__in=CREDITED, refunded_amount_cents__lt=F("amount_cents"))
    & ~Q(payment_type=PaymentType.REFUND)
    & (
        Q(booking__status=BookingStatus.CANCELLED)
        & (Q(booking__deposit__status=DepositStatus.PAID) | Q(completed_at__gt=F("booking__cancelled_at")))
        | Q(booking__isnull=True, hold__status__in=(HoldStatus.EXPIRED, HoldStatus.CANCELLED))
    )
)
"""PY-10: money whose party is gone; staff reinstate, match or refund."""


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


def list_payments(actor: Actor, *, code: str = READ) -> QuerySet[Payment]:
    """Return the payments within reach of the code, with booking and hold."""
    return Payment.objects.visible_to(actor, code).select_related("booking", "hold")


def get_payment(actor: Actor, pk: UUID, *, code: str = READ) -> Payment:
    """Return a payment that the code reaches; PermissionDenied for one to read only, else NotFound."""
    return pick(
        list_payments(actor, code=code),
        pk,
        readable=None if code == READ else partial(list_payments, actor),
        otherwise="There is no such payment.",
    )
