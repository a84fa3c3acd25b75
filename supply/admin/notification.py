"""What accounts of the exchange were told; marked as read by their recipients alone."""

from django.contrib import admin

from common.admin.codes import AdminCodes
from common.admin.theme import BooleanFilter, DateRangeFilter
from supply.admin.labels import person
from supply.admin.pages import EXCHANGE, ExchangeReadOnlyAdmin
from supply.models import Notification


@admin.register(Notification)
class NotificationAdmin(ExchangeReadOnlyAdmin[Notification]):
    codes = AdminCodes(view=EXCHANGE)
    list_select_related = ("recipient",)
    list_display = ("created_at", "who", "type", "message", "is_read")
    list_filter = (("is_read", BooleanFilter), ("created_at", DateRangeFilter))
    list_filter_submit = True
    plain_search = {"email": "recipient__email"}
    search_fields = ("^type", "recipient__full_name")
    search_help_text = "Kind of event, or the recipient's name or e-mail"
    fields = ("who", "type", "message", "is_read", "created_at")
    readonly_fields = ("who",)

    @admin.display(description="Recipient")
    def who(self, notification: Notification) -> str:
        return person(notification.recipient)
