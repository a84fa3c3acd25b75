"""The log of what the system noticed and did; append-only, ids and codes, no personal data."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from bookings.enums import SystemEventSeverity
from common.db import table
from common.fields import EnumField
from common.models import HouseModelBase
from common.privacy import Classification


class SystemEvent(models.Model, metaclass=HouseModelBase):
    """Something that the system noticed or did, for operators; rows are only ever added."""

    privacy: ClassVar[Classification] = Classification(
        public="service action entity_type entity_id user_id event_data severity timestamp",
    )

    id = models.BigAutoField(primary_key=True, help_text="Number of the row, counting up.")
    service = models.CharField(
        max_length=100, help_text="Part of the system that noticed it, such as alerts."
    )
    action = models.CharField(max_length=100, help_text="What happened, as a short code.")
    entity_type = models.CharField(
        max_length=50,
        null=True,
        blank=True,
        help_text="Kind of the record that it concerns, such as booking; empty: none.",
    )
    # Plain references: no row of this log hinders or follows another table.
    entity_id = models.UUIDField(
        null=True, blank=True, help_text="Key of the record that it concerns; empty: none."
    )
    user_id = models.UUIDField(
        null=True, blank=True, help_text="Key of the account that it concerns; empty: none."
    )
    event_data = models.JSONField(
        default=dict, db_default={}, blank=True, help_text="Ids, codes and amounts as JSON; no personal data."
    )
    severity = EnumField(
        SystemEventSeverity,
        default=SystemEventSeverity.INFO,
        help_text="How serious it is, from debug to critical.",
    )
    timestamp = models.DateTimeField(default=timezone.now, db_default=Now(), help_text="When it happened.")

    class Meta:
        db_table = table("core", "system_events")
        indexes = [
            models.Index(
                fields=["entity_type", "entity_id", "timestamp"], name="ix_system_events_entity_lookup"
            ),
            models.Index(fields=["user_id", "timestamp"], name="ix_system_events_user_timeline"),
            models.Index(fields=["service", "action", "timestamp"], name="ix_system_events_svc_action"),
            models.Index(fields=["severity", "timestamp"], name="ix_system_events_severity_time"),
            models.Index(fields=["timestamp", "service"], name="ix_system_events_chronological"),
            models.Index(fields=["action"], name="ix_system_events_action"),
            models.Index(fields=["entity_id"], name="ix_system_events_entity_id"),
        ]

    def __str__(self) -> str:
        return f"{self.service}.{self.action} {self.pk}"
