"""Conversations of the exchange, to be read: only the two people in one write to it."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest

from common.admin.codes import AdminCodes
from common.admin.options import ReadOnlyInline
from common.admin.theme import DateRangeFilter
from supply.admin.labels import excerpt, person
from supply.admin.pages import EXCHANGE, ExchangeReadOnlyAdmin
from supply.models import ChatMessage, ChatSession


class MessagesOfSession(ReadOnlyInline[ChatMessage, ChatSession]):
    model = ChatMessage
    verbose_name_plural = "messages"
    fields = ("created_at", "who", "text", "file_url")
    readonly_fields = ("who",)
    ordering = ("-created_at", "-id")
    per_page = 20

    def get_queryset(self, request: HttpRequest) -> QuerySet[ChatMessage]:
        return super().get_queryset(request).select_related("sender")

    @admin.display(description="From")
    def who(self, message: ChatMessage) -> str:
        return person(message.sender)


@admin.register(ChatSession)
class ChatSessionAdmin(ExchangeReadOnlyAdmin[ChatSession]):
    codes = AdminCodes(view=EXCHANGE)
    list_select_related = ("consumer", "sales_rep", "order")
    list_display = ("created_at", "consumer_name", "rep", "about_order", "messages")
    list_filter = (("created_at", DateRangeFilter),)
    list_filter_submit = True
    plain_search = {"email": "sales_rep__email"}
    search_fields = ("consumer__organization_name", "sales_rep__full_name")
    search_help_text = "Consumer, or the representative's name or e-mail"
    fieldsets = ((None, {"fields": ("consumer", "rep", "order", "created_at")}),)
    readonly_fields = ("rep",)
    inlines = (MessagesOfSession,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ChatSession]:
        written = ChatMessage.objects.filter(session=OuterRef("pk")).order_by()
        number = written.values("session").annotate(number=Count("pk")).values("number")
        return super().get_queryset(request).annotate(written=Coalesce(Subquery(number), 0))

    @admin.display(description="Consumer", ordering="consumer__organization_name")
    def consumer_name(self, session: ChatSession) -> str:
        return session.consumer.organization_name

    @admin.display(description="Sales representative")
    def rep(self, session: ChatSession) -> str:
        return person(session.sales_rep)

    @admin.display(description="About an order", boolean=True)
    def about_order(self, session: ChatSession) -> bool:
        return session.order_id is not None

    @admin.display(description="Messages")
    def messages(self, session: Any) -> int:
        return int(session.written)

    def row_label(self, obj: ChatSession) -> str:
        return f"{obj.consumer.organization_name} and {person(obj.sales_rep)}"


@admin.register(ChatMessage)
class ChatMessageAdmin(ExchangeReadOnlyAdmin[ChatMessage]):
    codes = AdminCodes(view=EXCHANGE)
    list_select_related = ("session__consumer", "sender")
    list_display = ("created_at", "consumer_name", "who", "beginning")
    list_filter = (("created_at", DateRangeFilter),)
    list_filter_submit = True
    plain_search = {"email": "sender__email"}
    search_fields = ("session__consumer__organization_name",)
    search_help_text = "Consumer, or the sender's e-mail"
    fields = ("session", "who", "text", "file_url", "created_at")
    readonly_fields = ("who",)

    @admin.display(description="Conversation of", ordering="session__consumer__organization_name")
    def consumer_name(self, message: ChatMessage) -> str:
        return message.session.consumer.organization_name

    @admin.display(description="From")
    def who(self, message: ChatMessage) -> str:
        return person(message.sender)

    @admin.display(description="Text")
    def beginning(self, message: ChatMessage) -> str:
        return excerpt(message.text)
