"""Pages of products as JSON that PostgreSQL itself writes, with their number, by one statement.

Catalogues are what the exchange is asked for most. Making Python values of twenty rows and JSON of those
again costs several times the query.
"""

from functools import cache
from typing import NamedTuple
from uuid import UUID

from common.db.statements import Statement
from common.exceptions import PermissionDenied
from supply.models import Consumer, Link, Product, Supplier

COLUMNS = (
    "id",
    "supplier_id",
    "name",
    "description",
    "price_kzt::text AS price_kzt",
    "currency",
    "sku",
    "stock_qty",
    "is_active",
    # Connections speak UTC, so to_char writes UTC too.
    """to_char(created_at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS created_at""",
    """to_char(updated_at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS updated_at""",
)
"""Members of a product, as `ProductAnswer` documents them."""

# Keys alone are sorted and cut; whole rows are read and written for the page only. The limits stand in
# queries of their own, so that PostgreSQL does not plan the statement anew for each of them.
PAGE = """
SELECT (SELECT count(*) FROM {table} {where}),
       (SELECT json_agg(row_to_json(shown))::text FROM (
           SELECT {columns} FROM {table} AS product
           WHERE id = ANY(ARRAY(
               SELECT id FROM {table} {where} ORDER BY created_at DESC, id DESC
               LIMIT (SELECT %(limit)s::bigint) OFFSET (SELECT %(offset)s::bigint)
           ))
           ORDER BY product.created_at DESC, id DESC
       ) AS shown)
"""


class ProductRows(NamedTuple):
    """One page: how many products there are in all, and those of the page as a JSON array."""

    total: int
    items: str


@cache
def _page_of(asked: frozenset[str]) -> Statement:
    """Return the statement that narrows by these columns."""
    where = " AND ".join(f"{name} = %({name})s" for name in sorted(asked))
    return Statement(
        PAGE.format(
            table=Product._meta.db_table,
            where=f"WHERE {where}" if where else "",
            columns=", ".join(COLUMNS),
        )
    )


def fetch_products(
    *, supplier_id: UUID | None, is_active: bool | None, limit: int, offset: int
) -> ProductRows:
    """Return products of all suppliers or of one, newest first; active ones, inactive ones or both."""
    conditions = {"supplier_id": supplier_id, "is_active": is_active}
    asked = {name: value for name, value in conditions.items() if value is not None}
    row = _page_of(frozenset(asked)).row({**asked, "limit": limit, "offset": offset})
    total, items = row or (0, None)
    return ProductRows(total, items or "[]")


def require_open_catalog(consumer: Consumer, supplier: Supplier) -> None:
    """Raise PermissionDenied without an accepted link."""
    if not Link.objects.filter(consumer=consumer, supplier=supplier).accepted().exists():
        raise PermissionDenied("There is no accepted link with this supplier.")
