"""Handles of leads and what they wrote, to be read."""

from django.contrib import admin
from django.template.defaultfilters import truncatechars

from common.admin.codes import AdminCodes
from common.admin.options import ReadOnlyAdmin
from common.admin.theme import ChoicesFilter, DateRangeFilter
from leads.models import LeadSocialAccount, LeadSocialMessage

EXCERPT = 80


@admin.register(LeadSocialAccount)
class LeadSocialAccountAdmin(ReadOnlyAdmin[LeadSocialAccount]):
    codes = AdminCodes(view="lead.read")
    station_lookups = ("lead__station",)
    list_select_related = ("lead__station",)
    list_display = ("handle", "platform", "display_name", "station_code", "last_active_at")
    list_filter = (("platform", ChoicesFilter), ("last_active_at", DateRangeFilter))
    list_filter_submit = True
    search_fields = ("=handle",)
    search_help_text = "Handle, in full"

    @admin.display(description="Station", ordering="lead__station__code")
    def station_code(self, account: LeadSocialAccount) -> str:
        return account.lead.station.code if account.lead.station else "Company"


@admin.register(LeadSocialMessage)
class LeadSocialMessageAdmin(ReadOnlyAdmin[LeadSocialMessage]):
    codes = AdminCodes(view="lead.read")
    station_lookups = ("lead__station",)
    list_select_related = ("lead__station", "social_media_account")
    list_display = ("created_at", "platform", "direction", "kind", "excerpt", "our_page", "station_code")
    list_filter = (
        ("platform", ChoicesFilter),
        ("direction", ChoicesFilter),
        ("kind", ChoicesFilter),
        ("created_at", DateRangeFilter),
    )
    list_filter_submit = True
    search_fields = ("=author_handle", "=message_ref")
    search_help_text = "Handle or id of the message, in full"

    @admin.display(description="Text")
    def excerpt(self, message: LeadSocialMessage) -> str:
        return truncatechars(message.body or "-", EXCERPT)

    @admin.display(description="Page")
    def our_page(self, message: LeadSocialMessage) -> str:
        return message.social_media_account.page_name if message.social_media_account else "-"

    @admin.display(description="Station", ordering="lead__station__code")
    def station_code(self, message: LeadSocialMessage) -> str:
        return message.lead.station.code if message.lead.station else "Company"
