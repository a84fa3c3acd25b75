"""What hangs on a lead, shown on the lead's page."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from common.admin.display import money
from common.admin.masking import Masked
from common.admin.options import ReadOnlyInline
from leads.admin.labels import link_to, name_of
from leads.models import Lead, LeadContact, LeadContext, LeadEvent, LeadSocialAccount, LeadSocialMessage

CONTACT = Masked("handle_or_address", "Contact")


class ContactsOfLead(ReadOnlyInline[LeadContact, Lead]):
    model = LeadContact
    verbose_name_plural = "contacts"
    fields = ("channel", "contact", "verified")
    readonly_fields = ("contact",)
    ordering = ("id",)

    @admin.display(description="Contact")
    def contact(self, contact: LeadContact) -> SafeString:
        return link_to(contact, CONTACT.masked(contact))


class ContextOfLead(ReadOnlyInline[LeadContext, Lead]):
    model = LeadContext
    verbose_name = "wishes"
    fields = ("party_size_adults", "party_size_kids", "budget", "event_date_pref", "postal_code", "notes")
    readonly_fields = ("budget",)

    @admin.display(description="Budget")
    def budget(self, context: LeadContext) -> str:
        return money(context.estimated_budget_cents, context.currency)


class EventsOfLead(ReadOnlyInline[LeadEvent, Lead]):
    model = LeadEvent
    verbose_name_plural = "history"
    fields = ("occurred_at", "type", "who")
    readonly_fields = ("who",)
    ordering = ("-occurred_at", "-id")
    per_page = 20

    def get_queryset(self, request: HttpRequest) -> QuerySet[LeadEvent]:
        return super().get_queryset(request).select_related("actor")

    @admin.display(description="Who")
    def who(self, event: LeadEvent) -> str:
        return name_of(event.actor) if event.actor else "-"


class AccountsOfLead(ReadOnlyInline[LeadSocialAccount, Lead]):
    model = LeadSocialAccount
    verbose_name_plural = "social accounts"
    fields = ("platform", "handle", "display_name", "last_active_at")
    ordering = ("id",)


class MessagesOfLead(ReadOnlyInline[LeadSocialMessage, Lead]):
    model = LeadSocialMessage
    verbose_name_plural = "social messages"
    fields = ("created_at", "platform", "direction", "kind", "body")
    ordering = ("-created_at", "-id")
    per_page = 20
