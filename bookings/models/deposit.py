"""The deposit of a booking; deadlines and confirmation stand on the booking."""

from django.db import models
from django.db.models import Q

from bookings.enums import DepositStatus, PaymentMethod
from bookings.models.booking import Booking
from bookings.models.payment import Payment
from common.db import table
from common.fields import CentsField, CurrencyField, EnumField
from common.models import TimestampedModel
from common.privacy import Classification
from identity.models import User

OPEN = (DepositStatus.PENDING, DepositStatus.PAID)
RECEIVED = (DepositStatus.PAID, DepositStatus.REFUNDED)


class Deposit(TimestampedModel):
    """The deposit of a booking and what became of it.

    Deadlines and confirmation stand on the booking.
    """

    privacy = Classification(
        public="booking amount_cents status payment payment_method requested_at paid_at settled_at "
        "settled_by currency",
        personal="reference settle_reason",
    )

    booking = models.OneToOneField(
        Booking,
        on_delete=models.PROTECT,
        related_name="deposit",
        help_text="Booking that the deposit confirms; it has one.",
    )
    amount_cents = CentsField(help_text="Amount asked for, in cents.")
    status = EnumField(
        DepositStatus,
        default=DepositStatus.PENDING,
        help_text="Whether the deposit is awaited, paid, confirmed, waived, given back or forfeited.",
    )
    payment = models.ForeignKey(
        Payment,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="deposits",
        help_text="Payment that brought the money; empty: none, or several did.",
    )
    payment_method = EnumField(
        PaymentMethod, null=True, blank=True, help_text="How the money came; empty: it did not."
    )
    reference = models.CharField(
        max_length=255,
        null=True,
        blank=True,
        help_text="What proves the payment, such as a transfer number; empty: none.",
    )
    requested_at = models.DateTimeField(
        null=True, blank=True, help_text="When the customer was first asked to pay; empty: not yet."
    )
    paid_at = models.DateTimeField(
        null=True, blank=True, help_text="When the money was complete; empty: it is not."
    )
    settled_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was decided what becomes of the deposit; empty: open."
    )
    settled_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="%(app_label)s_%(class)s_settled_by",
        help_text="Account that decided; empty: the system, or open.",
    )
    settle_reason = models.TextField(
        null=True,
        blank=True,
        help_text="Why the deposit was waived, given back or forfeited; empty: none given.",
    )
    currency = CurrencyField(default="USD", help_text="Currency of the amount, as a three-letter ISO code.")

    class Meta:
        db_table = table("core", "deposits")
        constraints = [
            models.CheckConstraint(
                condition=~Q(status__in=RECEIVED) | Q(paid_at__isnull=False),
                name="ck_deposits_paid",
            ),
            models.CheckConstraint(
                condition=Q(status__in=OPEN, settled_at__isnull=True)
                | (~Q(status__in=OPEN) & Q(settled_at__isnull=False)),
                name="ck_deposits_settled",
            ),
        ]
        indexes = [models.Index(fields=["status", "requested_at"], name="ix_deposits_status")]
