"""Orders: made over an accepted link, reserved from stock, moved by the supplier."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from common.actors import Actor
from common.db.statements import Statement
from common.exceptions import PermissionDenied
from events.services.facts import Fact
from events.services.publish import publish_all
from supply.enums import ORDER_MOVES, LinkStatus, OrderOrigin, OrderStatus, StaffRole
from supply.exceptions import ForeignProduct, InactiveProduct, ProductNotFound, TotalTooLarge
from supply.models import Consumer, Link, Order, OrderItem, Product, Supplier, SupplierStaff
from supply.policies import acts_for
from supply.selectors.members import require_manages
from supply.services.moves import VersionCheck, any_version, check_move, lock_row
from supply.services.notifications import Notice, notification_rows, notify
from supply.services.stock import give_back, lock_products, reserve

MAX_TOTAL = Decimal("99999999.99")
LINKED = Statement(
    f"""
SELECT ARRAY(
    SELECT user_id FROM {SupplierStaff._meta.db_table}
    WHERE supplier_id = link.supplier_id AND staff_role = '{StaffRole.MANAGER}'
)
FROM {Link._meta.db_table} AS link
WHERE consumer_id = %(consumer)s AND supplier_id = %(supplier)s AND status = '{LinkStatus.ACCEPTED}'
FOR SHARE OF link
"""  # noqa: S608 -- names and states of our own models
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRequest:
    """A line to order: how many units of what; `demand_date` is the event day that a drafted line covers."""

    product_id: UUID | None
    qty: int
    demand_date: date | None = None


@transaction.atomic
def create_order(
    *,
    consumer: Consumer,
    supplier: Supplier,
    items: Sequence[ItemRequest],
    by: Actor,
    at: datetime,
    origin: str = OrderOrigin.MANUAL,
) -> Order:
    """Order from a linked supplier: snapshots prices, reserves stock, tells the supplier.

    Emits order.pending; the order comes with its items as `order.lines`. Raises PermissionDenied (also
    without an accepted link), per item ProductNotFound, ForeignProduct, InactiveProduct, then
    InsufficientStock and TotalTooLarge.
    """
    if not acts_for(by, consumer):
        raise PermissionDenied
    managers = _require_link(consumer, supplier)
    products = lock_products(item.product_id for item in items if item.product_id is not None)
    lines = [
        OrderItem(
            product=_orderable(products, item.product_id, supplier, index),
            qty=item.qty,
            demand_date=item.demand_date,
            created_at=at,
        )
        for index, item in enumerate(items)
    ]
    low = reserve(products, _units(lines))
    order = Order(
        consumer=consumer, supplier=supplier, origin=OrderOrigin(origin), created_at=at, updated_at=at
    )
    for line in lines:
        line.order, line.unit_price_kzt = order, line.product.price_kzt
    order.total_kzt = _total(lines)
    order.lines = lines
    notices = notification_rows([supplier.user_id, *managers], _notices(order, low), at=at)
    publish_all([_fact(order, by=by, at=at, opens=True)], along=[order, *lines, *notices])
    return order


@transaction.atomic
def move_order(
    *, order: Order, to: str, by: Actor, at: datetime, check_version: VersionCheck = any_version
) -> Order:
    """Accept, reject (its stock comes back), start or complete an order and tell the consumer.

    Emits order.<status>. Raises PermissionDenied for all but owner and managers of the supplier,
    VersionConflict, IllegalTransition, MovedMeanwhile.
    """
    require_manages(by, order.supplier_id)
    locked = lock_row(Order.objects.select_related("consumer", "supplier"), order)
    check_version(locked)
    check_move(ORDER_MOVES, seen=order, locked=locked, to=to)
    locked.status = OrderStatus(to)
    locked.save(update_fields=["status", "updated_at"])
    locked.lines = list(locked.order_items.order_by("pk"))
    if locked.status == OrderStatus.REJECTED:
        give_back(locked.lines)
    publish_all([_fact(locked, by=by, at=at)])
    message = f"{locked.supplier.company_name}: your order is {locked.get_status_display().lower()}."
    notify([locked.consumer.user_id], kind=f"order.{locked.status}", message=message, at=at)
    return locked


def _require_link(consumer: Consumer, supplier: Supplier) -> list[UUID]:
    """Lock the accepted link, so that a block comes before the order or after it; returns the managers.

    Raises PermissionDenied without such a link.
    """
    found = LINKED.row({"consumer": consumer.pk, "supplier": supplier.pk})
    if found is None:
        raise PermissionDenied("There is no accepted link with this supplier.")
    managers: list[UUID] = found[0]
    return managers


def _orderable(
    products: dict[UUID, Product], product_id: UUID | None, supplier: Supplier, index: int
) -> Product:
    where = f"/items/{index}/product_id"
    product = products.get(product_id) if product_id is not None else None
    if product is None:
        raise ProductNotFound(pointer=where)
    if product.supplier_id != supplier.pk:
        raise ForeignProduct(pointer=where)
    if not product.is_active:
        raise InactiveProduct(pointer=where)
    return product


def _units(lines: Iterable[OrderItem]) -> Counter[UUID]:
    units: Counter[UUID] = Counter()
    for line in lines:
        units[line.product_id] += line.qty
    return units


def _total(lines: Iterable[OrderItem]) -> Decimal:
    total = sum((line.unit_price_kzt * line.qty for line in lines), Decimal(0))
    if total > MAX_TOTAL:
        raise TotalTooLarge
    return total


def _fact(order: Order, *, by: Actor, at: datetime, opens: bool = False) -> Fact:
    payload = {
        "consumer_id": str(order.consumer_id),
        "supplier_id": str(order.supplier_id),
        "total_tiyn": int(order.total_kzt * 100),
        "origin": order.origin,
    }
    return Fact(event_type=f"order.{order.status}", subject=order, by=by, at=at, payload=payload, opens=opens)


def _notices(order: Order, low: Iterable[Product]) -> Iterator[Notice]:
    """Yield what owner and managers are told of a new order."""
    message = f"{order.consumer.organization_name} has ordered for {order.total_kzt:.2f} KZT."
    yield Notice("order.created", message)
    for product in low:
        message = f"{product.name} ({product.sku}) runs low: {product.stock_qty} left."
        yield Notice("stock.low", message)
