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
    """A chef who cooks at the homes of customers.

    Of one station, or of every station when `station` is NULL.
    """

    privacy = Classification(
        public="station zones skills buffer_setup_minutes buffer_teardown_minutes is_active",
        personal="name email email_bidx phone google_calendar_id delete_reason",
    )

    station = models.ForeignKey(
        Station,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="chefs",
        db_index=False,
        help_text="Station that the chef works for; empty: every station.",
    )
    name = models.CharField(max_length=100, help_text="Name that staff and customers know the chef by.")
    email = EncryptedEmailField(
        help_text="E-mail address in lower case, stored encrypted; it ties the chef to an account."
    )
    email_bidx = BlindIndexField(
        source="email", kind="email", help_text="Keyed hash of the e-mail address, by which it is found."
    )
    phone = EncryptedPhoneField(
        null=True, blank=True, help_text="Phone number with country code, stored encrypted; empty: not given."
    )
    zones = words_field(help_text="Zones that the chef travels to, as short words; none: everywhere.")
    skills = words_field(help_text="Protein categories that the chef masters, such as seafood.")
    google_calendar_id = models.CharField(
        max_length=255,
        null=True,
        blank=True,
        help_text="Id of the chef's Google calendar; empty: none is connected.",
    )
    buffer_setup_minutes = models.PositiveSmallIntegerField(
        default=30, db_default=30, help_text="Minutes that the chef needs on the spot before a party begins."
    )
    buffer_teardown_minutes = models.PositiveSmallIntegerField(
        default=30,
        db_default=30,
        help_text="Minutes that the chef needs on the spot after a party has ended.",
    )
    is_active = models.BooleanField(
        default=True, db_default=True, help_text="Whether the chef can be given parties."
    )

    objects = ChefQuerySet.as_manager()

    class Meta:
        db_table = table("core", "chefs")
        constraints = [models.UniqueConstraint(fields=["email_bidx"], condition=LIVE, name="uq_chefs_email")]
        indexes = [models.Index(fields=["station", "is_active"], name="ix_chefs_station_active")]
