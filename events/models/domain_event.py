from django.db import models
from django.db.models import Func, Q, Value

from common.db import table
from common.fields import EnumField, HexField
from common.models import CreatedModel
from common.privacy import Classification
from events.chain import Link
from events.enums import ActorType

GENESIS = "genesis"
"""`hash_previous` of the first event of every aggregate."""

SEQUENCE = '"events"."domain_events_sequence_seq"'


class DomainEvent(CreatedModel):
    """One fact about one aggregate, append-only, chained to the fact before it (E-1, E-2)."""

    sequence = models.BigIntegerField(
        db_default=Func(Value(SEQUENCE), function="nextval", output_field=models.BigIntegerField()),
        editable=False,
        help_text="Global order of insertion; gaps are possible and commits may differ.",
    )
    aggregate_type = models.CharField(max_length=100)
    aggregate_id = models.UUIDField()
    version = models.IntegerField(help_text="1, 2, 3 … per aggregate.")
    event_type = models.CharField(max_length=100)
    event_version = models.PositiveSmallIntegerField(default=1, db_default=1)
    payload = models.JSONField(
        default=dict, db_default={}, blank=True, help_text="Ids, codes and amounts; no clear personal data."
    )
    actor_type = EnumField(ActorType, default=ActorType.SYSTEM)
    actor_id = models.UUIDField(null=True, blank=True)
    actor_label = models.CharField(max_length=100, null=True, blank=True)
    station_id = models.UUIDField(null=True, blank=True)
    request_id = models.CharField(max_length=64, null=True, blank=True)
    correlation_id = models.UUIDField(null=True, blank=True)
    causation_id = models.UUIDField(null=True, blank=True)
    occurred_at = models.DateTimeField()
    hash_previous = models.CharField(max_length=64)
    hash_current = HexField()
    metadata = models.JSONField(default=dict, db_default={}, blank=True)

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

    def link(self) -> Link:
        """Return what the chain hashes of this event, its place and predecessor aside (E-2)."""
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
