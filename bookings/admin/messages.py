"""Conversations with customers; what was said is read here, answered through its channel."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString

from bookings.admin.agents import CaredForAdmin, name_of
from bookings.enums import ThreadStatus
from bookings.models import Message, MessageThread
from common.admin.codes import AdminCodes
from common.admin.display import badge, local_time
from common.admin.filters import DeletedFilter, ScopedRelatedFilter
from common.admin.options import ReadOnlyAdmin, ReadOnlyInline
from common.admin.theme import BooleanFilter, ChoicesFilter, DateRangeFilter

THREAD_TONES = {
    ThreadStatus.ACTIVE: "info",
    ThreadStatus.WAITING: "warning",
    ThreadStatus.RESOLVED: "success",
    ThreadStatus.ESCALATED: "danger",
}
EXCERPT = 80


def excerpt(text: str | None) -> str:
    """Return the beginning of a text for a list."""
    words = " ".join((text or "").split())
    return f"{words[:EXCERPT]}…" if len(words) > EXCERPT else words or "-"


class MessagesOfThread(ReadOnlyInline[Message, MessageThread]):
    model = Message
    fields = ("created_at", "direction", "sender_type", "sender", "content", "is_read")
    ordering = ("-created_at", "-id")
    per_page = 20


@admin.register(MessageThread)
class MessageThreadAdmin(CaredForAdmin[MessageThread]):
    """Staff say who takes care; the state follows the messages (M-2)."""

    codes = AdminCodes(view="message.read", change="message.send")
    station_lookups = ("station",)
    contact_search = {"email": "customer__email_bidx", "phone": "customer__phone_bidx"}
    list_select_related = ("station", "customer", "assigned_agent")
    list_display = ("customer_name", "station_code", "channel", "state", "agent", "unread_count", "last_word")
    list_filter = (
        ("status", ChoicesFilter),
        ("station", ScopedRelatedFilter),
        ("channel", ChoicesFilter),
        ("ai_mode", BooleanFilter),
        ("last_message_at", DateRangeFilter),
        DeletedFilter,
    )
    list_filter_submit = True
    search_fields = ("^customer__last_name", "^customer__first_name")
    search_help_text = "Name, e-mail or phone of the customer"
    agent_field = "assigned_agent"
    readonly_fields = ("state", "customer_name", "station", "channel", "ai_mode", "unread_count", "last_word")
    fieldsets = (
        (None, {"fields": ("customer_name", "station", "channel", "state", "ai_mode")}),
        ("Care", {"fields": ("subject", "assigned_agent", "unread_count", "last_word")}),
    )
    inlines = (MessagesOfThread,)

    @admin.display(description="Customer", ordering="customer__last_name")
    def customer_name(self, thread: MessageThread) -> str:
        return f"{thread.customer.first_name} {thread.customer.last_name}"

    @admin.display(description="Station", ordering="station__code")
    def station_code(self, thread: MessageThread) -> str:
        return str(thread.station.code)

    @admin.display(description="State", ordering="status")
    def state(self, thread: MessageThread) -> SafeString:
        return badge(thread.get_status_display(), THREAD_TONES[ThreadStatus(thread.status)])

    @admin.display(description="Agent", ordering="assigned_agent__full_name")
    def agent(self, thread: MessageThread) -> str:
        return name_of(thread.assigned_agent)

    @admin.display(description="Last message", ordering="last_message_at")
    def last_word(self, thread: MessageThread) -> str:
        return local_time(thread.last_message_at, thread.station.timezone)

    def has_change_permission(self, request: HttpRequest, obj: MessageThread | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.deleted_at is None)

    def row_label(self, obj: MessageThread) -> str:
        return f"{self.customer_name(obj)}, {obj.get_channel_display()}"


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin[Message]):
    """Written by services alone: a message that was sent cannot be edited."""

    codes = AdminCodes(view="message.read")
    station_lookups = ("thread__station",)
    contact_search = {"email": "thread__customer__email_bidx", "phone": "thread__customer__phone_bidx"}
    list_select_related = ("thread__station", "thread__customer", "sender")
    list_display = ("written", "customer_name", "direction", "sender_type", "beginning", "is_read")
    list_filter = (
        ("direction", ChoicesFilter),
        ("sender_type", ChoicesFilter),
        ("is_read", BooleanFilter),
        ("created_at", DateRangeFilter),
    )
    list_filter_submit = True
    search_fields = ("^thread__customer__last_name",)
    search_help_text = "Last name, e-mail or phone of the customer"
    fields = ("thread", "written", "direction", "sender_type", "sender", "content", "is_read")

    @admin.display(description="Written", ordering="created_at")
    def written(self, message: Message) -> str:
        return local_time(message.created_at, message.thread.station.timezone)

    @admin.display(description="Customer", ordering="thread__customer__last_name")
    def customer_name(self, message: Message) -> str:
        customer = message.thread.customer
        return f"{customer.first_name} {customer.last_name}"

    @admin.display(description="Text")
    def beginning(self, message: Message) -> str:
        return excerpt(message.content)

    def get_readonly_fields(self, request: HttpRequest, obj: Message | None = None) -> list[Any]:
        return [*super().get_readonly_fields(request, obj), "written"]
