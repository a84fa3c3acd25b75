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
    """A slot kept for a customer until the agreement is signed and the deposit paid.

    `expires_at` is the deadline in force: signing first, payment after the signature (H-1 to H-6).
    """

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
        Station,
        on_delete=models.PROTECT,
        related_name="reservation_holds",
        db_index=False,
        help_text="Station whose slot is kept.",
    )
    customer = models.ForeignKey(
        Customer,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="reservation_holds",
        help_text="Customer that the contact belongs to; empty: not known yet.",
    )
    date = models.DateField(help_text="Day of the party, in the station's time zone.")
    slot = models.TimeField(help_text="Time of day that is kept, in the station's time zone.")
    lane = models.PositiveSmallIntegerField(
        default=1, db_default=1, help_text="Which of the slot's parallel places is kept, from 1."
    )
    starts_at = models.DateTimeField(help_text="Start of the party in UTC.")
    status = EnumField(
        HoldStatus,
        default=HoldStatus.PENDING,
        help_text="Where the hold stands; only pending and signed ones keep the slot.",
    )
    cancellation_reason = EnumField(
        HoldCancellationReason,
        null=True,
        blank=True,
        help_text="Why the hold ended without a booking; empty unless expired or cancelled.",
    )
    name = EncryptedTextField(help_text="Name of the person who asked, stored encrypted.")
    email = EncryptedEmailField(help_text="E-mail address in lower case, stored encrypted.")
    phone = EncryptedPhoneField(help_text="Phone number with country code, stored encrypted.")
    email_bidx = BlindIndexField(
        source="email", kind="email", help_text="Keyed hash of the e-mail address, by which it is found."
    )
    phone_bidx = BlindIndexField(
        source="phone", kind="phone", help_text="Keyed hash of the phone number, by which it is found."
    )
    request = EncryptedJSONField(
        help_text="Everything that was asked for, as encrypted JSON; the booking is made from it."
    )
    party_adults = models.IntegerField(help_text="Guests of 13 years and older; at least one.")
    party_kids = models.IntegerField(default=0, db_default=0, help_text="Guests from 6 to 12 years.")
    party_toddlers = models.IntegerField(
        default=0, db_default=0, help_text="Guests under 6 years, who eat for free."
    )
    deposit_cents = CentsField(help_text="Deposit in cents that turns the hold into a booking.")
    sms_consent = models.BooleanField(
        default=False, db_default=False, help_text="Whether the person agreed to SMS about this party."
    )
    sms_consent_timestamp = models.DateTimeField(
        null=True, blank=True, help_text="When the person agreed to SMS; empty without consent."
    )
    signing_token_hash = HexField(
        help_text="SHA-256 of the token in the customer's link; the token itself is not stored."
    )
    signing_link_sent_at = models.DateTimeField(
        null=True, blank=True, help_text="When the link to the agreement was sent; empty: not yet."
    )
    signing_deadline_at = models.DateTimeField(help_text="Until when the agreement can be signed.")
    signing_warning_sent_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When the customer was warned of the signing deadline; empty: not yet.",
    )
    agreement_signed_at = models.DateTimeField(
        null=True, blank=True, help_text="When the agreement was signed; empty: not yet."
    )
    agreement_version = models.CharField(
        max_length=20,
        null=True,
        blank=True,
        help_text="Version of the agreement that was signed; empty: not signed.",
    )
    agreement_text_hash = HexField(
        null=True, blank=True, help_text="SHA-256 of the signed text in hexadecimal; empty: not signed."
    )
    signer_name = EncryptedTextField(
        null=True,
        blank=True,
        help_text="Name as typed under the agreement, stored encrypted; empty: not signed.",
    )
    signer_ip_hash = BlindIndexField(
        kind="ip", help_text="Keyed hash of the signer's network address; the address is not stored."
    )
    payment_deadline_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Until when the deposit can be paid; empty: the agreement comes first.",
    )
    payment_warning_sent_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When the customer was warned of the payment deadline; empty: not yet.",
    )
    deposit_paid_at = models.DateTimeField(
        null=True, blank=True, help_text="When the deposit arrived; empty: not yet."
    )
    payment_intent_id = models.CharField(
        max_length=255,
        null=True,
        blank=True,
        help_text="Stripe's id of the deposit's payment; empty: not paid by card.",
    )
    deposit_payment_method = EnumField(
        PaymentMethod, null=True, blank=True, help_text="How the deposit was paid; empty: not yet."
    )
    deposit_payment_reference = models.CharField(
        max_length=255,
        null=True,
        blank=True,
        help_text="What proves the payment, such as a transfer number; empty: not paid.",
    )
    expires_at = models.GeneratedField(
        expression=Coalesce(F("payment_deadline_at"), F("signing_deadline_at")),
        output_field=models.DateTimeField(null=True),
        db_persist=True,
        help_text="Deadline in force: signing at first, payment after the signature.",
    )
    converted_to_booking = models.ForeignKey(
        Booking,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="reservation_holds",
        db_index=False,
        help_text="Booking that the hold became; empty: none yet.",
    )
    currency = CurrencyField(default="USD", help_text="Currency of the amounts, as a three-letter ISO code.")
    metadata = models.JSONField(
        default=dict,
        db_default={},
        blank=True,
        help_text="Agreed price, waived notice and who asked for the hold, as JSON.",
    )

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
