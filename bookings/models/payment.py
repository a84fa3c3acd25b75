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
    """Money asked for, received or given back; rows are never deleted, amounts never changed.

    `fee_cents` is charged on top and never credited (PY-1).
    """

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
        Booking,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="payments",
        db_index=False,
        help_text="Booking that the money is for; empty while it belongs to a hold.",
    )
    hold = models.ForeignKey(
        ReservationHold,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="payments",
        help_text="Hold that the money is for; empty: it came for a booking.",
    )
    payment_type = EnumField(
        PaymentType, help_text="Whether it is a deposit, the full price, a part of it or a refund."
    )
    payment_method = EnumField(PaymentMethod, help_text="How the money moves.")
    status = EnumField(
        PaymentStatus,
        default=PaymentStatus.PENDING,
        help_text="Where the payment stands; only completed money counts as paid.",
    )
    amount_cents = models.IntegerField(
        help_text="Amount in cents that counts towards the price, always positive."
    )
    fee_cents = CentsField(
        default=0,
        db_default=0,
        help_text="Card fee in cents, charged on top of the amount and not given back.",
    )
    refunded_amount_cents = CentsField(
        default=0, db_default=0, help_text="How much of the amount was given back or is on its way, in cents."
    )
    refunded_payment = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="refunds",
        help_text="Payment that this refund gives back; empty unless it is a refund.",
    )
    stripe_payment_intent_id = models.CharField(
        max_length=255,
        null=True,
        blank=True,
        help_text="Stripe's id of the payment; empty: not by card, or a refund.",
    )
    stripe_charge_id = models.CharField(
        max_length=255, null=True, blank=True, help_text="Stripe's id of the charge; empty: none yet."
    )
    stripe_refund_id = models.CharField(
        max_length=255,
        null=True,
        blank=True,
        help_text="Stripe's id of the refund; empty: no refund by card.",
    )
    stripe_customer_id = models.CharField(
        max_length=255, null=True, blank=True, help_text="Stripe's id of the payer; empty: none."
    )
    checkout_url = models.CharField(
        max_length=1000,
        null=True,
        blank=True,
        help_text="Web address at which the card payment is made; empty: none is open.",
    )
    payment_reference = models.CharField(
        max_length=255,
        null=True,
        blank=True,
        help_text="What proves the payment, such as a transfer or check number; empty: none.",
    )
    sender_name = EncryptedTextField(
        null=True,
        blank=True,
        help_text="Name of the payer as the bank gave it, stored encrypted; empty: not given.",
    )
    sender_email = EncryptedEmailField(
        null=True, blank=True, help_text="E-mail address of the payer, stored encrypted; empty: not given."
    )
    sender_phone = EncryptedPhoneField(
        null=True, blank=True, help_text="Phone number of the payer, stored encrypted; empty: not given."
    )
    received_at = models.DateTimeField(
        null=True, blank=True, help_text="When the money came in; empty: not yet."
    )
    completed_at = models.DateTimeField(
        null=True, blank=True, help_text="When the payment was completed; empty: not yet."
    )
    confirmation_sent_at = models.DateTimeField(
        null=True, blank=True, help_text="When the payer got a confirmation; empty: not yet."
    )
    recorded_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="%(app_label)s_%(class)s_recorded_by",
        help_text="Account that entered the payment; empty: the system.",
    )
    description = models.TextField(
        null=True, blank=True, help_text="What the money is for, as the payer reads it; empty: nothing said."
    )
    notes = models.TextField(null=True, blank=True, help_text="Internal remarks; empty: none.")
    refund_reason = models.TextField(
        null=True, blank=True, help_text="Why the money is given back; empty unless it is a refund."
    )
    failure_reason = models.CharField(
        max_length=200, null=True, blank=True, help_text="Why the payment failed; empty: it did not."
    )
    currency = CurrencyField(default="USD", help_text="Currency of the amounts, as a three-letter ISO code.")
    metadata = models.JSONField(
        default=dict, db_default={}, blank=True, help_text="Further facts as JSON, such as an open dispute."
    )

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
