"""People who book; one row per station and e-mail (BK-2)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from bookings.enums import ContactPreference
from bookings.models.querysets import CustomerQuerySet
from common.crypto.fields import BlindIndexField, EncryptedEmailField, EncryptedPhoneField
from common.db import table
from common.fields import EnumField
from common.models import LIVE, SoftDeleteModel, TimestampedModel
from common.privacy import Classification
from identity.models import Station

COMPANY_ZONE = "America/Los_Angeles"


class Customer(SoftDeleteModel, TimestampedModel):
    """Somebody who books; one row per station and e-mail address.

    Follows BK-2.
    """

    privacy = Classification(
        public="station consent_sms consent_email consent_updated_at timezone preferred_contact tags "
        "legal_hold erased_at",
        personal="first_name last_name email phone email_bidx phone_bidx notes delete_reason",
    )

    station = models.ForeignKey(
        Station,
        on_delete=models.PROTECT,
        related_name="customers",
        db_index=False,
        help_text="Station that the customer books with.",
    )
    first_name = models.CharField(max_length=100, help_text="First name; the word Erased after an erasure.")
    last_name = models.CharField(max_length=100, help_text="Last name; the word Erased after an erasure.")
    email = EncryptedEmailField(help_text="E-mail address in lower case, stored encrypted.")
    phone = EncryptedPhoneField(help_text="Phone number with country code, stored encrypted.")
    email_bidx = BlindIndexField(
        source="email",
        kind="email",
        help_text="Keyed hash of the e-mail address, by which it is found; empty once erased.",
    )
    phone_bidx = BlindIndexField(
        source="phone",
        kind="phone",
        help_text="Keyed hash of the phone number, by which it is found; empty once erased.",
    )
    # Caches of the consent ledger (BK-2).
    consent_sms = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Whether the customer agreed to SMS; copied from the record of consents.",
    )
    consent_email = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Whether the customer agreed to e-mails; copied from the record of consents.",
    )
    consent_updated_at = models.DateTimeField(
        null=True, blank=True, help_text="When one of the two consents last changed; empty: never."
    )
    timezone = models.CharField(
        max_length=50,
        default=COMPANY_ZONE,
        db_default=COMPANY_ZONE,
        help_text="IANA name of the customer's zone, which decides when SMS may arrive.",
    )
    preferred_contact = EnumField(
        ContactPreference,
        null=True,
        blank=True,
        help_text="How the customer would like to be reached; empty: nothing said.",
    )
    tags = ArrayField(
        models.CharField(max_length=50),
        null=True,
        blank=True,
        help_text="Short words that staff sort customers by; empty: none.",
    )
    notes = models.TextField(
        null=True, blank=True, help_text="Internal remarks, never shown to the customer; empty: none."
    )
    legal_hold = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Whether a legal matter forbids to erase the customer's data.",
    )
    erased_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When the personal data were removed for good; empty: they are there.",
    )

    objects = CustomerQuerySet.as_manager()

    class Meta:
        db_table = table("core", "customers")
        constraints = [
            models.UniqueConstraint(
                fields=["station", "email_bidx"], condition=LIVE, name="idx_customer_station_email"
            ),
            models.CheckConstraint(
                condition=(
                    Q(erased_at__isnull=True) & Q(email_bidx__isnull=False) & Q(phone_bidx__isnull=False)
                )
                | Q(erased_at__isnull=False, email_bidx__isnull=True, phone_bidx__isnull=True),
                name="ck_customers_bidx",
            ),
        ]
        indexes = [
            models.Index(fields=["station", "phone_bidx"], name="idx_customer_station_phone"),
            models.Index(fields=["station", "created_at"], name="idx_customer_station_created"),
            models.Index(fields=["email_bidx"], name="ix_customers_email"),
            models.Index(fields=["phone_bidx"], name="ix_customers_phone"),
        ]
