from typing import Any

from django.db import models
from django.db.models import Func, Q, Value

from common.db import table
from common.fields import EnumField, HexField
from common.models import CreatedModel
from common.privacy import Classification
from events.chain import Link
from events.enums import ActorType
from events.upcasters import newest_shape

GENESIS = "genesis"
"""`hash_previous` of the first event of every aggregate."""

SEQUENCE = '"events"."domain_events_sequence_seq"'


class DomainEvent(CreatedModel):
    """One fact about one record: never changed, never deleted, chained to the fact before it.

    Follows E-1, E-2.
    """

    sequence = models.BigIntegerField(
        db_default=Func(Value(SEQUENCE), function="nextval", output_field=models.BigIntegerField()),
        editable=False,
        help_text="Place in the order of insertion; gaps are possible and commits may differ.",
    )
    aggregate_type = models.CharField(max_length=100, help_text="Kind of the record, such as booking.")
    aggregate_id = models.UUIDField(help_text="Key of the record.")
    version = models.IntegerField(
        help_text="Place among the facts about the record: 1, 2, 3 and so on, without gaps."
    )
    event_type = models.CharField(max_length=100, help_text="What happened, such as booking.confirmed.")
    event_version = models.PositiveSmallIntegerField(
        default=1,
        db_default=1,
        help_text="Number of the payload's shape; a new shape of the same event has the next one.",
    )
    payload = models.JSONField(
        default=dict,
        db_default={},
        blank=True,
        help_text="Ids, codes and amounts as JSON; no clear personal data.",
    )
    actor_type = EnumField(
        ActorType,
        default=ActorType.SYSTEM,
        help_text="Who caused it: an account, a guest, the system or a webhook.",
    )
    actor_id = models.UUIDField(
        null=True, blank=True, help_text="Key of the account that caused it; empty: no account did."
    )
    actor_label = models.CharField(
        max_length=100,
        null=True,
        blank=True,
        help_text="Name of the actor without personal data, such as system:auto_cancel.",
    )
    station_id = models.UUIDField(
        null=True, blank=True, help_text="Key of the station that it concerns; empty: none or all."
    )
    request_id = models.CharField(
        max_length=64,
        null=True,
        blank=True,
        help_text="Id of the request, as in its answer and in the server's log; empty: no request.",
    )
    correlation_id = models.UUIDField(
        null=True,
        blank=True,
        help_text="Shared by all events of one larger undertaking; empty: it stands alone.",
    )
    causation_id = models.UUIDField(
        null=True, blank=True, help_text="Key of the event that led to this one; empty: none did."
    )
    occurred_at = models.DateTimeField(help_text="When it happened, which may be before it was written.")
    hash_previous = models.CharField(
        max_length=64, help_text="Hash of the record's fact before this one; genesis for its first."
    )
    hash_current = HexField(help_text="SHA-256 of this fact and hash_previous; a change of either shows.")
    metadata = models.JSONField(
        default=dict,
        db_default={},
        blank=True,
        help_text="Technical remarks as JSON, outside the hash; {} for none.",
    )

    privacy = Classification(
        public="sequence aggregate_type aggregate_id version event_type event_version payload actor_type"
        " actor_id actor_label station_id request_id correlation_id causation_id occurred_at hash_previous"
        " hash_current metadata"
    )

    class Meta:
        db_table = table("events", "domain_events")
        constraints = [
            models.UniqueConstraint(fields=["sequence"], name="uq_events_sequence"),
            models.UniqueConstraint(
                fields=["aggregate_type", "aggregate_id", "version"], name="uq_events_version"
            ),
            models.UniqueConstraint(fields=["hash_current"], name="uq_events_hash"),
            models.CheckConstraint(condition=Q(version__gte=1), name="ck_events_version"),
            models.CheckConstraint(
                condition=Q(version=1, hash_previous=GENESIS) | (~Q(version=1) & ~Q(hash_previous=GENESIS)),
                name="ck_events_genesis",
            ),
        ]
        indexes = [
            models.Index(fields=["event_type", "occurred_at"], name="ix_events_type_time"),
            models.Index(
                fields=["correlation_id"],
                name="ix_events_correlation",
                condition=Q(correlation_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_type} {self.aggregate_id} v{self.version}"

    @property
    def newest_payload(self) -> Any:
        """The payload in the newest shape of its type (E-3)."""
        return newest_shape(self.event_type, self.event_version, self.payload)

    def link(self) -> Link:
        """Return what the chain hashes of this event as stored, place and predecessor aside (E-2)."""
        return Link(
            aggregate_type=self.aggregate_type,
            aggregate_id=self.aggregate_id,
            event_type=self.event_type,
            event_version=self.event_version,
            payload=self.payload,
            occurred_at=self.occurred_at,
            actor_type=self.actor_type,
            actor_id=self.actor_id,
            station_id=self.station_id,
        )
