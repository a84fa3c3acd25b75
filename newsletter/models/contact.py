"""What the message gate remembers of contacts: who must not be written to, and what was written."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from bookings.enums import DeliveryChannel, Direction
from common.crypto.fields import BlindIndexField
from common.db import table
from common.fields import EnumField
from common.models import CreatedModel, TimestampedModel
from common.privacy import Classification
from newsletter.enums import ConsentPurpose, SuppressionReason
from newsletter.models.fields import contact_indexes, instant_field

UNLIFTED = Q(lifted_at__isnull=True)


class SuppressionQuerySet(models.QuerySet["Suppression"]):
    def in_force(self) -> Self:
        """Keep the suppressions that nobody lifted (N-3)."""
        return self.filter(UNLIFTED)

    def of(self, contact: str, channel: DeliveryChannel) -> Self:
        """Keep the suppressions of one contact on one channel (N-3)."""
        return self.filter(contact_bidx__in=contact_indexes(contact, channel), channel=channel)


class Suppression(TimestampedModel):
    """A contact that must not be written to on a channel, for the whole company and for ever kept."""

    privacy = Classification(
        public="channel reason source suppressed_at lifted_at", personal="contact_bidx note"
    )

    contact_bidx = BlindIndexField(help_text="Keyed hash of the e-mail address or phone number.")
    channel = EnumField(DeliveryChannel, help_text="The channel that is closed.")
    reason = EnumField(SuppressionReason, help_text="Why the channel is closed.")
    source = models.CharField(max_length=100, help_text="The message, page or import it came from.")
    suppressed_at = models.DateTimeField(
        default=timezone.now, db_default=Now(), help_text="When the channel was closed."
    )
    lifted_at = instant_field("When the contact opened the channel again.")
    note = models.TextField(null=True, blank=True, help_text="Remark of staff.")

    objects = SuppressionQuerySet.as_manager()

    class Meta:
        db_table = table("newsletter", "suppressions")
        constraints = [
            models.UniqueConstraint(
                fields=["contact_bidx", "channel"], condition=UNLIFTED, name="uq_suppressions_live"
            ),
            models.CheckConstraint(condition=Q(contact_bidx__isnull=False), name="ck_suppressions_contact"),
        ]


class ContactLogQuerySet(models.QuerySet["ContactLog"]):
    def recent(self, contact: str, channel: DeliveryChannel, since: datetime) -> Self:
        """Keep what a contact got or wrote on a channel since an instant: caps count it (N-8, N-9)."""
        indexes = contact_indexes(contact, channel)
        return self.filter(contact_bidx__in=indexes, channel=channel, occurred_at__gte=since)

    def marketing_sent(self) -> Self:
        """Keep the marketing that went out, which alone is capped (N-8)."""
        return self.filter(direction=Direction.OUTBOUND, purpose=ConsentPurpose.MARKETING)


class ContactLog(CreatedModel):
    """A message sent by anybody to a contact, or received from it; written by the message gate."""

    privacy = Classification(
        public="channel direction purpose source source_id occurred_at", personal="contact_bidx"
    )

    contact_bidx = BlindIndexField(help_text="Keyed hash of the e-mail address or phone number.")
    channel = EnumField(DeliveryChannel, help_text="The way the message travelled.")
    direction = EnumField(Direction, help_text="Whether the message came in or went out.")
    purpose = EnumField(
        ConsentPurpose, null=True, blank=True, help_text="What the message was for; empty for what came in."
    )
    source = models.CharField(max_length=50, help_text="The table or box that the message stands in.")
    source_id = models.UUIDField(help_text="Key of the message there.")
    occurred_at = models.DateTimeField(
        default=timezone.now, db_default=Now(), help_text="When the message was sent or received."
    )

    objects = ContactLogQuerySet.as_manager()

    class Meta:
        db_table = table("newsletter", "contact_log")
        verbose_name = "contact log entry"
        verbose_name_plural = "contact log"
        constraints = [
            models.UniqueConstraint(fields=["source", "source_id", "channel"], name="uq_contact_log_source"),
            models.CheckConstraint(condition=Q(contact_bidx__isnull=False), name="ck_contact_log_contact"),
        ]
        indexes = [
            models.Index(fields=["contact_bidx", "channel", "occurred_at"], name="ix_contact_log_recent"),
        ]
