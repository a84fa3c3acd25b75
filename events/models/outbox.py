from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from common.crypto.fields import EncryptedJSONField
from common.db import table
from common.fields import EnumField
from common.models import TimestampedModel
from common.privacy import Classification
from events.enums import OutboxStatus, OutboxTarget
from events.models.domain_event import DomainEvent

SETTLED = (OutboxStatus.COMPLETED, OutboxStatus.CANCELLED)


class OutboxMessage(TimestampedModel):
    """One delivery of one event to one destination, written in the transaction of the event (E-4)."""

    event = models.ForeignKey(
        DomainEvent, on_delete=models.PROTECT, db_index=False, related_name="outbox_messages"
    )
    target = EnumField(OutboxTarget)
    destination = models.CharField(
        max_length=200, default="", db_default="", blank=True, help_text="Handler, endpoint or queue."
    )
    aggregate_type = models.CharField(max_length=100)
    aggregate_id = models.UUIDField()
    sequence = models.BigIntegerField()
    payload = models.JSONField(default=dict, db_default={}, blank=True)
    private_payload = EncryptedJSONField(
        null=True, blank=True, db_column="payload_encrypted", help_text="Contact data of the recipient."
    )
    headers = models.JSONField(default=dict, db_default={}, blank=True)
    status = EnumField(OutboxStatus, default=OutboxStatus.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    max_attempts = models.PositiveSmallIntegerField(default=5, db_default=5)
    next_attempt_at = models.DateTimeField(default=timezone.now, db_default=Now())
    completed_at = models.DateTimeField(null=True, blank=True)
    locked_until = models.DateTimeField(null=True, blank=True)
    locked_by = models.CharField(max_length=100, null=True, blank=True)
    response_status_code = models.PositiveSmallIntegerField(null=True, blank=True)
    error = models.TextField(null=True, blank=True)

    privacy = Classification(
        public="event target destination aggregate_type aggregate_id sequence payload headers status attempts"
        " max_attempts next_attempt_at completed_at locked_until locked_by response_status_code error",
        personal="private_payload",
    )

    class Meta:
        db_table = table("events", "outbox")
        constraints = [
            models.UniqueConstraint(fields=["event", "target", "destination"], name="uq_outbox_event_target"),
            models.CheckConstraint(
                condition=Q(status=OutboxStatus.COMPLETED, completed_at__isnull=False)
                | (~Q(status=OutboxStatus.COMPLETED) & Q(completed_at__isnull=True)),
                name="ck_outbox_completed",
            ),
            models.CheckConstraint(
                condition=Q(status=OutboxStatus.PROCESSING, locked_until__isnull=False)
                | (~Q(status=OutboxStatus.PROCESSING) & Q(locked_until__isnull=True)),
                name="ck_outbox_lease",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"], name="ix_outbox_due", condition=Q(status=OutboxStatus.PENDING)
            ),
            models.Index(
                fields=["locked_until"], name="ix_outbox_lease", condition=Q(status=OutboxStatus.PROCESSING)
            ),
            models.Index(
                fields=["target", "destination", "aggregate_type", "aggregate_id", "sequence"],
                name="ix_outbox_order",
                condition=~Q(status__in=SETTLED),
            ),
            models.Index(
                fields=["updated_at"], name="ix_outbox_parked", condition=Q(status=OutboxStatus.FAILED)
            ),
            models.Index(fields=["updated_at"], name="ix_outbox_done", condition=Q(status__in=SETTLED)),
        ]

    def __str__(self) -> str:
        return f"{self.target}:{self.destination} {self.status}"
