"""Orders and their items."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import models
from django.db.models import Prefetch, Q

from common.db import table
from common.fields import EnumField
from common.models import CreatedModel, TimestampedModel
from common.privacy import Classification
from supply.enums import OrderOrigin, OrderStatus
from supply.models.consumer import Consumer
from supply.models.product import Product
from supply.models.supplier import Supplier


class OrderQuerySet(models.QuerySet["Order"]):
    def of_suppliers(self, suppliers: list[UUID]) -> "OrderQuerySet":
        """Orders that these suppliers have to deal with."""
        return self.filter(supplier__in=suppliers)

    def of_consumer(self, consumer: Consumer) -> "OrderQuerySet":
        """Orders of a consumer, newest first."""
        return self.filter(consumer=consumer).order_by("-created_at", "-pk")

    def with_lines(self) -> "OrderQuerySet":
        """Orders with their items loaded as `lines`, by one more query."""
        lines = OrderItem.objects.order_by("pk")
        return self.prefetch_related(  # type: ignore[no-redef]  # declared for services that load it otherwise
            Prefetch("order_items", queryset=lines, to_attr="lines")
        )

    def with_status(self, status: str) -> "OrderQuerySet":
        """Orders in one state."""
        return self.filter(status=status)


class Order(TimestampedModel):
    """What a consumer orders from one supplier; it reserves stock from its creation until it is rejected."""

    privacy = Classification(public="supplier consumer status total_kzt origin")

    supplier = models.ForeignKey(
        Supplier, on_delete=models.CASCADE, related_name="orders", db_index=False, help_text="Who delivers."
    )
    consumer = models.ForeignKey(
        Consumer, on_delete=models.CASCADE, related_name="orders", db_index=False, help_text="Who buys."
    )
    status = EnumField(
        OrderStatus,
        default=OrderStatus.PENDING,
        help_text="State of the order; rejected and completed are final.",
    )
    total_kzt = models.DecimalField(
        max_digits=10,
        decimal_places=2,
        default=Decimal(0),
        db_default=Decimal(0),
        help_text="Sum of unit price times quantity over the items, in tenge.",
    )
    origin = EnumField(
        OrderOrigin,
        default=OrderOrigin.MANUAL,
        help_text="Whether somebody ordered by hand or our stations' demand was drafted.",
    )

    lines: "list[OrderItem]"
    """The items, where a service or selector has loaded them."""

    objects = OrderQuerySet.as_manager()

    class Meta:
        db_table = table("supply", "orders")
        constraints = [models.CheckConstraint(condition=Q(total_kzt__gte=0), name="ck_orders_total")]
        indexes = [
            models.Index(fields=["supplier", "status"], name="ix_orders_supplier_status"),
            models.Index(fields=["consumer", "created_at"], name="ix_orders_consumer_created"),
            models.Index(fields=["status"], name="ix_orders_status"),
        ]


class OrderItemQuerySet(models.QuerySet["OrderItem"]):
    def covering(self, products: Iterable[UUID], days: Iterable[date]) -> "OrderItemQuerySet":
        """Drafted lines for the demand of these event days."""
        return self.filter(product__in=list(products), demand_date__in=list(days))


class OrderItem(CreatedModel):
    """One line of an order; the same product may stand in several."""

    privacy = Classification(public="order product qty unit_price_kzt demand_date")

    order = models.ForeignKey(
        Order,
        on_delete=models.CASCADE,
        related_name="order_items",
        help_text="Order of the line.",
    )
    product = models.ForeignKey(
        Product,
        on_delete=models.PROTECT,
        related_name="order_items",
        db_index=False,
        help_text="What is ordered.",
    )
    qty = models.IntegerField(help_text="Units ordered.")
    unit_price_kzt = models.DecimalField(
        max_digits=10, decimal_places=2, help_text="Price of one unit when it was ordered, in tenge."
    )
    demand_date = models.DateField(
        null=True,
        blank=True,
        help_text="Day of the events that a drafted line covers; empty for lines ordered by hand.",
    )

    objects = OrderItemQuerySet.as_manager()

    class Meta:
        db_table = table("supply", "order_items")
        constraints = [
            models.CheckConstraint(
                condition=Q(qty__gt=0) & Q(unit_price_kzt__gte=0), name="ck_order_items_qty"
            )
        ]
        indexes = [models.Index(fields=["product", "demand_date"], name="ix_order_items_demand")]
