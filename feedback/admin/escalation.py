"""Complaints to settle in time: who takes care, how urgent it is, what was done (RV-4)."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString

from bookings.selectors.agents import list_agents
from common.admin.codes import AdminCodes
from common.admin.filters import ScopedRelatedFilter
from common.admin.options import HouseModelAdmin
from common.admin.theme import ChoicesFilter, DateRangeFilter
from feedback.admin.filters import DueFilter
from feedback.admin.labels import due_badge, escalation_badge, priority_badge
from feedback.enums import OPEN_ESCALATION_STATUSES
from feedback.models import ReviewEscalation
from identity.models import User

if TYPE_CHECKING:
    from django.db.models import ForeignKey
    from django.forms import ModelChoiceField


def name_of(user: User) -> str:
    """Return how pages name a colleague."""
    return str(user.full_name or "-")


@admin.register(ReviewEscalation)
class ReviewEscalationAdmin(HouseModelAdmin[ReviewEscalation]):
    codes = AdminCodes(view="review.read", change="review.resolve")
    station_lookups = ("review__station",)
    contact_search = {
        "email": "review__customer__email_bidx",
        "phone": "review__customer__phone_bidx",
    }
    list_select_related = ("review__station", "review__booking", "assigned_to")
    list_display = ("reference", "urgency", "state", "due", "sla_step", "assignee", "escalation_type")
    list_filter = (
        DueFilter,
        ("status", ChoicesFilter),
        ("priority", ChoicesFilter),
        ("review__station", ScopedRelatedFilter),
        ("sla_due_at", DateRangeFilter),
    )
    list_filter_submit = True
    search_fields = ("=review__booking__reference",)
    search_help_text = "Booking reference, e-mail or phone"
    fieldsets = (
        (None, {"fields": ("state", "reference", "review", "escalation_type", "escalation_reason")}),
        ("Due", {"fields": ("priority", "due", "sla_step")}),
        ("Care", {"fields": ("assigned_to", "action_taken", "resolved_at")}),
    )
    readonly_fields = (
        "state",
        "reference",
        "review",
        "escalation_type",
        "escalation_reason",
        "due",
        "sla_step",
        "resolved_at",
    )

    @admin.display(description="Booking", ordering="review__booking__reference")
    def reference(self, escalation: ReviewEscalation) -> str:
        return str(escalation.review.booking.reference)

    @admin.display(description="Priority", ordering="priority")
    def urgency(self, escalation: ReviewEscalation) -> SafeString:
        return priority_badge(escalation)

    @admin.display(description="Status", ordering="status")
    def state(self, escalation: ReviewEscalation) -> SafeString:
        return escalation_badge(escalation)

    @admin.display(description="Due", ordering="sla_due_at")
    def due(self, escalation: ReviewEscalation) -> SafeString | str:
        return due_badge(escalation, zone=escalation.review.station.timezone, at=timezone.now())

    @admin.display(description="Assigned to", ordering="assigned_to__full_name")
    def assignee(self, escalation: ReviewEscalation) -> str:
        return name_of(escalation.assigned_to) if escalation.assigned_to else "Nobody"

    def row_label(self, obj: ReviewEscalation) -> str:
        return f"{obj.review.booking.reference}, {obj.get_status_display().lower()}"

    def formfield_for_foreignkey(
        self, db_field: "ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> "ModelChoiceField[Any]":
        """Offer the colleagues of the actor's stations: lists of accounts stay closed to most staff."""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "assigned_to":
            field.queryset = list_agents(self.actor(request), code=self.codes.change, at=timezone.now())
            field.label_from_instance = name_of  # type: ignore[assignment]  # Django's own way to name choices
        return field

    def has_change_permission(self, request: HttpRequest, obj: ReviewEscalation | None = None) -> bool:
        """Keep what was done as it was settled."""
        return super().has_change_permission(request, obj) and (
            obj is None or obj.status in OPEN_ESCALATION_STATUSES
        )
