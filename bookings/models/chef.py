"""Chefs who cook at the customer's home."""

from django.db import models

from bookings.models.fields import words_field
from bookings.models.querysets import ChefQuerySet
from common.crypto.fields import BlindIndexField, EncryptedEmailField, EncryptedPhoneField
from common.db import table
from common.models import LIVE, SoftDeleteModel, TimestampedModel
from common.privacy import Classification
from identity.models import Station


class Chef(SoftDeleteModel, TimestampedModel):
    """A chef of one station, or of every station when `station` is NULL."""

    privacy = Classification(
        public="station zones skills buffer_setup_minutes buffer_teardown_minutes is_active",
        personal="name email email_bidx phone google_calendar_id delete_reason",
    )

    station = models.ForeignKey(
        Station, null=True, blank=True, on_delete=models.SET_NULL, related_name="chefs", db_index=False
    )
    name = models.CharField(max_length=100)
    email = EncryptedEmailField()
    email_bidx = BlindIndexField(source="email", kind="email")
    phone = EncryptedPhoneField(null=True, blank=True)
    zones = words_field()
    skills = words_field()
    google_calendar_id = models.CharField(max_length=255, null=True, blank=True)
    buffer_setup_minutes = models.PositiveSmallIntegerField(default=30, db_default=30)
    buffer_teardown_minutes = models.PositiveSmallIntegerField(default=30, db_default=30)
    is_active = models.BooleanField(default=True, db_default=True)

    objects = ChefQuerySet.as_manager()

    class Meta:
        db_table = table("core", "chefs")
        constraints = [models.UniqueConstraint(fields=["email_bidx"], condition=LIVE, name="uq_chefs_email")]
        indexes = [models.Index(fields=["station", "is_active"], name="ix_chefs_station_active")]
