"""Contacts and wishes of leads, to be read; contacts are shown masked and revealed with a reason."""

from django.contrib import admin

from common.admin.codes import AdminCodes
from common.admin.display import money
from common.admin.options import ReadOnlyAdmin
from common.admin.theme import BooleanFilter, ChoicesFilter, DateRangeFilter
from leads.models import LeadContact, LeadContext


@admin.register(LeadContact)
class LeadContactAdmin(ReadOnlyAdmin[LeadContact]):
    codes = AdminCodes(view="lead.read")
    station_lookups = ("lead__station",)
    contact_search = {"email": "handle_or_address_bidx", "phone": "handle_or_address_bidx"}
    list_select_related = ("lead__station",)
    list_display = ("handle_or_address_masked", "channel", "verified", "source", "station_code", "created_at")
    list_filter = (("channel", ChoicesFilter), ("verified", BooleanFilter))
    # Without a field Django shows no search box; a word that is no contact finds a channel.
    search_fields = ("=channel",)
    search_help_text = "E-mail or phone"

    @admin.display(description="Lead from", ordering="lead__source")
    def source(self, contact: LeadContact) -> str:
        return contact.lead.get_source_display()

    @admin.display(description="Station", ordering="lead__station__code")
    def station_code(self, contact: LeadContact) -> str:
        return contact.lead.station.code if contact.lead.station else "Company"


@admin.register(LeadContext)
class LeadContextAdmin(ReadOnlyAdmin[LeadContext]):
    codes = AdminCodes(view="lead.read")
    station_lookups = ("lead__station",)
    list_select_related = ("lead__station",)
    list_display = ("event_date_pref", "guests", "budget", "service_type", "postal_code", "station_code")
    list_filter = (("event_date_pref", DateRangeFilter),)
    list_filter_submit = True
    search_fields = ("=postal_code", "=service_type")
    search_help_text = "ZIP code or kind of party, in full"

    @admin.display(description="Guests", ordering="party_size_adults")
    def guests(self, context: LeadContext) -> str:
        sizes = ((context.party_size_adults, "adults"), (context.party_size_kids, "kids"))
        return ", ".join(f"{size} {word}" for size, word in sizes if size is not None) or "-"

    @admin.display(description="Budget", ordering="estimated_budget_cents")
    def budget(self, context: LeadContext) -> str:
        return money(context.estimated_budget_cents, context.currency)

    @admin.display(description="Station", ordering="lead__station__code")
    def station_code(self, context: LeadContext) -> str:
        return context.lead.station.code if context.lead.station else "Company"
