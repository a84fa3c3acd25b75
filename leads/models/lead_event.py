"""The history of a lead (L-4, L-6, L-8)."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from common.db import table
from common.fields import EnumField
from common.models import CreatedModel
from common.privacy import Classification
from identity.models import User
from leads.enums import LeadEventType
from leads.models.lead import Lead
from leads.models.querysets import PartOfLeadQuerySet


class LeadEventQuerySet(PartOfLeadQuerySet["LeadEvent"]):
    def timeline(self, lead: Lead) -> Self:
        """Return the history of a lead, latest first."""
        return self.of_lead(lead).order_by("-occurred_at", "-pk")

    def of_type(self, event_type: LeadEventType, *, start: datetime, end: datetime) -> Self:
        """Events of one type in [start, end), oldest first (L-12)."""
        return self.filter(type=event_type, occurred_at__gte=start, occurred_at__lt=end).order_by(
            "occurred_at", "pk"
        )


class LeadEvent(CreatedModel):
    """Something that happened to a lead or that the lead did."""

    privacy = Classification(public="lead type actor occurred_at", personal="payload")

    lead = models.ForeignKey(
        Lead,
        on_delete=models.CASCADE,
        related_name="lead_events",
        db_index=False,
        help_text="Whose history it is.",
    )
    type = EnumField(LeadEventType, help_text="What happened.")
    payload = models.JSONField(
        default=dict, db_default={}, blank=True, help_text="Facts of the event, such as from and to."
    )
    actor = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="%(app_label)s_%(class)s_actor",
        help_text="Who did it; empty for the system and for the lead.",
    )
    occurred_at = models.DateTimeField(default=timezone.now, db_default=Now(), help_text="When it happened.")

    objects = LeadEventQuerySet.as_manager()

    class Meta:
        db_table = table("lead", "lead_events")
        indexes = [
            models.Index(fields=["lead", "occurred_at"], name="ix_lead_events_timeline"),
            models.Index(fields=["type", "occurred_at"], name="ix_lead_events_type"),
        ]
