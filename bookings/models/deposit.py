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
    privacy = Classification(
        public="booking amount_cents status payment payment_method requested_at paid_at settled_at "
        "settled_by currency",
        personal="reference settle_reason",
    )

    booking = models.OneToOneField(Booking, on_delete=models.PROTECT, related_name="deposit")
    amount_cents = CentsField()
    status = EnumField(DepositStatus, default=DepositStatus.PENDING)
    payment = models.ForeignKey(
        Payment, null=True, blank=True, on_delete=models.PROTECT, related_name="deposits"
    )
    payment_method = EnumField(PaymentMethod, null=True, blank=True)
    reference = models.CharField(max_length=255, null=True, blank=True)
    requested_at = models.DateTimeField(null=True, blank=True)
    paid_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="%(app_label)s_%(class)s_settled_by",
    )
    settle_reason = models.TextField(null=True, blank=True)
    currency = CurrencyField(default="USD")

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
