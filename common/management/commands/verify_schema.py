"""Hold models, migrations, live catalogue and committed snapshot against each other."""

import time
from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandParser
from django.db import connection

from common.management.base import HouseCommand, at_least
from common.schema.verify import engine, report, snapshot


class Command(HouseCommand):
    help = "Compare models, migrations, the live catalogue, the committed snapshot and a sample of rows."
    # What the checks would find, `manage.py check` finds; this answers about the database in two seconds.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        way = parser.add_mutually_exclusive_group()
        way.add_argument(
            "--diff", action="store_true", help="print a unified diff of definitions: - expected, + found"
        )
        way.add_argument(
            "--offline",
            action="store_true",
            help="without a database: models, migration files and snapshot only",
        )
        way.add_argument(
            "--write-snapshot",
            action="store_true",
            help=f"write docs/schema/{snapshot.PATH.name} from the models",
        )
        parser.add_argument(
            "--rows",
            type=at_least(0),
            default=50,
            help="rows of every blind index to recompute (50; 0 for none)",
        )

    def handle(
        self, *_args: Any, diff: bool, offline: bool, write_snapshot: bool, rows: int, **_options: Any
    ) -> None:
        started = time.perf_counter()
        if write_snapshot and not self.dry_run:
            seen = engine.write_snapshot(connection)
        elif offline:
            seen = engine.verify_offline()
        else:
            seen = engine.verify(connection, sample=rows)
        seconds = round(time.perf_counter() - started, 2)
        figures = {**seen.figures(), "findings": len(seen.findings), "seconds": seconds}
        if self.as_json:
            self.report({**figures, "findings": [asdict(finding) for finding in seen.findings]})
        else:
            for line in report.diff(seen.expected, seen.live) if diff else report.lines(seen.findings):
                self.stdout.write(line)
            self.stdout.write(
                ", ".join(f"{name.replace('_', ' ')} {number}" for name, number in figures.items())
            )
        self.conclude(len(seen.findings))
