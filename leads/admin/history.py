"""What happened to leads, to be read."""

from django.contrib import admin

from common.admin.codes import AdminCodes
from common.admin.options import ReadOnlyAdmin
from common.admin.theme import ChoicesFilter, DateRangeFilter
from leads.admin.labels import name_of
from leads.models import LeadEvent


@admin.register(LeadEvent)
class LeadEventAdmin(ReadOnlyAdmin[LeadEvent]):
    codes = AdminCodes(view="lead.read")
    station_lookups = ("lead__station",)
    list_select_related = ("lead__station", "actor")
    list_display = ("occurred_at", "type", "source", "station_code", "who")
    list_filter = (("type", ChoicesFilter), ("occurred_at", DateRangeFilter))
    list_filter_submit = True

    @admin.display(description="Lead from", ordering="lead__source")
    def source(self, event: LeadEvent) -> str:
        return event.lead.get_source_display()

    @admin.display(description="Station", ordering="lead__station__code")
    def station_code(self, event: LeadEvent) -> str:
        return event.lead.station.code if event.lead.station else "Company"

    @admin.display(description="Who")
    def who(self, event: LeadEvent) -> str:
        return name_of(event.actor) if event.actor else "-"
