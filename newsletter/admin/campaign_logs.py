"""What became of campaigns: recipients and their deeds, the SMS queue, deliveries, limits. Read-only."""

from django.contrib import admin
from django.utils.safestring import SafeString

from common.admin.codes import AdminCodes
from common.admin.masking import Masked
from common.admin.options import ReadOnlyAdmin
from common.admin.theme import ChoicesFilter, DateRangeFilter
from newsletter.admin.labels import dollars_of_centicents, state_badge
from newsletter.models import CampaignEvent, CampaignSmsLimit, SmsDeliveryEvent, SmsQueueItem

READ = AdminCodes(view="campaign.read")


@admin.register(CampaignEvent)
class CampaignEventAdmin(ReadOnlyAdmin[CampaignEvent]):
    """Events of type queued are the recipient list (N-14)."""

    codes = READ
    station_lookups = ("campaign__station",)
    masked = {
        "email": Masked("subscriber.email", "E-mail"),
        "phone": Masked("subscriber.phone", "Phone"),
    }
    contact_search = {"email": "subscriber__email_bidx", "phone": "subscriber__phone_bidx"}
    list_select_related = ("campaign__station", "subscriber")
    list_display = ("occurred_at", "campaign", "channel", "what", "email_masked", "phone_masked")
    list_filter = (("type", ChoicesFilter), ("channel", ChoicesFilter), ("occurred_at", DateRangeFilter))
    list_filter_submit = True
    search_fields = ("campaign__name",)
    search_help_text = "E-mail, phone, or the name of the campaign"

    @admin.display(description="What", ordering="type")
    def what(self, event: CampaignEvent) -> SafeString:
        return state_badge("event", event.type, event.get_type_display())


@admin.register(SmsQueueItem)
class SmsQueueItemAdmin(ReadOnlyAdmin[SmsQueueItem]):
    codes = READ
    station_lookups = ("campaign__station",)
    contact_search = {"phone": "phone_bidx"}
    list_select_related = ("campaign__station",)
    list_display = (
        "campaign",
        "phone_masked",
        "state",
        "priority",
        "scheduled_at",
        "segments",
        "attempts",
        "error_code",
    )
    list_filter = (("status", ChoicesFilter), ("scheduled_at", DateRangeFilter))
    list_filter_submit = True
    search_fields = ("=provider_message_id",)
    search_help_text = "Phone, or the provider's message id in full"

    @admin.display(description="Status", ordering="status")
    def state(self, item: SmsQueueItem) -> SafeString:
        return state_badge("queue", item.status, item.get_status_display())


@admin.register(SmsDeliveryEvent)
class SmsDeliveryEventAdmin(ReadOnlyAdmin[SmsDeliveryEvent]):
    codes = READ
    station_lookups = ("campaign_event__campaign__station",)
    list_select_related = ("campaign_event__campaign__station",)
    list_display = (
        "campaign_name",
        "provider_message_id",
        "state",
        "delivery_timestamp",
        "segments_used",
        "carrier_error_code",
    )
    list_filter = (("status", ChoicesFilter), ("delivery_timestamp", DateRangeFilter))
    list_filter_submit = True
    search_fields = ("=provider_message_id",)
    search_help_text = "The provider's message id, in full"

    @admin.display(description="Campaign")
    def campaign_name(self, delivery: SmsDeliveryEvent) -> str:
        return delivery.campaign_event.campaign.name

    @admin.display(description="Status", ordering="status")
    def state(self, delivery: SmsDeliveryEvent) -> SafeString:
        return state_badge("delivery", delivery.status, delivery.get_status_display())


@admin.register(CampaignSmsLimit)
class CampaignSmsLimitAdmin(ReadOnlyAdmin[CampaignSmsLimit]):
    """Limits are set on the campaign's page and watched here (N-12)."""

    codes = READ
    station_lookups = ("campaign__station",)
    list_select_related = ("campaign__station",)
    list_display = (
        "campaign",
        "current_month",
        "used",
        "campaign_sms_sent",
        "campaign_sms_failed",
        "cost",
        "limit_exceeded_action",
        "alert_sent_at",
    )
    list_filter = (("limit_exceeded_action", ChoicesFilter), ("alert_sent_at", DateRangeFilter))
    list_filter_submit = True
    search_fields = ("campaign__name",)
    search_help_text = "Name of the campaign"

    @admin.display(description="Used this month")
    def used(self, limit: CampaignSmsLimit) -> str:
        return f"{limit.monthly_sms_used} of {limit.monthly_sms_limit}"

    @admin.display(description="Cost", ordering="total_cost_centicents")
    def cost(self, limit: CampaignSmsLimit) -> str:
        return dollars_of_centicents(limit.total_cost_centicents)
