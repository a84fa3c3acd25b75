"""Complaints that somebody must settle in time (RV-4)."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from bookings.enums import PriorityLevel
from bookings.models.querysets import ScopedQuerySet
from common.db import table
from common.fields import EnumField
from common.models import TimestampedModel
from common.privacy import Classification
from feedback.enums import (
    ENDED_ESCALATION_STATUSES,
    OPEN_ESCALATION_STATUSES,
    ReviewEscalationStatus,
    ReviewEscalationType,
)
from feedback.models.customer_review import CustomerReview
from identity.models import User

OPEN_ESCALATION = Q(status__in=OPEN_ESCALATION_STATUSES)


class ReviewEscalationQuerySet(ScopedQuerySet["ReviewEscalation"]):
    read_code = "review.resolve"
    station_paths = ("review__station",)

    def due_by(self, at: datetime) -> Self:
        """Open escalations that should be settled by the instant, most overdue first (RV-4)."""
        return self.filter(OPEN_ESCALATION, sla_due_at__lte=at).order_by("sla_due_at", "pk")


class ReviewEscalation(TimestampedModel):
    """A review that staff must settle before its due time; each missed step raises the priority."""

    privacy = Classification(
        public="review escalation_type priority status assigned_to sla_due_at sla_step resolved_at",
        personal="escalation_reason action_taken",
    )

    review = models.ForeignKey(
        CustomerReview,
        on_delete=models.CASCADE,
        related_name="review_escalations",
        help_text="The review that complains.",
    )
    escalation_type = EnumField(ReviewEscalationType, help_text="How the escalation came about.")
    priority = EnumField(
        PriorityLevel,
        default=PriorityLevel.MEDIUM,
        help_text="Urgent is due in 1 h, high in 4 h, medium in 24 h, low in 72 h.",
    )
    status = EnumField(
        ReviewEscalationStatus,
        default=ReviewEscalationStatus.OPEN,
        help_text="Open, in progress, resolved, closed.",
    )
    assigned_to = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="%(app_label)s_%(class)s_assigned_to",
        help_text="Who takes care of it.",
    )
    escalation_reason = models.TextField(help_text="Why it was escalated.")
    action_taken = models.TextField(
        null=True, blank=True, help_text="What was done about it; needed to resolve."
    )
    sla_due_at = models.DateTimeField(help_text="When it must be settled.")
    sla_step = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="How many times it was overdue and alerted."
    )
    resolved_at = models.DateTimeField(null=True, blank=True, help_text="When it was settled.")

    objects = ReviewEscalationQuerySet.as_manager()

    class Meta:
        db_table = table("feedback", "review_escalations")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    status__in=ENDED_ESCALATION_STATUSES,
                    resolved_at__isnull=False,
                    action_taken__isnull=False,
                )
                | (~Q(status__in=ENDED_ESCALATION_STATUSES) & Q(resolved_at__isnull=True)),
                name="ck_review_esc_resolved",
            )
        ]
        indexes = [models.Index(fields=["sla_due_at"], condition=OPEN_ESCALATION, name="ix_review_esc_due")]
