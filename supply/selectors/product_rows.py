"""Pages of products as JSON that PostgreSQL itself writes, with their number, by one statement.

Catalogues are what the exchange is asked for most. Making Python values of twenty rows and JSON of those
again costs several times the query.
"""

from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

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

# The columns are written for the rows of the page only: the innermost query sorts and cuts.
PAGE = """
SELECT (SELECT count(*) FROM {table} {where}),
       (SELECT json_agg(row_to_json(shown))::text FROM (
           SELECT {columns} FROM (
               SELECT * FROM {table} {where}
               ORDER BY created_at DESC, id DESC LIMIT %(limit)s OFFSET %(offset)s
           ) AS product
       ) AS shown)
"""


class ProductRows(NamedTuple):
    """One page: how many products there are in all, and those of the page as a JSON array."""

    total: int
    items: str


def fetch_products(
    *, supplier_id: UUID | None, is_active: bool | None, limit: int, offset: int
) -> ProductRows:
    """Return products of all suppliers or of one, newest first; active ones, inactive ones or both."""
    conditions = {"supplier_id": supplier_id, "is_active": is_active}
    asked = {name: value for name, value in conditions.items() if value is not None}
    where = " AND ".join(f"{name} = %({name})s" for name in asked)
    statement = PAGE.format(
        table=Product._meta.db_table,
        where=f"WHERE {where}" if where else "",
        columns=", ".join(COLUMNS),
    )
    parameters: dict[str, Any] = {**asked, "limit": limit, "offset": offset}
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        total, items = cursor.fetchone()
    return ProductRows(total, items or "[]")


def require_open_catalog(consumer: Consumer, supplier: Supplier) -> None:
    """Raise PermissionDenied without an accepted link."""
    if not Link.objects.filter(consumer=consumer, supplier=supplier).accepted().exists():
        raise PermissionDenied("There is no accepted link with this supplier.")
