"""`manage.py import_payment_events`: money that arrived, from a bank's CSV."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from common.imports.outcomes import Refused, Tally
from common.management.base import HouseCommand
from identity.models import Station
from integra.services.payment_rows import (
    BATCH,
    ImportRow,
    import_payments,
    load_mapping,
    read_payment_rows,
)


class Command(HouseCommand):
    help = "Import money that arrived from a CSV (plain or gzip); the job match_payments finds its bookings."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--file", type=Path, required=True, help="CSV, plain or gzip")
        parser.add_argument("--mapping", type=Path, help="TOML: which columns mean what, where they differ")
        parser.add_argument("--station", help="code of the station that got it; without: the company")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Read the file, then keep it batch by batch; refused rows are listed."""
        try:
            mapping = load_mapping(options["mapping"])
            read = list(
                read_payment_rows(options["file"], mapping=mapping, station=_station(options["station"]))
            )
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}.") from error
        rows = [row for row in read if isinstance(row, ImportRow)]
        tally = Tally(row for row in read if isinstance(row, Refused))
        with self.stoppable() as stopped, self.progress(len(rows), "Importing payments") as advance:
            for start in range(0, len(rows), BATCH):
                batch = rows[start : start + BATCH]
                with self.unit():
                    for outcome in import_payments(rows=batch, at=timezone.now()):
                        tally.add(outcome)
                advance(len(batch))
                if stopped():
                    break
        self.report(
            {
                "rows": len(read),
                "imported": tally.imported,
                "already_imported": tally.known,
                "refused": tally.refused_by_code(),
                "refused_rows": [
                    {"row": item.number, "code": item.code, "reason": item.reason}
                    for item in tally.refused
                    if item.code != "outgoing"
                ],
            }
        )
        self.conclude(sum(item.code != "outgoing" for item in tally.refused), "rows were refused")


def _station(code: str | None) -> Station | None:
    if code is None:
        return None
    station = Station.objects.filter(code=code).first()
    if station is None:
        raise CommandError(f"There is no station {code}.")
    return station
