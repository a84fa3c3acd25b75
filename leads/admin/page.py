"""Pages on social platforms that leads come from, and who gets them."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from common.admin.codes import AdminCodes
from common.admin.filters import ScopedRelatedFilter
from common.admin.forms import RefusableForm
from common.admin.options import HouseModelAdmin
from common.admin.theme import BooleanFilter, ChoicesFilter
from leads.admin.labels import name_of
from leads.models import SocialMediaAccount


class SocialMediaAccountForm(RefusableForm):
    class Meta:
        model = SocialMediaAccount
        fields = (
            *("station", "platform", "page_id", "page_name", "social_account"),
            *("default_assignee", "auto_capture", "is_active"),
        )

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        connected = self.cleaned_data.get("social_account")
        if connected and connected.platform != (self.cleaned_data.get("platform") or self.instance.platform):
            self.add_error("social_account", "The connected page is one of another platform.")
        return data


@admin.register(SocialMediaAccount)
class SocialMediaAccountAdmin(HouseModelAdmin[SocialMediaAccount]):
    codes = AdminCodes(view="social.read", add="social.manage", change="social.manage")
    station_lookups = ("station",)
    form = SocialMediaAccountForm
    list_select_related = ("station", "default_assignee")
    list_display = (
        "page_name",
        "platform",
        "where",
        "assignee",
        "auto_capture",
        "last_lead_at",
        "is_active",
    )
    list_filter = (
        ("platform", ChoicesFilter),
        ("is_active", BooleanFilter),
        ("auto_capture", BooleanFilter),
        ("station", ScopedRelatedFilter),
    )
    search_fields = ("page_name", "=page_id")
    search_help_text = "Name of the page, or its id in full"
    readonly_fields = ("last_lead_at",)
    fieldsets = (
        (None, {"fields": ("page_name", "platform", "page_id", "station", "is_active")}),
        ("Leads", {"fields": ("auto_capture", "default_assignee", "last_lead_at")}),
        ("Inbox", {"fields": ("social_account",)}),
    )

    @admin.display(description="Station", ordering="station__code")
    def where(self, account: SocialMediaAccount) -> str:
        return account.station.code if account.station else "Company"

    @admin.display(description="New leads go to")
    def assignee(self, account: SocialMediaAccount) -> str:
        return name_of(account.default_assignee) if account.default_assignee else "Usual assignment"

    def get_readonly_fields(self, request: HttpRequest, obj: SocialMediaAccount | None = None) -> list[Any]:
        """Fix which page it is once leads point at it."""
        fixed = super().get_readonly_fields(request, obj)
        return fixed if obj is None else [*fixed, "platform", "page_id"]
