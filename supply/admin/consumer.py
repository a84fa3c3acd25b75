"""Consumers: restaurants, hotels, and the stations of ours that buy on the exchange."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from common.admin.codes import AdminCodes
from common.admin.forms import RefusableForm
from common.admin.options import ReadOnlyInline
from common.admin.theme import DateRangeFilter
from supply.admin.labels import link_badge, order_badge, person, tenge
from supply.admin.pages import EXCHANGE, ExchangeAdmin
from supply.models import Consumer, Link, Order

if TYPE_CHECKING:
    from django.contrib.admin.options import ModelAdmin


class ConsumerForm(RefusableForm):
    class Meta:
        model = Consumer
        fields = ("organization_name", "station")


class OursFilter(SimpleListFilter):
    title = "whose"
    parameter_name = "whose"

    def lookups(self, request: HttpRequest, model_admin: "ModelAdmin[Any]") -> list[tuple[str, str]]:
        return [("ours", "Our stations"), ("others", "Others")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Consumer]) -> QuerySet[Consumer]:
        is_other = {"ours": False, "others": True}.get(self.value() or "")
        return queryset if is_other is None else queryset.filter(station__isnull=is_other)


class LinksOfConsumer(ReadOnlyInline[Link, Consumer]):
    model = Link
    verbose_name_plural = "links"
    show_change_link = True
    fields = ("supplier_name", "state", "updated_at")
    readonly_fields = ("supplier_name", "state")
    ordering = ("-id",)
    per_page = 20

    def get_queryset(self, request: HttpRequest) -> QuerySet[Link]:
        return super().get_queryset(request).select_related("supplier")

    @admin.display(description="Supplier")
    def supplier_name(self, link: Link) -> str:
        return link.supplier.company_name

    @admin.display(description="State")
    def state(self, link: Link) -> SafeString:
        return link_badge(link)


class OrdersOfConsumer(ReadOnlyInline[Order, Consumer]):
    model = Order
    verbose_name_plural = "orders"
    show_change_link = True
    fields = ("created_at", "supplier_name", "state", "total")
    readonly_fields = ("supplier_name", "state", "total")
    ordering = ("-created_at", "-id")
    per_page = 20

    def get_queryset(self, request: HttpRequest) -> QuerySet[Order]:
        return super().get_queryset(request).select_related("supplier")

    @admin.display(description="Supplier")
    def supplier_name(self, order: Order) -> str:
        return order.supplier.company_name

    @admin.display(description="State")
    def state(self, order: Order) -> SafeString:
        return order_badge(order)

    @admin.display(description="Total")
    def total(self, order: Order) -> str:
        return tenge(order.total_kzt)


@admin.register(Consumer)
class ConsumerAdmin(ExchangeAdmin[Consumer]):
    """Consumers sign up by themselves; administrators rename one or say for which station it buys."""

    codes = AdminCodes(view=EXCHANGE, change=EXCHANGE)
    form = ConsumerForm
    plain_search = {"email": "user__email"}
    list_select_related = ("user", "station")
    list_display = ("organization_name", "account", "buys_for", "created_at")
    list_filter = (OursFilter, ("created_at", DateRangeFilter))
    list_filter_submit = True
    search_fields = ("organization_name", "=station__code")
    search_help_text = "Name, station code, or the account's e-mail"
    fieldsets = ((None, {"fields": ("organization_name", "account", "station", "created_at")}),)
    inlines = (LinksOfConsumer, OrdersOfConsumer)

    @admin.display(description="Account")
    def account(self, consumer: Consumer) -> str:
        return person(consumer.user)

    @admin.display(description="Our station", ordering="station__code")
    def buys_for(self, consumer: Consumer) -> str:
        return consumer.station.code if consumer.station else "-"

    def get_readonly_fields(self, request: HttpRequest, obj: Consumer | None = None) -> list[Any]:
        return [*super().get_readonly_fields(request, obj), "account"]

    def row_label(self, obj: Consumer) -> str:
        return obj.organization_name
