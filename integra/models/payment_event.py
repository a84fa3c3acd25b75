"""Money that arrived, as a provider told it, before anybody knows for which party (PY-8, PY-10)."""

from typing import Self

from django.db import models
from django.db.models import Q

from bookings.enums import PaymentMethod
from bookings.models.querysets import ScopedQuerySet
from common.crypto.fields import (
    BlindIndexField,
    EncryptedEmailField,
    EncryptedJSONField,
    EncryptedPhoneField,
    EncryptedTextField,
)
from common.db import table
from common.fields import CurrencyField, EnumField
from common.models import TimestampedModel
from common.privacy import Classification
from identity.models import Station, User
from integra.enums import QUEUED_PAYMENT_STATUSES, PaymentEventStatus, PaymentProvider

QUEUED = Q(status__in=QUEUED_PAYMENT_STATUSES)


class PaymentEventQuerySet(ScopedQuerySet["PaymentEvent"]):
    read_code = "payment.match"
    has_company_rows = True

    def queued(self) -> Self:
        """Keep the manual queue, the oldest money first (PY-10)."""
        return self.filter(QUEUED).order_by("occurred_at", "pk")

    def told_by(self, provider: PaymentProvider, provider_id: str) -> Self:
        """Keep the one event of a provider's own key (PY-8)."""
        return self.filter(provider=provider, provider_id=provider_id)


class PaymentEvent(TimestampedModel):
    """Money that arrived, as a provider told it; the amount and its origin never change."""

    privacy = Classification(
        public="provider method station amount_cents occurred_at status ignored_by ignored_at currency",
        personal="provider_id memo raw_data sender_name sender_email sender_phone sender_handle "
        "sender_email_bidx sender_phone_bidx ignore_note",
    )

    provider = EnumField(PaymentProvider, help_text="Who told of the money.")
    provider_id = models.CharField(
        max_length=255, help_text="The provider's own key of the event, unique per provider."
    )
    method = EnumField(PaymentMethod, help_text="How the money was sent.")
    station = models.ForeignKey(
        Station,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="payment_events",
        help_text="The station whose account got the money; empty for the company's.",
    )
    amount_cents = models.IntegerField(help_text="Amount in cents.")
    occurred_at = models.DateTimeField(help_text="When the money was sent, by the provider's clock.")
    status = EnumField(
        PaymentEventStatus,
        default=PaymentEventStatus.PENDING,
        help_text="Whether a booking was found for the money.",
    )
    memo = EncryptedTextField(null=True, blank=True, help_text="What the sender wrote with it, encrypted.")
    raw_data = EncryptedJSONField(
        null=True, blank=True, help_text="What the provider told, whole, encrypted."
    )
    sender_name = EncryptedTextField(null=True, blank=True, help_text="Name of the sender, encrypted.")
    sender_email = EncryptedEmailField(
        null=True, blank=True, help_text="E-mail address of the sender, encrypted."
    )
    sender_phone = EncryptedPhoneField(
        null=True, blank=True, help_text="Phone number of the sender, encrypted."
    )
    sender_handle = EncryptedTextField(
        null=True, blank=True, help_text="Account name of the sender at the provider, encrypted."
    )
    sender_email_bidx = BlindIndexField(
        source="sender_email",
        kind="email",
        help_text="Keyed hash by which the e-mail address is compared with those of customers.",
    )
    sender_phone_bidx = BlindIndexField(
        source="sender_phone",
        kind="phone",
        help_text="Keyed hash by which the phone number is compared with those of customers.",
    )
    ignored_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="%(app_label)s_%(class)s_ignored_by",
        help_text="The employee who took the event out of the queue.",
    )
    ignored_at = models.DateTimeField(
        null=True, blank=True, help_text="When the event was taken out of the queue."
    )
    ignore_note = models.TextField(null=True, blank=True, help_text="Why it was taken out of the queue.")
    currency = CurrencyField(default="USD", help_text="Currency of the amount, a code of ISO 4217.")

    objects = PaymentEventQuerySet.as_manager()

    class Meta:
        db_table = table("integra", "payment_events")
        constraints = [
            models.UniqueConstraint(fields=["provider", "provider_id"], name="uq_payment_events_provider"),
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="ck_payment_events_amount"),
            models.CheckConstraint(
                condition=Q(status=PaymentEventStatus.IGNORED, ignored_at__isnull=False)
                | (~Q(status=PaymentEventStatus.IGNORED) & Q(ignored_at__isnull=True)),
                name="ck_payment_events_ignored",
            ),
        ]
        indexes = [
            models.Index(fields=["occurred_at"], condition=QUEUED, name="ix_payment_events_queue"),
        ]
