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
    privacy = Classification(
        public="station consent_sms consent_email consent_updated_at timezone preferred_contact tags "
        "legal_hold erased_at",
        personal="first_name last_name email phone email_bidx phone_bidx notes delete_reason",
    )

    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="customers", db_index=False)
    first_name = models.CharField(max_length=100)
    last_name = models.CharField(max_length=100)
    email = EncryptedEmailField()
    phone = EncryptedPhoneField()
    email_bidx = BlindIndexField(source="email", kind="email")
    phone_bidx = BlindIndexField(source="phone", kind="phone")
    # Caches of the consent ledger (BK-2).
    consent_sms = models.BooleanField(default=False, db_default=False)
    consent_email = models.BooleanField(default=False, db_default=False)
    consent_updated_at = models.DateTimeField(null=True, blank=True)
    timezone = models.CharField(max_length=50, default=COMPANY_ZONE, db_default=COMPANY_ZONE)
    preferred_contact = EnumField(ContactPreference, null=True, blank=True)
    tags = ArrayField(models.CharField(max_length=50), null=True, blank=True)
    notes = models.TextField(null=True, blank=True)
    legal_hold = models.BooleanField(default=False, db_default=False)
    erased_at = models.DateTimeField(null=True, blank=True)

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
