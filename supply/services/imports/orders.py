"""Past orders, written in bulk as completed: no stock moves, nobody is told, no event is emitted."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from common.actors import Actor
from common.db.locks import advisory_xact_locks, lock_key
from common.imports.outcomes import Imported, Known, Outcome, Refused
from common.ports import audit_trail
from supply.enums import OrderStatus
from supply.models import Consumer, Order, OrderItem, Product, Supplier
from supply.services.imports.consumers import find_or_open_consumers, link_to
from supply.services.imports.order_rows import OrderRow
from supply.services.orders import MAX_TOTAL

BATCH = 500


def in_batches(rows: Iterable[OrderRow], size: int = BATCH) -> Iterator[list[OrderRow]]:
    """Yield the rows in batches of about that size; an order is never torn apart."""
    orders: dict[UUID, list[OrderRow]] = {}
    for row in rows:
        orders.setdefault(row.order_key, []).append(row)
    batch: list[OrderRow] = []
    for lines in orders.values():
        batch += lines
        if len(batch) >= size:
            yield batch
            batch = []
    if batch:
        yield batch


@transaction.atomic
def import_orders(*, rows: Sequence[OrderRow], supplier: Supplier, by: Actor, at: datetime) -> list[Outcome]:
    """Write whole past orders as completed ones at the prices of their rows; audited once for all of them.

    Rows that were imported before are left alone. A row of an order that is there is added to it: its
    product may have been missing before. Refused: product_unknown, email_taken, total_too_large.
    """
    advisory_xact_locks([lock_key("supply.import", supplier.pk)])
    known = set(OrderItem.objects.filter(pk__in=[row.key for row in rows]).values_list("pk", flat=True))
    fresh = [row for row in rows if row.key not in known]
    outcomes: list[Outcome] = [Known(row.number) for row in rows if row.key in known]
    products = _products(supplier, fresh)
    fresh, refused = _apart(fresh, lambda row: row.sku in products)
    outcomes += [
        Refused(row.number, "product_unknown", f"The supplier has no product {row.sku}.") for row in refused
    ]
    consumers = find_or_open_consumers({row.email: row.consumer_name for row in fresh}, by=by, at=at)
    fresh, refused = _apart(fresh, lambda row: row.email in consumers)
    words = "The account with this e-mail is no consumer's."
    outcomes += [Refused(row.number, "email_taken", words) for row in refused]
    written, too_large = _write(fresh, supplier, products, consumers, at=at)
    words = "The order costs more than an order can."
    outcomes += [Refused(row.number, "total_too_large", words) for row in too_large]
    if written:
        audit_trail.get().record(
            action="import",
            resource_type="order",
            resource_id=str(written[0].order_key),
            by=by,
            details={"supplier_id": str(supplier.pk), "lines": len(written)},
        )
    return outcomes + [Imported(row.number) for row in written]


def _write(
    rows: Sequence[OrderRow],
    supplier: Supplier,
    products: Mapping[str, UUID],
    consumers: Mapping[str, Consumer],
    *,
    at: datetime,
) -> tuple[list[OrderRow], list[OrderRow]]:
    """Write the rows of the orders that can be paid; return these rows, and those of the others."""
    lines: dict[UUID, list[OrderRow]] = {}
    for row in rows:
        lines.setdefault(row.order_key, []).append(row)
    there = {order.pk: order for order in Order.objects.filter(pk__in=lines).select_for_update(no_key=True)}
    fresh: list[Order] = []
    grown: list[Order] = []
    written: list[OrderRow] = []
    too_large: list[OrderRow] = []
    for key, own in lines.items():
        order = there.get(key) or _order(own, supplier, consumers[own[0].email], at)
        total = order.total_kzt + sum((row.unit_price_kzt * row.qty for row in own), Decimal(0))
        if total > MAX_TOTAL:
            too_large += own
            continue
        order.total_kzt, order.updated_at = total, at
        (grown if key in there else fresh).append(order)
        written += own
    link_to(supplier, {row.email: consumers[row.email] for row in written}, at=at)
    Order.objects.bulk_create(fresh)
    Order.objects.bulk_update(grown, ["total_kzt", "updated_at"])
    OrderItem.objects.bulk_create(
        OrderItem(
            id=row.key,
            order_id=row.order_key,
            product_id=products[row.sku],
            qty=row.qty,
            unit_price_kzt=row.unit_price_kzt,
            created_at=row.placed_at,
        )
        for row in written
    )
    return written, too_large


def _order(rows: Sequence[OrderRow], supplier: Supplier, consumer: Consumer, at: datetime) -> Order:
    return Order(
        id=rows[0].order_key,
        supplier=supplier,
        consumer=consumer,
        status=OrderStatus.COMPLETED,
        created_at=min(row.placed_at for row in rows),
        updated_at=at,
    )


def _products(supplier: Supplier, rows: Iterable[OrderRow]) -> dict[str, UUID]:
    codes = {row.sku for row in rows}
    return dict(Product.objects.filter(supplier=supplier, sku__in=codes).values_list("sku", "pk"))


def _apart(
    rows: Iterable[OrderRow], is_good: Callable[[OrderRow], bool]
) -> tuple[list[OrderRow], list[OrderRow]]:
    good: list[OrderRow] = []
    bad: list[OrderRow] = []
    for row in rows:
        (good if is_good(row) else bad).append(row)
    return good, bad
