"""`manage.py import_orders`: past orders at a supplier from a CSV, as history."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from common.actors import Actor
from common.imports.outcomes import Outcome, Refused
from supply.management.imports import ImportCommand
from supply.models import Supplier
from supply.services.imports import Mapping, import_orders, in_batches, read_order_rows
from supply.services.imports.order_rows import OrderRow


class Command(ImportCommand[OrderRow]):
    help = "Import past orders at a supplier from a CSV (plain or gzip) by a mapping file."
    what = "orders"

    def read(
        self, path: Path, *, mapping: Mapping, supplier: Supplier, at: datetime
    ) -> Iterator[OrderRow | Refused]:
        return read_order_rows(path=path, mapping=mapping, supplier=supplier, at=at)

    def batches(self, rows: Sequence[OrderRow]) -> Iterator[Sequence[OrderRow]]:
        return in_batches(rows)

    def write(
        self, batch: Sequence[OrderRow], *, supplier: Supplier, by: Actor, at: datetime
    ) -> Sequence[Outcome]:
        return import_orders(rows=batch, supplier=supplier, by=by, at=at)
