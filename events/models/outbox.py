from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from common.crypto.fields import EncryptedJSONField
from common.db import table
from common.fields import EnumField
from common.models import TimestampedModel
from common.privacy import Classification
from events.enums import SETTLED, OutboxStatus, OutboxTarget
from events.models.domain_event import DomainEvent


class OutboxMessage(TimestampedModel):
    """One delivery of one event to one destination, tried until it succeeds or is parked.

    Written in the transaction of the event (E-4).
    """

    event = models.ForeignKey(
        DomainEvent,
        on_delete=models.PROTECT,
        db_index=False,
        related_name="outbox_messages",
        help_text="Event that is delivered.",
    )
    target = EnumField(
        OutboxTarget, help_text="Kind of the receiver, such as e-mail, SMS or a handler of our own."
    )
    destination = models.CharField(
        max_length=200,
        default="",
        db_default="",
        blank=True,
        help_text="Handler, endpoint or queue that receives it; blank: the target has but one.",
    )
    aggregate_type = models.CharField(
        max_length=100, help_text="Kind of the record that the event is about, copied from it."
    )
    aggregate_id = models.UUIDField(
        help_text="Key of that record; its deliveries to one destination keep their order."
    )
    sequence = models.BigIntegerField(
        help_text="Place of the event in the order of all events, copied from it."
    )
    payload = models.JSONField(
        default=dict,
        db_default={},
        blank=True,
        help_text="What is delivered besides the event, as JSON; no clear personal data.",
    )
    private_payload = EncryptedJSONField(
        null=True,
        blank=True,
        db_column="payload_encrypted",
        help_text="Contact data that the delivery needs, as encrypted JSON; empty: none.",
    )
    headers = models.JSONField(
        default=dict, db_default={}, blank=True, help_text="Headers that the delivery takes along, as JSON."
    )
    status = EnumField(
        OutboxStatus,
        default=OutboxStatus.PENDING,
        help_text="Whether the delivery waits, runs, is done, is parked as failed or was cancelled.",
    )
    attempts = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="How often delivery was tried."
    )
    max_attempts = models.PositiveSmallIntegerField(
        default=5,
        db_default=5,
        help_text="After so many failed attempts the delivery is parked for a person to look at.",
    )
    next_attempt_at = models.DateTimeField(
        default=timezone.now,
        db_default=Now(),
        help_text="Delivery is not tried before this instant; the pause grows with each failure.",
    )
    completed_at = models.DateTimeField(
        null=True, blank=True, help_text="When the delivery succeeded; empty until then."
    )
    locked_until = models.DateTimeField(
        null=True, blank=True, help_text="Until when the worker that delivers it owns it; empty: nobody does."
    )
    locked_by = models.CharField(
        max_length=100,
        null=True,
        blank=True,
        help_text="Name of the worker that delivers it; empty: nobody does.",
    )
    response_status_code = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="HTTP status that the receiver last answered; empty: none."
    )
    error = models.TextField(null=True, blank=True, help_text="Why the last attempt failed; empty: none did.")

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
