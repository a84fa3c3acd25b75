"""`manage.py import_bookings`: bookings from a CSV, as history or replayed through the slot engine."""

import csv
import time
import zlib
from argparse import ArgumentTypeError
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from bookings.services.imports import (
    BATCH,
    ImportRow,
    Mapping,
    Outcome,
    Reader,
    Refused,
    ReplayOptions,
    WorkerDied,
    import_history,
    load_mapping,
    replay,
)
from common.actors import SystemActor
from common.imports.outcomes import Tally
from common.management.base import EXIT_FINDINGS, HouseCommand
from identity.models import Station

MAX_WORKERS = 64


class Command(HouseCommand):
    help = "Import bookings from a CSV (plain or gzip) by a mapping file; run it again to continue."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--file", type=Path, required=True, help="CSV, plain or gzip")
        parser.add_argument("--station", required=True, help="code of the station, such as ST-FREMONT-001")
        parser.add_argument("--mapping", type=Path, required=True, help="see docs/howto/import-bookings.md")
        parser.add_argument("--as-live", action="store_true", help="replay through the slot engine")
        parser.add_argument("--workers", type=_workers, default=1, help="processes of --as-live")
        parser.add_argument(
            "--retry-refused", action="store_true", help="ask again for rows refused by an earlier replay"
        )
        parser.add_argument("--report", type=Path, help="where to write the refused rows (CSV)")

    def handle(self, **options: Any) -> None:
        started = time.monotonic()
        station = Station.objects.filter(code=options["station"]).first()
        if station is None:
            raise CommandError(f"There is no station {options['station']}.")
        mapping = _mapping(options["mapping"])
        rows, refused = _rows(options["file"], mapping, station)
        outcomes = Tally(refused)
        try:
            with (
                self.stoppable() as stopped,
                closing(self._batches(rows, station, mapping, options)) as batches,
            ):
                for batch in batches:
                    for outcome in batch:
                        outcomes.add(outcome)
                    if stopped():
                        break
        except WorkerDied as death:
            raise CommandError(str(death), returncode=EXIT_FINDINGS) from death
        path = options["report"] or _report_path(options["file"], station)
        outcomes.write(path)
        seconds = time.monotonic() - started
        self.report(
            {
                "rows": len(rows) + len(refused),
                "imported": outcomes.imported,
                "already_imported": outcomes.known,
                "refused": outcomes.refused_by_code(),
                "seconds": round(seconds, 1),
                "imported_per_second": round(outcomes.imported / seconds),
                "refused_rows_in": str(path),
            }
        )
        if stopped():
            raise CommandError("Stopped; run the command again to continue.", returncode=EXIT_FINDINGS)
        self.conclude(sum(item.code == "internal_error" for item in outcomes.refused), "rows failed")

    def _batches(
        self, rows: list[ImportRow], station: Station, mapping: Mapping, options: dict[str, Any]
    ) -> Generator[Sequence[Outcome], None, None]:
        """Yield the outcomes of what was committed together."""
        if not options["as_live"]:
            yield from self._history(rows, station)
            return
        how = ReplayOptions(
            workers=options["workers"],
            ask_deposit=mapping.live.ask_deposit,
            dry_run=self.dry_run,
            retry_refused=options["retry_refused"],
        )
        # Processes are forked before the bar starts its thread.
        with (
            replay(rows=rows, station=station, options=how) as outcomes,
            self.progress(len(rows), "Replaying bookings") as advance,
        ):
            for outcome in outcomes:
                yield [outcome]
                advance(1)

    def _history(self, rows: list[ImportRow], station: Station) -> Iterator[Sequence[Outcome]]:
        at, by = timezone.now(), SystemActor("import_bookings")
        with self.progress(len(rows), "Importing bookings") as advance:
            for start in range(0, len(rows), BATCH):
                batch = rows[start : start + BATCH]
                with self.unit():
                    outcomes = import_history(rows=batch, station=station, by=by, at=at)
                yield outcomes
                advance(len(batch))


def _workers(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= MAX_WORKERS:
        raise ArgumentTypeError(f"a whole number from 1 to {MAX_WORKERS} is needed")
    return int(text)


def _mapping(path: Path) -> Mapping:
    try:
        return load_mapping(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"The mapping file cannot be read: {error}") from error


def _rows(path: Path, mapping: Mapping, station: Station) -> tuple[list[ImportRow], list[Refused]]:
    rows: list[ImportRow] = []
    refused: list[Refused] = []
    try:
        for item in Reader(path=path, mapping=mapping, station=station):
            if isinstance(item, Refused):
                refused.append(item)
            else:
                rows.append(item)
    except (OSError, EOFError, zlib.error, csv.Error) as error:
        raise CommandError(f"The file cannot be read: {error}") from error
    return rows, refused


def _report_path(path: Path, station: Station) -> Path:
    stem = path.name.partition(".")[0]
    folder: Path = settings.VAR_DIR / "imports"
    return folder / f"{stem}.{station.code}.refused.csv"
