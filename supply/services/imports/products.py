"""Products of a CSV: each code once, written in bulk."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from django.db import transaction

from common.actors import Actor
from common.db.locks import advisory_xact_locks, lock_key
from common.exceptions import FieldError, ValidationFailed
from common.imports.outcomes import Imported, Known, Outcome, Refused
from common.imports.rows import Columns, RowRefused, read_rows
from common.ports import audit_trail
from supply.models import Product, Supplier
from supply.services.imports.lines import read_price, read_quantity, read_text, read_units
from supply.services.imports.mapping import Mapping, ProductColumns

NAME_LENGTH, SKU_LENGTH = 255, 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductRow:
    """A product as a line tells of it; `price_kzt` in tenge."""

    number: int
    sku: str
    name: str
    description: str | None
    price_kzt: Decimal
    stock_qty: int


def read_product_rows(
    *, path: Path, mapping: Mapping, supplier: Supplier
) -> Iterator[ProductRow | Known | Refused]:
    """Yield the first good line of each code; later ones are `Known`, bad ones `Refused` with the reason.

    Raises ValidationFailed when the mapping or the file lacks what products need.
    """
    line, product = mapping.line, mapping.product
    if product is None:
        raise ValidationFailed([FieldError("/product", "missing", "The mapping file has no [product].")])
    wanted = (line.sku, line.price, line.quantity, product.name, product.description, product.stock)
    seen: set[str] = set()
    for row in read_rows(path, namespace=supplier.pk, wanted=wanted):
        if isinstance(row, Refused):
            yield row
            continue
        try:
            read = _read(row.number, row.columns, mapping, product)
        except RowRefused as refusal:
            yield Refused(row.number, refusal.code, str(refusal))
            continue
        yield Known(row.number) if read.sku in seen else read
        seen.add(read.sku)


def _read(number: int, columns: Columns, mapping: Mapping, product: ProductColumns) -> ProductRow:
    read_quantity(columns, mapping.line)
    stock = read_units(columns, product.stock) if product.stock else 0
    return ProductRow(
        number=number,
        sku=read_text(columns, mapping.line.sku, longest=SKU_LENGTH),
        price_kzt=read_price(columns, mapping.line),
        name=read_text(columns, product.name, longest=NAME_LENGTH),
        description=columns[product.description].replace("\x00", "") or None if product.description else None,
        stock_qty=max(stock, 0),
    )


@transaction.atomic
def import_products(
    *, rows: Sequence[ProductRow], supplier: Supplier, by: Actor, at: datetime
) -> list[Outcome]:
    """Write products that the supplier has not yet, active ones; audited once for all of them.

    A product whose code is there already is left as it is, whoever made it: that row is `Known`.
    """
    advisory_xact_locks([lock_key("supply.import", supplier.pk)])
    codes = [row.sku for row in rows]
    known = set(Product.objects.filter(supplier=supplier, sku__in=codes).values_list("sku", flat=True))
    fresh = {row.number: _product(row, supplier, at) for row in rows if row.sku not in known}
    # Somebody may add the very product by hand meanwhile; then theirs stays.
    Product.objects.bulk_create(fresh.values(), ignore_conflicts=True)
    keys = [product.pk for product in fresh.values()]
    written = set(Product.objects.filter(pk__in=keys).values_list("pk", flat=True))
    if written:
        audit_trail.get().record(
            action="import",
            resource_type="product",
            resource_id=str(keys[0]),
            by=by,
            details={"supplier_id": str(supplier.pk), "products": len(written)},
        )
    return [
        Imported(row.number) if row.number in fresh and fresh[row.number].pk in written else Known(row.number)
        for row in rows
    ]


def _product(row: ProductRow, supplier: Supplier, at: datetime) -> Product:
    return Product(
        supplier=supplier,
        sku=row.sku,
        name=row.name,
        description=row.description,
        price_kzt=row.price_kzt,
        stock_qty=row.stock_qty,
        stock_full_qty=row.stock_qty,
        created_at=at,
        updated_at=at,
    )
