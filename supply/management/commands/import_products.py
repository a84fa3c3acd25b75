"""`manage.py import_products`: a supplier's products from a CSV."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from common.actors import Actor
from common.imports.outcomes import Known, Outcome, Refused
from supply.management.imports import ImportCommand
from supply.models import Supplier
from supply.services.imports import Mapping, import_products, read_product_rows
from supply.services.imports.orders import BATCH
from supply.services.imports.products import ProductRow


class Command(ImportCommand[ProductRow]):
    help = "Import a supplier's products from a CSV (plain or gzip) by a mapping file."
    what = "products"

    def read(
        self, path: Path, *, mapping: Mapping, supplier: Supplier, at: datetime
    ) -> Iterator[ProductRow | Known | Refused]:
        del at
        return read_product_rows(path=path, mapping=mapping, supplier=supplier)

    def batches(self, rows: Sequence[ProductRow]) -> Iterator[Sequence[ProductRow]]:
        return (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))

    def write(
        self, batch: Sequence[ProductRow], *, supplier: Supplier, by: Actor, at: datetime
    ) -> Sequence[Outcome]:
        return import_products(rows=batch, supplier=supplier, by=by, at=at)
