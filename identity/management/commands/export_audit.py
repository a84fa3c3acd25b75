from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any, TextIO, cast

from django.core.management.base import CommandError, CommandParser

from common.actors import SystemActor
from common.management.base import HouseCommand, instant
from identity.models import Station
from identity.services.audit_export import export_audit

OWNER_ONLY = 0o600


class Command(HouseCommand):
    help = "Write the audit log as CSV to a file, or to standard output; the export is audited (P-7)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--station", default="", help="station code; default: everything")
        parser.add_argument("--from", type=instant, dest="start", help="from this instant on")
        parser.add_argument("--to", type=instant, dest="end", help="before this instant")
        parser.add_argument("--out", type=Path, help="a file that does not exist yet; then a report follows")

    def handle(self, *args: Any, **options: Any) -> None:
        del args
        station = None
        if code := options["station"]:
            station = Station.objects.filter(code=code).first()
            if station is None:
                raise CommandError(f"Unknown station {code}.")
        with self.unit(), self.target(options["out"]) as out:
            count = export_audit(
                out=out,
                by=SystemActor("export_audit"),
                start=options["start"],
                end=options["end"],
                station_id=station.pk if station else None,
            )
        if options["out"]:
            self.report({"exported": count, "file": str(options["out"])})

    @contextmanager
    def target(self, path: Path | None) -> Iterator[TextIO]:
        """Open the file, readable by its owner alone, else standard output; under `--dry-run` no file."""
        if path is None:
            yield cast("TextIO", self.stdout)
            return
        if self.dry_run:
            yield StringIO()
            return
        try:
            path.touch(OWNER_ONLY, exist_ok=False)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}.") from error
        with path.open("w", encoding="utf-8", newline="") as file:
            yield file
