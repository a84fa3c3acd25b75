"""Campaigns: prepared here as drafts, fixed as soon as they are scheduled (N-13)."""

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString

from bookings.models.customer import COMPANY_ZONE
from common.admin.codes import AdminCodes
from common.admin.filters import ScopedRelatedFilter
from common.admin.forms import RefusableForm
from common.admin.options import HouseInline, HouseModelAdmin
from common.admin.theme import ChoicesFilter, DateRangeFilter, TypedModelForm
from newsletter.admin.labels import state_badge
from newsletter.enums import CampaignStatus
from newsletter.models import Campaign, CampaignSmsLimit
from newsletter.validators import json_object

MESSAGE = ("name", "channel", "station", "template", "subject", "content", "segment_filter")
COURSE = ("created_by", "previewed_at", "scheduled_at", "started_at", "sent_at")
FIGURES = (
    "total_recipients",
    "total_sent",
    "total_delivered",
    "total_opened",
    "total_clicked",
    "total_unsubscribed",
    "total_failed",
    "delivery_rate_cached",
    "open_rate_cached",
    "click_rate_cached",
    "unsubscribe_rate_cached",
    "last_metrics_updated",
)


class CampaignForm(RefusableForm):
    class Meta:
        model = Campaign
        fields = MESSAGE

    def clean_content(self) -> dict[str, Any]:
        return self.mapping("content")

    def clean_segment_filter(self) -> dict[str, Any]:
        return self.mapping("segment_filter")

    def mapping(self, name: str) -> dict[str, Any]:
        """Return the JSON object of a box; refuses lists, bare values and what cannot be kept."""
        try:
            return json_object(self.cleaned_data[name])
        except ValueError as error:
            raise ValidationError(str(error)) from None


class CampaignSmsLimitForm(TypedModelForm[CampaignSmsLimit]):
    """New limits count from the present month of the company's zone (N-12)."""

    class Meta:
        model = CampaignSmsLimit
        fields = (
            "monthly_sms_limit",
            "campaign_sms_limit",
            "limit_exceeded_action",
            "alert_at_percentage",
            "cost_per_segment_centicents",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance._state.adding:
            month = timezone.now().astimezone(ZoneInfo(COMPANY_ZONE))
            self.instance.current_month = f"{month:%Y-%m}"


class LimitsInline(HouseInline[CampaignSmsLimit, Campaign]):
    model = CampaignSmsLimit
    form = CampaignSmsLimitForm
    readonly_fields = ("monthly_sms_used", "campaign_sms_sent")


@admin.register(Campaign)
class CampaignAdmin(HouseModelAdmin[Campaign]):
    codes = AdminCodes(view="campaign.read", add="campaign.manage", change="campaign.manage")
    station_lookups = ("station",)
    form = CampaignForm
    autocomplete_fields = ("template",)
    list_select_related = ("station",)
    list_display = (
        "name",
        "channel",
        "where",
        "state",
        "scheduled_at",
        "total_recipients",
        "total_delivered",
        "unsubscribe_rate_cached",
    )
    list_filter = (
        ("status", ChoicesFilter),
        ("channel", ChoicesFilter),
        ("station", ScopedRelatedFilter),
        ("scheduled_at", DateRangeFilter),
    )
    list_filter_submit = True
    search_fields = ("name",)
    search_help_text = "Name"
    inlines = (LimitsInline,)

    @admin.display(description="Station", ordering="station__code")
    def where(self, campaign: Campaign) -> str:
        return campaign.station.code if campaign.station else "Company"

    @admin.display(description="Status", ordering="status")
    def state(self, campaign: Campaign) -> SafeString:
        return state_badge("campaign", campaign.status, campaign.get_status_display())

    def get_fieldsets(self, request: HttpRequest, obj: Campaign | None = None) -> Any:
        message = ((None, {"fields": MESSAGE[:4]}), ("Message", {"fields": MESSAGE[4:]}))
        if obj is None:
            return message
        return (
            *message,
            ("Course", {"fields": ("state", *COURSE)}),
            ("Figures", {"fields": FIGURES}),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Campaign | None = None) -> list[Any]:
        return [*super().get_readonly_fields(request, obj), "state", *COURSE, *FIGURES]

    def has_change_permission(self, request: HttpRequest, obj: Campaign | None = None) -> bool:
        """Allow drafts only: what was scheduled is what was previewed (N-13)."""
        is_draft = obj is None or obj.status == CampaignStatus.DRAFT
        return is_draft and super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Campaign, form: Any, change: bool) -> None:
        if not change:
            obj.created_by_id = self.actor(request).id
        super().save_model(request, obj, form, change)
