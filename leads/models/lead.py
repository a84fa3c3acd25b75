"""People who may become customers (L-1 to L-12)."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from bookings.models import Booking, Customer
from bookings.models.querysets import ScopedQuerySet
from common.crypto.fields import EncryptedTextField
from common.db import table
from common.fields import EnumField
from common.models import LIVE, SoftDeleteModel, TimestampedModel
from common.privacy import Classification
from identity.models import Station, User
from leads.enums import OPEN_LEAD_STATUSES, LeadQuality, LeadSource, LeadStatus

UNANSWERED = Q(answered_at__isnull=True)


class LeadQuerySet(ScopedQuerySet["Lead"]):
    read_code = "lead.read"
    has_company_rows = True

    def open(self) -> Self:
        """Leads that may still become a booking (L-2)."""
        return self.live().filter(status__in=OPEN_LEAD_STATUSES)

    def follow_ups_due(self, at: datetime) -> Self:
        """Open leads whose follow-up is due, longest due first."""
        return self.open().filter(follow_up_date__lte=at).order_by("follow_up_date", "pk")

    def answers_due(self, at: datetime) -> Self:
        """Live leads without an answer whose due time is over, longest over first (L-10)."""
        return self.live().filter(UNANSWERED, answer_due_at__lte=at).order_by("answer_due_at", "pk")

    def of_station(self, station: Station, status: LeadStatus) -> Self:
        """Live leads of a station in one state, newest first."""
        return self.live().filter(station=station, status=status).order_by("-created_at", "-pk")

    def best(self, status: LeadStatus) -> Self:
        """Live leads in one state, highest score first (L-4)."""
        return self.live().filter(status=status).order_by("-score", "-pk")

    def captured(self, source: LeadSource, *, start: datetime, end: datetime) -> Self:
        """Leads of a source captured in [start, end), oldest first (L-12)."""
        return self.filter(source=source, created_at__gte=start, created_at__lt=end).order_by(
            "created_at", "pk"
        )


class Lead(SoftDeleteModel, TimestampedModel):
    """Somebody who showed interest: where from, how far along, how promising, who takes care."""

    privacy = Classification(
        public="station source status quality score assigned_to customer converted_booking utm_source "
        "utm_medium utm_campaign last_contact_date follow_up_date conversion_date answer_due_at "
        "answered_at",
        personal="name lost_reason delete_reason metadata",
    )

    station = models.ForeignKey(
        Station,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="leads",
        db_index=False,
        help_text="The nearest station; empty when none is near.",
    )
    source = EnumField(LeadSource, help_text="Where the lead came from.")
    status = EnumField(LeadStatus, default=LeadStatus.NEW, help_text="Its place in the pipeline.")
    quality = EnumField(
        LeadQuality, null=True, blank=True, help_text="Hot from 70 points, warm from 40, else cold."
    )
    score = models.DecimalField(
        max_digits=5, decimal_places=2, default=0, db_default=0, help_text="How promising, from 0 to 100."
    )
    name = EncryptedTextField(null=True, blank=True, help_text="Name of the person.")
    assigned_to = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="%(app_label)s_%(class)s_assigned_to",
        help_text="Who takes care of the lead; empty while it waits in the queue.",
    )
    customer = models.ForeignKey(
        Customer,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="leads",
        help_text="The customer with the same contact.",
    )
    converted_booking = models.ForeignKey(
        Booking,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="leads",
        help_text="The confirmed booking that came of it.",
    )
    utm_source = models.CharField(
        "UTM source",
        max_length=100,
        null=True,
        blank=True,
        help_text="Source named by the clicked link.",
    )
    utm_medium = models.CharField(
        "UTM medium",
        max_length=100,
        null=True,
        blank=True,
        help_text="Medium named by the clicked link.",
    )
    utm_campaign = models.CharField(
        "UTM campaign",
        max_length=100,
        null=True,
        blank=True,
        help_text="Campaign named by the clicked link.",
    )
    last_contact_date = models.DateTimeField(null=True, blank=True, help_text="When we last were in touch.")
    follow_up_date = models.DateTimeField(
        null=True, blank=True, help_text="When somebody should get in touch again."
    )
    conversion_date = models.DateTimeField(
        null=True, blank=True, help_text="When the booking that came of it was confirmed."
    )
    answer_due_at = models.DateTimeField(
        null=True, blank=True, help_text="When the first answer is due: one hour of office time."
    )
    answered_at = models.DateTimeField(null=True, blank=True, help_text="When we first answered.")
    lost_reason = models.TextField(
        null=True, blank=True, help_text="Why nothing came of it; needed to disqualify."
    )
    metadata = models.JSONField(
        default=dict, db_default={}, blank=True, help_text="Further facts of the capture, by name."
    )

    objects = LeadQuerySet.as_manager()

    class Meta:
        db_table = table("lead", "leads")
        constraints = [
            models.CheckConstraint(condition=Q(score__gte=0, score__lte=100), name="check_lead_score_range"),
            models.CheckConstraint(
                condition=Q(status=LeadStatus.CONVERTED, conversion_date__isnull=False)
                | (~Q(status=LeadStatus.CONVERTED) & Q(conversion_date__isnull=True)),
                name="ck_leads_converted",
            ),
            models.CheckConstraint(
                condition=~Q(status=LeadStatus.DISQUALIFIED) | Q(lost_reason__isnull=False),
                name="ck_leads_lost",
            ),
        ]
        indexes = [
            models.Index(fields=["station", "status", "created_at"], name="ix_leads_station_status"),
            models.Index(fields=["status", "score"], name="ix_leads_status_score"),
            models.Index(fields=["source", "created_at"], name="ix_leads_source_created"),
            models.Index(
                fields=["follow_up_date"],
                condition=Q(follow_up_date__isnull=False) & LIVE,
                name="ix_leads_follow_up",
            ),
            models.Index(fields=["answer_due_at"], condition=UNANSWERED & LIVE, name="ix_leads_answer_due"),
        ]
