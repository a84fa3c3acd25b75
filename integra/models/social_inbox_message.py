"""Messages of social platforms on their way in (M-6)."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from bookings.enums import SocialPlatform
from bookings.models import SocialPage
from common.crypto.fields import EncryptedTextField
from common.db import table
from common.fields import EnumField, HexField
from common.models import TimestampedModel
from common.privacy import Classification
from events.enums import InboxStatus

DONE = (InboxStatus.PROCESSED, InboxStatus.IGNORED)
WAITING = Q(status__in=(InboxStatus.PENDING, InboxStatus.PROCESSING))


class SocialInboxMessageQuerySet(models.QuerySet["SocialInboxMessage"]):
    def due(self, at: datetime) -> Self:
        """Keep what may be worked on now, leases that ran out included, the oldest first (M-6)."""
        free = Q(locked_until__isnull=True) | Q(locked_until__lte=at)
        return self.filter(WAITING & free, next_attempt_at__lte=at).order_by("next_attempt_at", "pk")


class SocialInboxMessage(TimestampedModel):
    """A notice of a social platform, kept as it came until it was worked on; unique by its signature."""

    privacy = Classification(
        public="signature platform webhook_type account payload_hash status processing_attempts "
        "next_attempt_at locked_until processed_at last_error",
        personal="payload",
    )

    signature = models.CharField(max_length=255, help_text="The platform's signature of the notice, unique.")
    platform = EnumField(SocialPlatform, help_text="The platform it came from.")
    webhook_type = models.CharField(max_length=100, help_text="The platform's own word for what happened.")
    account = models.ForeignKey(
        SocialPage,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="social_inbox_messages",
        help_text="The page of ours that it is about, where known.",
    )
    payload = EncryptedTextField(help_text="The notice as it came, encrypted.")
    payload_hash = HexField(help_text="SHA-256 of the notice.")
    status = EnumField(InboxStatus, default=InboxStatus.PENDING, help_text="Where the notice stands.")
    processing_attempts = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="Number of times working on it was tried."
    )
    next_attempt_at = models.DateTimeField(
        default=timezone.now, db_default=Now(), help_text="It is worked on at this instant or later."
    )
    locked_until = models.DateTimeField(
        null=True, blank=True, help_text="Until when a worker has it for itself."
    )
    processed_at = models.DateTimeField(null=True, blank=True, help_text="When it was dealt with.")
    last_error = models.TextField(null=True, blank=True, help_text="Why the last try failed.")

    objects = SocialInboxMessageQuerySet.as_manager()

    class Meta:
        db_table = table("integra", "social_inbox")
        constraints = [
            models.UniqueConstraint(fields=["signature"], name="uq_social_inbox_signature"),
            models.CheckConstraint(
                condition=Q(status__in=DONE, processed_at__isnull=False)
                | (~Q(status__in=DONE) & Q(processed_at__isnull=True)),
                name="ck_social_inbox_processed",
            ),
        ]
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=WAITING, name="ix_social_inbox_due"),
        ]
