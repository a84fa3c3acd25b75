"""Notices of social platforms as they came; for the owner (M-6)."""

from django.contrib import admin
from django.utils.safestring import SafeString

from common.admin.codes import AdminCodes
from common.admin.display import badge
from common.admin.options import ReadOnlyAdmin
from common.admin.theme import ChoicesFilter, DateRangeFilter
from events.enums import InboxStatus
from integra.models import SocialInboxMessage

TONES = {
    InboxStatus.PENDING: "info",
    InboxStatus.PROCESSING: "info",
    InboxStatus.PROCESSED: "success",
    InboxStatus.FAILED: "danger",
}


@admin.register(SocialInboxMessage)
class SocialInboxMessageAdmin(ReadOnlyAdmin[SocialInboxMessage]):
    codes = AdminCodes(view="event.read")
    unrevealed = frozenset({"payload"})
    list_select_related = ("account",)
    list_display = (
        "created_at",
        "platform",
        "webhook_type",
        "page_name",
        "state",
        "processing_attempts",
        "processed_at",
    )
    list_filter = (("status", ChoicesFilter), ("platform", ChoicesFilter), ("created_at", DateRangeFilter))
    list_filter_submit = True
    search_fields = ("=signature",)
    search_help_text = "The platform's signature, in full"

    @admin.display(description="Page")
    def page_name(self, notice: SocialInboxMessage) -> str:
        return notice.account.page_name if notice.account else "-"

    @admin.display(description="Status", ordering="status")
    def state(self, notice: SocialInboxMessage) -> SafeString:
        return badge(notice.get_status_display(), TONES.get(InboxStatus(notice.status), "default"))
