from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from common.crypto.fields import EncryptedTextField
from common.db import table
from common.fields import EnumField, HexField
from common.models import TimestampedModel
from common.privacy import Classification
from events.enums import InboxStatus

DONE = (InboxStatus.PROCESSED, InboxStatus.IGNORED)


class InboxMessage(TimestampedModel):
    """One message from outside, or the mark of one handled event; unique by source and id (E-6, E-7)."""

    source = models.CharField(max_length=100)
    message_id = models.CharField(max_length=255)
    message_type = models.CharField(max_length=255, null=True, blank=True)
    signature = models.CharField(max_length=255, null=True, blank=True)
    payload = EncryptedTextField(null=True, blank=True)
    payload_hash = HexField(null=True, blank=True)
    headers = models.JSONField(default=dict, db_default={}, blank=True)
    status = EnumField(InboxStatus, default=InboxStatus.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    next_attempt_at = models.DateTimeField(default=timezone.now, db_default=Now())
    locked_until = models.DateTimeField(null=True, blank=True)
    processed_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(null=True, blank=True)
    metadata = models.JSONField(default=dict, db_default={}, blank=True)

    privacy = Classification(
        public="source message_id message_type signature payload_hash headers status attempts next_attempt_at"
        " locked_until processed_at error metadata",
        personal="payload",
    )

    class Meta:
        db_table = table("events", "inbox")
        constraints = [
            models.UniqueConstraint(fields=["source", "message_id"], name="uq_inbox_source_message"),
            models.CheckConstraint(
                condition=Q(status__in=DONE, processed_at__isnull=False)
                | (~Q(status__in=DONE) & Q(processed_at__isnull=True)),
                name="ck_inbox_processed",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                name="ix_inbox_due",
                condition=Q(status__in=(InboxStatus.PENDING, InboxStatus.PROCESSING)),
            ),
            models.Index(
                fields=["updated_at"], name="ix_inbox_parked", condition=Q(status=InboxStatus.FAILED)
            ),
            models.Index(fields=["created_at"], name="ix_inbox_created"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.status}"
