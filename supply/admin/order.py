"""Orders: moved along by their suppliers, by administrators for them; what was ordered stays as it is."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from common.admin.actions import ActionCall
from common.admin.codes import AdminCodes
from common.admin.filters import ScopedRelatedFilter
from common.admin.options import ReadOnlyInline
from common.admin.theme import ChoicesFilter, DateRangeFilter
from supply.admin.labels import order_badge, tenge
from supply.admin.pages import EXCHANGE, ExchangeReadOnlyAdmin, Move, as_seen
from supply.enums import OrderStatus
from supply.models import Order, OrderItem
from supply.services.orders import move_order


class MoveOrder(Move[Order]):
    def run(self, call: ActionCall[Order]) -> str:
        order = move_order(order=call.obj, to=self.to, by=call.by, at=call.at, check_version=as_seen(call))
        return f"The order is {order.get_status_display().lower()}."


class Accept(MoveOrder):
    name = "accept"
    label = "Accept"
    icon = "thumb_up"
    to = OrderStatus.ACCEPTED
    leaves = frozenset({OrderStatus.PENDING})


class Reject(MoveOrder):
    name = "reject"
    label = "Reject"
    icon = "thumb_down"
    to = OrderStatus.REJECTED
    leaves = frozenset({OrderStatus.PENDING})
    destructive = True
    explanation = "For good; what it has reserved can be ordered again."


class Start(MoveOrder):
    name = "start"
    label = "Start"
    icon = "local_shipping"
    to = OrderStatus.IN_PROGRESS
    leaves = frozenset({OrderStatus.ACCEPTED})


class Complete(MoveOrder):
    name = "complete"
    label = "Complete"
    icon = "task_alt"
    to = OrderStatus.COMPLETED
    leaves = frozenset({OrderStatus.IN_PROGRESS})


class ItemsOfOrder(ReadOnlyInline[OrderItem, Order]):
    model = OrderItem
    verbose_name_plural = "items"
    fields = ("what", "qty", "unit_price", "amount", "demand_date")
    readonly_fields = ("what", "unit_price", "amount")
    ordering = ("id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[OrderItem]:
        return super().get_queryset(request).select_related("product")

    @admin.display(description="Product")
    def what(self, item: OrderItem) -> str:
        return f"{item.product.name} ({item.product.sku})"

    @admin.display(description="Unit price")
    def unit_price(self, item: OrderItem) -> str:
        return tenge(item.unit_price_kzt)

    @admin.display(description="Amount")
    def amount(self, item: OrderItem) -> str:
        return tenge(item.unit_price_kzt * item.qty)


@admin.register(Order)
class OrderAdmin(ExchangeReadOnlyAdmin[Order]):
    codes = AdminCodes(view=EXCHANGE)
    list_select_related = ("consumer", "supplier")
    list_display = ("created_at", "consumer_name", "supplier_name", "state", "total", "origin")
    list_filter = (
        ("status", ChoicesFilter),
        ("origin", ChoicesFilter),
        ("supplier", ScopedRelatedFilter),
        ("created_at", DateRangeFilter),
    )
    list_filter_submit = True
    search_fields = ("consumer__organization_name", "supplier__company_name")
    search_help_text = "Consumer or supplier"
    fieldsets = (
        (None, {"fields": ("state", "consumer", "supplier", "total")}),
        ("Course", {"fields": ("origin", "created_at", "updated_at")}),
    )
    readonly_fields = ("state", "total")
    inlines = (ItemsOfOrder,)
    object_actions = (Accept, Reject, Start, Complete)
    bulk_actions = (Accept, Reject, Start, Complete)

    @admin.display(description="Consumer", ordering="consumer__organization_name")
    def consumer_name(self, order: Order) -> str:
        return order.consumer.organization_name

    @admin.display(description="Supplier", ordering="supplier__company_name")
    def supplier_name(self, order: Order) -> str:
        return order.supplier.company_name

    @admin.display(description="State", ordering="status")
    def state(self, order: Order) -> SafeString:
        return order_badge(order)

    @admin.display(description="Total", ordering="total_kzt")
    def total(self, order: Order) -> str:
        return tenge(order.total_kzt)

    def row_label(self, obj: Order) -> str:
        return f"{obj.consumer.organization_name}, {tenge(obj.total_kzt)}"


@admin.register(OrderItem)
class OrderItemAdmin(ExchangeReadOnlyAdmin[OrderItem]):
    codes = AdminCodes(view=EXCHANGE)
    list_select_related = ("order__consumer", "product__supplier")
    list_display = ("created_at", "what", "supplier_name", "consumer_name", "qty", "price", "demand_date")
    list_filter = (("demand_date", DateRangeFilter), ("created_at", DateRangeFilter))
    list_filter_submit = True
    search_fields = ("product__name", "=product__sku", "order__consumer__organization_name")
    search_help_text = "Product or consumer"

    @admin.display(description="Product", ordering="product__name")
    def what(self, item: OrderItem) -> str:
        return f"{item.product.name} ({item.product.sku})"

    @admin.display(description="Supplier")
    def supplier_name(self, item: OrderItem) -> str:
        return item.product.supplier.company_name

    @admin.display(description="Consumer")
    def consumer_name(self, item: OrderItem) -> str:
        return item.order.consumer.organization_name

    @admin.display(description="Unit price", ordering="unit_price_kzt")
    def price(self, item: OrderItem) -> Any:
        return tenge(item.unit_price_kzt)
