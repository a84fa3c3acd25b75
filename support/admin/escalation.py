"""Escalations: who waits for a person, since when, and whose turn it is (M-7, M-9)."""

from typing import Any

from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString

from bookings.enums import PriorityLevel
from common.admin.codes import AdminCodes
from common.admin.display import badge
from common.admin.filters import ScopedRelatedFilter
from common.admin.options import ReadOnlyAdmin
from common.admin.theme import ChoicesFilter, DateRangeFilter
from support.enums import SETTLED_STATUSES, EscalationStatus
from support.models import Escalation

STATUS_TONES = {
    EscalationStatus.PENDING: "warning",
    EscalationStatus.ASSIGNED: "info",
    EscalationStatus.IN_PROGRESS: "info",
    EscalationStatus.RESOLVED: "success",
    EscalationStatus.ERROR: "danger",
}
PRIORITY_TONES = {
    PriorityLevel.URGENT: "danger",
    PriorityLevel.HIGH: "warning",
    PriorityLevel.MEDIUM: "info",
}


class DueFilter(SimpleListFilter):
    """What staff have to see to first."""

    title = "due"
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("open", "Open"), ("unanswered", "First answer overdue")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Escalation]) -> QuerySet[Escalation]:
        if self.value() == "open":
            return queryset.exclude(status__in=SETTLED_STATUSES)
        if self.value() == "unanswered":
            return queryset.filter(pk__in=Escalation.objects.unanswered(timezone.now()).values("pk"))
        return queryset


@admin.register(Escalation)
class EscalationAdmin(ReadOnlyAdmin[Escalation]):
    codes = AdminCodes(view="support.read")
    station_lookups = ("station",)
    contact_search = {"email": "customer_email_bidx", "phone": "customer_phone_bidx"}
    list_select_related = ("station", "assigned_to")
    list_display = (
        "escalated_at",
        "urgency",
        "state",
        "customer_phone_masked",
        "customer_email_masked",
        "where",
        "agent",
        "first_answer",
    )
    list_filter = (
        DueFilter,
        ("status", ChoicesFilter),
        ("priority", ChoicesFilter),
        ("station", ScopedRelatedFilter),
        ("escalated_at", DateRangeFilter),
    )
    list_filter_submit = True
    search_fields = ("=conversation_id",)
    search_help_text = "E-mail, phone, or the key of a conversation in full"
    fieldsets = (
        (None, {"fields": ("state", "urgency", "where", "reason", "method")}),
        (
            "Person",
            {
                "fields": (
                    "customer_name_masked",
                    "customer_phone_masked",
                    "customer_email_masked",
                    "customer",
                    "conversation_id",
                    "thread",
                )
            },
        ),
        (
            "Deadlines",
            {
                "fields": (
                    "escalated_at",
                    "sla_due_at",
                    "first_response_at",
                    "solution_due_at",
                    "sla_step",
                    "last_customer_response_at",
                )
            },
        ),
        ("Course", {"fields": ("agent", "assigned_at", "resolved_at", "resolution_notes", "resume_ai_chat")}),
        (
            "Notices",
            {
                "fields": (
                    ("sms_sent", "sms_sent_at"),
                    ("call_initiated", "call_initiated_at"),
                    "status_before_error",
                    "error_message",
                    "retry_count",
                )
            },
        ),
    )

    @admin.display(description="Priority", ordering="priority")
    def urgency(self, escalation: Escalation) -> SafeString:
        tone = PRIORITY_TONES.get(PriorityLevel(escalation.priority), "default")
        return badge(escalation.get_priority_display(), tone)

    @admin.display(description="Status", ordering="status")
    def state(self, escalation: Escalation) -> SafeString:
        tone = STATUS_TONES.get(EscalationStatus(escalation.status), "default")
        return badge(escalation.get_status_display(), tone)

    @admin.display(description="Station", ordering="station__code")
    def where(self, escalation: Escalation) -> str:
        return escalation.station.code if escalation.station else "Company"

    @admin.display(description="Assigned to", ordering="assigned_to__full_name")
    def agent(self, escalation: Escalation) -> str:
        return escalation.assigned_to.full_name if escalation.assigned_to else "-"

    @admin.display(description="First answer", ordering="sla_due_at")
    def first_answer(self, escalation: Escalation) -> SafeString:
        if escalation.first_response_at is not None:
            return badge("Given", "success")
        if escalation.status in SETTLED_STATUSES:
            return badge("None")
        late = escalation.sla_due_at <= timezone.now()
        return badge("Overdue", "danger") if late else badge("Due", "info")
