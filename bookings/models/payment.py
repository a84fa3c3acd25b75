"""The ledger of money (PY-1): rows are never deleted, amounts never edited."""

from django.db import models
from django.db.models import F, Q

from bookings.enums import PaymentMethod, PaymentStatus, PaymentType
from bookings.models.booking import Booking
from bookings.models.querysets import PaymentQuerySet
from bookings.models.reservation_hold import ReservationHold
from common.crypto.fields import EncryptedEmailField, EncryptedPhoneField, EncryptedTextField
from common.db import table
from common.fields import CentsField, CurrencyField, EnumField
from common.models import TimestampedModel
from common.privacy import Classification
from identity.models import User

OPEN_CARD_PAYMENT = Q(status=PaymentStatus.PENDING, payment_method=PaymentMethod.CARD) & ~Q(
    payment_type=PaymentType.REFUND
)
SETTLED = (PaymentStatus.COMPLETED, PaymentStatus.REFUNDED, PaymentStatus.PARTIALLY_REFUNDED)


class Payment(TimestampedModel):
    """Money asked, received or given back; `fee_cents` is charged on top and never credited."""

    privacy = Classification(
        public="booking hold payment_type payment_method status amount_cents fee_cents "
        "refunded_amount_cents refunded_payment received_at completed_at confirmation_sent_at "
        "recorded_by currency metadata",
        personal="stripe_payment_intent_id stripe_charge_id stripe_refund_id stripe_customer_id "
        "payment_reference sender_name sender_email sender_phone description notes refund_reason "
        "failure_reason",
        secret="checkout_url",  # noqa: S106 -- the name of a column
    )

    booking = models.ForeignKey(
        Booking, null=True, blank=True, on_delete=models.PROTECT, related_name="payments", db_index=False
    )
    hold = models.ForeignKey(
        ReservationHold, null=True, blank=True, on_delete=models.PROTECT, related_name="payments"
    )
    payment_type = EnumField(PaymentType)
    payment_method = EnumField(PaymentMethod)
    status = EnumField(PaymentStatus, default=PaymentStatus.PENDING)
    amount_cents = models.IntegerField()
    fee_cents = CentsField(default=0, db_default=0)
    refunded_amount_cents = CentsField(default=0, db_default=0)
    refunded_payment = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="refunds"
    )
    stripe_payment_intent_id = models.CharField(max_length=255, null=True, blank=True)
    stripe_charge_id = models.CharField(max_length=255, null=True, blank=True)
    stripe_refund_id = models.CharField(max_length=255, null=True, blank=True)
    stripe_customer_id = models.CharField(max_length=255, null=True, blank=True)
    checkout_url = models.CharField(max_length=1000, null=True, blank=True)
    payment_reference = models.CharField(max_length=255, null=True, blank=True)
    sender_name = EncryptedTextField(null=True, blank=True)
    sender_email = EncryptedEmailField(null=True, blank=True)
    sender_phone = EncryptedPhoneField(null=True, blank=True)
    received_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    confirmation_sent_at = models.DateTimeField(null=True, blank=True)
    recorded_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="%(app_label)s_%(class)s_recorded_by",
    )
    description = models.TextField(null=True, blank=True)
    notes = models.TextField(null=True, blank=True)
    refund_reason = models.TextField(null=True, blank=True)
    failure_reason = models.CharField(max_length=200, null=True, blank=True)
    currency = CurrencyField(default="USD")
    metadata = models.JSONField(default=dict, db_default={}, blank=True)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        db_table = table("core", "payments")
        constraints = [
            models.UniqueConstraint(fields=["stripe_payment_intent_id"], name="uq_payments_intent"),
            models.UniqueConstraint(fields=["stripe_refund_id"], name="uq_payments_stripe_refund"),
            models.UniqueConstraint(
                fields=["booking"], condition=OPEN_CARD_PAYMENT, name="uq_payments_open_card_booking"
            ),
            models.UniqueConstraint(
                fields=["hold"], condition=OPEN_CARD_PAYMENT, name="uq_payments_open_card_hold"
            ),
            models.CheckConstraint(
                condition=Q(booking__isnull=False) | Q(hold__isnull=False), name="ck_payments_owner"
            ),
            models.CheckConstraint(
                condition=Q(amount_cents__gt=0) & Q(refunded_amount_cents__lte=F("amount_cents")),
                name="ck_payments_amount",
            ),
            models.CheckConstraint(
                condition=Q(
                    payment_type=PaymentType.REFUND,
                    refunded_payment__isnull=False,
                    refund_reason__isnull=False,
                )
                | (~Q(payment_type=PaymentType.REFUND) & Q(refunded_payment__isnull=True)),
                name="ck_payments_refund",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=SETTLED) | Q(completed_at__isnull=False), name="ck_payments_completed"
            ),
        ]
        indexes = [
            models.Index(fields=["booking", "status"], name="ix_payments_booking_status"),
            models.Index(fields=["status", "created_at"], name="ix_payments_status_created"),
        ]
