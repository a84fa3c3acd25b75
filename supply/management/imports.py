"""What `import_products` and `import_orders` share: flags, batches, progress, report and refused rows."""

import csv
import time
import zlib
from abc import abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from common.actors import Actor, SystemActor
from common.imports.outcomes import Known, Outcome, Refused, Tally
from common.management.base import EXIT_FINDINGS, HouseCommand
from supply.models import Supplier
from supply.services.imports import Mapping, load_mapping

Row = TypeVar("Row")


class ImportCommand(HouseCommand, Generic[Row]):
    """Reads the whole file, writes it batch by batch, each in a transaction; may be stopped in between."""

    what: str

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--file", type=Path, required=True, help="CSV, plain or gzip")
        parser.add_argument("--supplier", required=True, help="id of the supplier, or its exact name")
        parser.add_argument("--mapping", type=Path, required=True, help="see docs/howto/import-products.md")
        parser.add_argument("--report", type=Path, help="where to write the refused rows (CSV)")

    def handle(self, **options: Any) -> None:
        started, at = time.monotonic(), timezone.now()
        supplier = _supplier(options["supplier"])
        mapping = _mapping(options["mapping"])
        tally, rows, number = Tally(), [], 0
        for item in self._read(options["file"], mapping, supplier, at):
            number += 1
            if isinstance(item, Known | Refused):
                tally.add(item)
            else:
                rows.append(item)
        by = SystemActor(f"import_{self.what}")
        with self.stoppable() as stopped, self.progress(len(rows), f"Importing {self.what}") as advance:
            for batch in self.batches(rows):
                with self.unit():
                    outcomes = self.write(batch, supplier=supplier, by=by, at=at)
                for outcome in outcomes:
                    tally.add(outcome)
                advance(len(batch))
                if stopped():
                    break
        path = options["report"] or _report_path(options["file"], self.what)
        tally.write(path)
        seconds = time.monotonic() - started
        self.report(
            {
                "rows": number,
                "imported": tally.imported,
                "already_imported": tally.known,
                "refused": tally.refused_by_code(),
                "seconds": round(seconds, 2),
                "rows_per_second": round(number / seconds),
                "refused_rows_in": str(path),
            }
        )
        if stopped():
            raise CommandError("Stopped; run the command again to continue.", returncode=EXIT_FINDINGS)

    def _read(
        self, path: Path, mapping: Mapping, supplier: Supplier, at: datetime
    ) -> Iterator[Row | Known | Refused]:
        try:
            yield from self.read(path, mapping=mapping, supplier=supplier, at=at)
        except (OSError, EOFError, zlib.error, csv.Error) as error:
            raise CommandError(f"The file cannot be read: {error}") from error

    @abstractmethod
    def read(
        self, path: Path, *, mapping: Mapping, supplier: Supplier, at: datetime
    ) -> Iterable[Row | Known | Refused]:
        """Return what the file holds, row by row."""

    @abstractmethod
    def batches(self, rows: Sequence[Row]) -> Iterable[Sequence[Row]]:
        """Return the rows as they are to be committed together."""

    @abstractmethod
    def write(
        self, batch: Sequence[Row], *, supplier: Supplier, by: Actor, at: datetime
    ) -> Sequence[Outcome]:
        """Write one batch by its service."""


def _supplier(text: str) -> Supplier:
    try:
        named = Supplier.objects.filter(pk=UUID(text))
    except ValueError:
        named = Supplier.objects.filter(company_name=text)
    found = list(named[:2])
    if not found:
        raise CommandError(f"There is no supplier {text}.")
    if len(found) > 1:
        raise CommandError(f"There are several suppliers {text}: name one by its id.")
    return found[0]


def _mapping(path: Path) -> Mapping:
    try:
        return load_mapping(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"The mapping file cannot be read: {error}") from error


def _report_path(path: Path, what: str) -> Path:
    folder: Path = settings.VAR_DIR / "imports"
    return folder / f"{path.name.partition('.')[0]}.{what}.refused.csv"
