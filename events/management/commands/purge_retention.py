from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from common.management.base import HouseCommand, at_least, instant
from events.registry import retentions
from events.services.purging import BATCH, Purged, purge_retention


class Command(HouseCommand):
    help = "End what has been kept for its time, table by table; exit 1 when rows failed (section 14)."

    def add_arguments(self, parser: CommandParser) -> None:
        names = sorted(rule.name for rule in retentions)
        parser.add_argument(
            "--table",
            action="append",
            choices=names,
            metavar="NAME",
            help=f"one rule, may be repeated (default: all): {', '.join(names)}",
        )
        parser.add_argument(
            "--batch", type=at_least(1), default=BATCH, help=f"rows per transaction ({BATCH})"
        )
        parser.add_argument("--at", type=instant, help="what is due at this time (default: now)")

    def handle(self, **options: Any) -> None:
        """Let each batch commit by itself, or roll everything back under `--dry-run`."""
        purged: list[Purged] = []
        tables = purge_retention(
            at=options["at"] or timezone.now(), only=options["table"] or (), batch=options["batch"]
        )
        with self.progress(len(options["table"] or retentions), "Tables") as advance:
            if self.dry_run:
                with self.unit():
                    purged += tables
            else:
                for table in tables:
                    purged.append(table)
                    advance(1)
        self.report(
            {
                "done": {table.name: table.done for table in purged if table.done},
                "failed": {table.name: table.failed for table in purged if table.failed},
            }
        )
        self.conclude(sum(table.failed for table in purged), "rows failed")
