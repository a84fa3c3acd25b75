"""Stock: reserved by an order, given back when it is rejected. Rows are locked by id, whoever asks."""

from collections import Counter
from collections.abc import Iterable, Mapping
from uuid import UUID

from django.utils import timezone

from common.db.statements import RowStatement, Statement
from supply.exceptions import InsufficientStock
from supply.models import OrderItem, Product

MAX_QTY = 2_147_483_647
LOW_SHARE = 10
"""Under one of so many parts of the full stock the supplier is told."""

LOCKED = RowStatement(Product, "WHERE id = ANY(%(ids)s::uuid[]) ORDER BY id FOR NO KEY UPDATE")
# The units as two arrays, so that one statement changes every product of an order.
MOVED = Statement(
    f"""
UPDATE {Product._meta.db_table} AS product
SET stock_qty = least(product.stock_qty::bigint + moved.qty, {MAX_QTY}), updated_at = %(at)s
FROM unnest(%(ids)s::uuid[], %(units)s::bigint[]) AS moved (id, qty)
WHERE product.id = moved.id
"""  # noqa: S608 -- names of our own models
)


def lock_products(ids: Iterable[UUID]) -> dict[UUID, Product]:
    """Return the products, locked to the end of the transaction; unknown ids are left out."""
    return {product.pk: product for product in LOCKED.all({"ids": list(set(ids))})}


def reserve(products: Mapping[UUID, Product], wanted: Mapping[UUID, int]) -> list[Product]:
    """Take the units from locked products and return those that run low; raises InsufficientStock."""
    for pk, qty in wanted.items():
        product = products[pk]
        if qty > product.stock_qty:
            raise InsufficientStock(product_id=pk, sku=product.sku, available=product.stock_qty)
    _move({pk: -qty for pk, qty in wanted.items()})
    low = []
    for pk, qty in wanted.items():
        product = products[pk]
        product.stock_qty -= qty
        if product.stock_qty * LOW_SHARE < product.stock_full_qty:
            low.append(product)
    return low


def give_back(items: Iterable[OrderItem]) -> None:
    """Return the units of an order to its products; more than a column holds is cut off."""
    units: Counter[UUID] = Counter()
    for item in items:
        units[item.product_id] += item.qty
    lock_products(units)
    _move(units)


def _move(units: Mapping[UUID, int]) -> None:
    MOVED.run({"at": timezone.now(), "ids": list(units), "units": list(units.values())})
