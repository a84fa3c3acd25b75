"""What a lead is looking for."""

from django.db import models
from django.db.models import F, Q

from common.db import table
from common.fields import CentsField, CurrencyField
from common.models import TimestampedModel
from common.privacy import Classification
from leads.models.lead import Lead
from leads.models.querysets import PartOfLeadQuerySet


class LeadContext(TimestampedModel):
    """The party that a lead has in mind: guests, budget, dates and place."""

    privacy = Classification(
        public="lead party_size_adults party_size_kids estimated_budget_cents event_date_pref "
        "event_date_range_start event_date_range_end service_type currency",
        personal="postal_code notes",
    )

    lead = models.OneToOneField(
        Lead, on_delete=models.CASCADE, related_name="lead_context", help_text="Whose wishes these are."
    )
    party_size_adults = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Number of adults.")
    party_size_kids = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Number of kids.")
    estimated_budget_cents = CentsField(
        null=True, blank=True, help_text="What the person wants to spend, in cents."
    )
    event_date_pref = models.DateField(null=True, blank=True, help_text="The preferred day, station-local.")
    event_date_range_start = models.DateField(
        null=True, blank=True, help_text="First day that would suit, station-local."
    )
    event_date_range_end = models.DateField(
        null=True, blank=True, help_text="Last day that would suit, station-local."
    )
    postal_code = models.CharField(max_length=10, null=True, blank=True, help_text="ZIP code of the party.")
    service_type = models.CharField(
        max_length=50, null=True, blank=True, help_text="Kind of party, such as birthday."
    )
    notes = models.TextField(null=True, blank=True, help_text="What else the person said.")
    currency = CurrencyField(default="USD", help_text="Currency of the budget, an ISO 4217 code.")

    objects = PartOfLeadQuerySet.as_manager()

    class Meta:
        db_table = table("lead", "lead_context")
        verbose_name_plural = "lead context"
        constraints = [
            models.CheckConstraint(
                condition=Q(event_date_range_end__gte=F("event_date_range_start")),
                name="ck_lead_context_range",
            )
        ]
