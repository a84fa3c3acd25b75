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
    """A message from outside, or the mark that a handler has dealt with an event; none counts twice.

    Unique by source and id (E-6, E-7).
    """

    source = models.CharField(
        max_length=100, help_text="Sender, such as stripe; internal and its name for a handler of our own."
    )
    message_id = models.CharField(
        max_length=255, help_text="Id that the sender gave the message, or the key of the handled event."
    )
    message_type = models.CharField(
        max_length=255,
        null=True,
        blank=True,
        help_text="What the sender says it is about; empty: nothing said.",
    )
    signature = models.CharField(
        max_length=255, null=True, blank=True, help_text="Signature that the message came with; empty: none."
    )
    payload = EncryptedTextField(
        null=True,
        blank=True,
        help_text="Body of the message, stored encrypted; empty for handlers of our own.",
    )
    payload_hash = HexField(
        null=True, blank=True, help_text="SHA-256 of the body in hexadecimal; empty without a body."
    )
    headers = models.JSONField(
        default=dict, db_default={}, blank=True, help_text="Headers that the processing needs, as JSON."
    )
    status = EnumField(
        InboxStatus,
        default=InboxStatus.PENDING,
        help_text="Whether the message waits, is being processed, is done, was of no use or is parked.",
    )
    attempts = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="How often processing was tried."
    )
    next_attempt_at = models.DateTimeField(
        default=timezone.now, db_default=Now(), help_text="Processing is not tried before this instant."
    )
    locked_until = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Until when the worker that processes it owns it; empty: nobody does.",
    )
    processed_at = models.DateTimeField(
        null=True, blank=True, help_text="When processing ended; empty while it waits or is parked."
    )
    error = models.TextField(null=True, blank=True, help_text="Why the last attempt failed; empty: none did.")
    metadata = models.JSONField(
        default=dict, db_default={}, blank=True, help_text="Technical remarks as JSON; {} for none."
    )

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
