"""Leads: who waits for an answer, who is promising, what they want."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString

from common.admin.codes import AdminCodes
from common.admin.filters import DeletedFilter, ScopedRelatedFilter
from common.admin.options import HouseModelAdmin
from common.admin.theme import ChoicesFilter, DateRangeFilter
from leads.admin.filters import NeedsFilter
from leads.admin.labels import answer_badge, follow_up_badge, lead_badge, name_of, quality_badge
from leads.admin.parts import (
    CONTACT,
    AccountsOfLead,
    ContactsOfLead,
    ContextOfLead,
    EventsOfLead,
    MessagesOfLead,
)
from leads.models import Lead

CAME = ("source", "utm_source", "utm_medium", "utm_campaign", "created_at")
ENDED = ("customer", "converted_booking", "conversion_date", "lost_reason")
CONTACT_INDEX = "lead_contacts__handle_or_address_bidx"


@admin.register(Lead)
class LeadAdmin(HouseModelAdmin[Lead]):
    codes = AdminCodes(view="lead.read", change="lead.update", delete="lead.delete")
    station_lookups = ("station",)
    contact_search = {"email": CONTACT_INDEX, "phone": CONTACT_INDEX}
    list_select_related = ("station", "assigned_to")
    list_display = (
        "created_at",
        "contact",
        "station_code",
        "source",
        "state",
        "promise",
        "assignee",
        "answer",
        "follow_up",
    )
    list_filter = (
        NeedsFilter,
        ("status", ChoicesFilter),
        ("quality", ChoicesFilter),
        ("source", ChoicesFilter),
        ("station", ScopedRelatedFilter),
        ("created_at", DateRangeFilter),
        DeletedFilter,
    )
    list_filter_submit = True
    search_fields = ("=utm_campaign",)
    search_help_text = "E-mail, phone or campaign"
    removal_explanation = "The lead leaves every list; its history stays until it is purged."
    inlines = (ContactsOfLead, ContextOfLead, EventsOfLead, AccountsOfLead, MessagesOfLead)
    fieldsets = (
        (None, {"fields": ("state", "promise", "score", "station", "name_masked")}),
        ("Care", {"fields": ("assigned_to", "answer", "answered_at", "last_contact_date", "follow_up_date")}),
        ("Came from", {"fields": CAME}),
        ("End", {"fields": ENDED}),
    )
    readonly_fields = (
        *("state", "promise", "score", "station"),
        *("assigned_to", "answer", "answered_at", "last_contact_date"),
        *CAME,
        *ENDED,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Lead]:
        return super().get_queryset(request).prefetch_related("lead_contacts")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Lead], search_term: str
    ) -> tuple[QuerySet[Lead], bool]:
        """Find a lead once, though both its SMS and its phone contact have the number (L-2)."""
        found, _duplicates = super().get_search_results(request, queryset, search_term)
        return found, bool(search_term)

    @admin.display(description="Contact")
    def contact(self, lead: Lead) -> str:
        contacts = lead.lead_contacts.all()
        return CONTACT.masked(contacts[0]) if contacts else "-"

    @admin.display(description="Station", ordering="station__code")
    def station_code(self, lead: Lead) -> str:
        return lead.station.code if lead.station else "Company"

    @admin.display(description="Status", ordering="status")
    def state(self, lead: Lead) -> SafeString:
        return lead_badge(lead)

    @admin.display(description="Quality", ordering="score")
    def promise(self, lead: Lead) -> SafeString | str:
        return quality_badge(lead)

    @admin.display(description="Assigned to", ordering="assigned_to__full_name")
    def assignee(self, lead: Lead) -> str:
        return name_of(lead.assigned_to) if lead.assigned_to else "Nobody"

    @admin.display(description="First answer", ordering="answer_due_at")
    def answer(self, lead: Lead) -> SafeString | str:
        return answer_badge(lead, at=timezone.now())

    @admin.display(description="Follow-up", ordering="follow_up_date")
    def follow_up(self, lead: Lead) -> SafeString | str:
        return follow_up_badge(lead, at=timezone.now())

    def get_readonly_fields(self, request: HttpRequest, obj: Lead | None = None) -> list[Any]:
        return [*super().get_readonly_fields(request, obj), "created_at"]

    def has_change_permission(self, request: HttpRequest, obj: Lead | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.deleted_at is None)

    def has_delete_permission(self, request: HttpRequest, obj: Lead | None = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or obj.deleted_at is None)
