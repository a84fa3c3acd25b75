"""A slot kept while the agreement is signed and the deposit paid (H-1 to H-6)."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from bookings.enums import LIVE_HOLD_STATUSES, HoldCancellationReason, HoldStatus, PaymentMethod
from bookings.models.booking import Booking
from bookings.models.customer import Customer
from bookings.models.querysets import ReservationHoldQuerySet
from common.crypto.fields import (
    BlindIndexField,
    EncryptedEmailField,
    EncryptedJSONField,
    EncryptedPhoneField,
    EncryptedTextField,
)
from common.db import table
from common.fields import CentsField, CurrencyField, EnumField, HexField
from common.models import TimestampedModel
from common.privacy import Classification
from identity.models import Station

LIVE_HOLD = Q(status__in=LIVE_HOLD_STATUSES)
DEAD_HOLD = Q(status__in=(HoldStatus.EXPIRED, HoldStatus.CANCELLED))


class ReservationHold(TimestampedModel):
    """`expires_at` is the deadline in force: signing first, payment after the signature."""

    privacy = Classification(
        public="station customer date slot lane starts_at status cancellation_reason party_adults "
        "party_kids party_toddlers deposit_cents sms_consent sms_consent_timestamp "
        "signing_link_sent_at signing_deadline_at signing_warning_sent_at agreement_signed_at "
        "agreement_version agreement_text_hash payment_deadline_at payment_warning_sent_at "
        "deposit_paid_at deposit_payment_method expires_at converted_to_booking currency",
        personal="name email phone email_bidx phone_bidx request signer_name signer_ip_hash "
        "payment_intent_id deposit_payment_reference metadata",
        secret="signing_token_hash",  # noqa: S106 -- the name of a column
    )

    station = models.ForeignKey(
        Station, on_delete=models.PROTECT, related_name="reservation_holds", db_index=False
    )
    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.SET_NULL, related_name="reservation_holds"
    )
    date = models.DateField(help_text="Station-local")
    slot = models.TimeField(help_text="Station-local")
    lane = models.PositiveSmallIntegerField(default=1, db_default=1)
    starts_at = models.DateTimeField()
    status = EnumField(HoldStatus, default=HoldStatus.PENDING)
    cancellation_reason = EnumField(HoldCancellationReason, null=True, blank=True)
    name = EncryptedTextField()
    email = EncryptedEmailField()
    phone = EncryptedPhoneField()
    email_bidx = BlindIndexField(source="email", kind="email")
    phone_bidx = BlindIndexField(source="phone", kind="phone")
    request = EncryptedJSONField(help_text="The whole booking request")
    party_adults = models.IntegerField()
    party_kids = models.IntegerField(default=0, db_default=0)
    party_toddlers = models.IntegerField(default=0, db_default=0)
    deposit_cents = CentsField()
    sms_consent = models.BooleanField(default=False, db_default=False)
    sms_consent_timestamp = models.DateTimeField(null=True, blank=True)
    signing_token_hash = HexField()
    signing_link_sent_at = models.DateTimeField(null=True, blank=True)
    signing_deadline_at = models.DateTimeField()
    signing_warning_sent_at = models.DateTimeField(null=True, blank=True)
    agreement_signed_at = models.DateTimeField(null=True, blank=True)
    agreement_version = models.CharField(max_length=20, null=True, blank=True)
    agreement_text_hash = HexField(null=True, blank=True)
    signer_name = EncryptedTextField(null=True, blank=True)
    signer_ip_hash = BlindIndexField(kind="ip")
    payment_deadline_at = models.DateTimeField(null=True, blank=True)
    payment_warning_sent_at = models.DateTimeField(null=True, blank=True)
    deposit_paid_at = models.DateTimeField(null=True, blank=True)
    payment_intent_id = models.CharField(max_length=255, null=True, blank=True)
    deposit_payment_method = EnumField(PaymentMethod, null=True, blank=True)
    deposit_payment_reference = models.CharField(max_length=255, null=True, blank=True)
    expires_at = models.GeneratedField(
        expression=Coalesce(F("payment_deadline_at"), F("signing_deadline_at")),
        output_field=models.DateTimeField(null=True),
        db_persist=True,
    )
    converted_to_booking = models.ForeignKey(
        Booking,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="reservation_holds",
        db_index=False,
    )
    currency = CurrencyField(default="USD")
    metadata = models.JSONField(default=dict, db_default={}, blank=True)

    objects = ReservationHoldQuerySet.as_manager()

    class Meta:
        db_table = table("core", "reservation_holds")
        constraints = [
            models.UniqueConstraint(fields=["signing_token_hash"], name="uq_holds_token"),
            models.UniqueConstraint(
                fields=["station", "date", "slot", "lane"], condition=LIVE_HOLD, name="uq_holds_slot"
            ),
            models.UniqueConstraint(fields=["converted_to_booking"], name="uq_holds_booking"),
            models.CheckConstraint(
                condition=Q(party_adults__gt=0, party_kids__gte=0, party_toddlers__gte=0),
                name="ck_holds_party",
            ),
            models.CheckConstraint(condition=Q(lane__gte=1), name="ck_holds_lane"),
            models.CheckConstraint(
                condition=(
                    Q(agreement_signed_at__isnull=True, payment_deadline_at__isnull=True)
                    | Q(agreement_signed_at__isnull=False, payment_deadline_at__isnull=False)
                )
                & (~Q(status=HoldStatus.SIGNED) | Q(agreement_signed_at__isnull=False)),
                name="ck_holds_signed",
            ),
            models.CheckConstraint(
                condition=(DEAD_HOLD & Q(cancellation_reason__isnull=False))
                | (~DEAD_HOLD & Q(cancellation_reason__isnull=True)),
                name="ck_holds_dead",
            ),
            models.CheckConstraint(
                condition=Q(converted_to_booking__isnull=True) | Q(status=HoldStatus.CONVERTED),
                name="ck_holds_converted",
            ),
            models.CheckConstraint(
                condition=Q(sms_consent=False) | Q(sms_consent_timestamp__isnull=False),
                name="ck_holds_sms",
            ),
        ]
        indexes = [
            models.Index(fields=["station", "date", "slot"], name="ix_holds_station_slot"),
            models.Index(fields=["expires_at"], condition=LIVE_HOLD, name="ix_holds_expires"),
            models.Index(fields=["email_bidx"], name="ix_holds_email"),
            models.Index(fields=["phone_bidx"], name="ix_holds_phone"),
        ]
