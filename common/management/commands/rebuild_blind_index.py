"""Recompute blind indexes from clear text (P-8)."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.core.management.base import CommandError, CommandParser
from django.db.models import Model

from common.crypto.reindex import IndexedColumn, indexed_columns
from common.crypto.tables import Batch, Failure, walk
from common.management.base import HouseCommand, at_least

FAILURES_SHOWN = 100


class Command(HouseCommand):
    help = "Recompute the blind indexes of all models, or of one, under the newest index key."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--model", help="app.Model; all models when not given")
        parser.add_argument("--batch", type=at_least(1), default=1000, help="rows per transaction (1000)")
        parser.add_argument(
            "--verify", action="store_true", help="write nothing: report indexes that do not fit"
        )

    def handle(self, *_args: Any, model: str | None, batch: int, verify: bool, **_options: Any) -> None:
        columns = list(indexed_columns({self.find(model)} if model else None))
        seen: Counter[str] = Counter()
        written: Counter[str] = Counter()
        failures: list[Failure] = []
        busy = 0
        with self.progress(sum(column.count() for column in columns), "Rebuilding") as advance:
            for column in columns:
                for done in walk(self.step(column, batch, write=not verify)):
                    seen[column.label] += done.seen
                    written[column.label] += done.written
                    failures += done.failures
                    busy += done.busy
                    advance(done.seen)
        shown = [failure._asdict() for failure in failures[:FAILURES_SHOWN]]
        self.report(
            {"rows": seen, "rebuilt": written, "busy": busy, "failed": len(failures), "failures": shown}
        )
        self.conclude(len(failures) + busy, "indexes are wrong or were in use: run again")

    def step(self, column: IndexedColumn, size: int, *, write: bool) -> Callable[[Any], Batch]:
        """Return the handling of one batch, in a transaction of its own."""

        def rebuild(last: Any) -> Batch:
            with self.unit():
                return column.rebuild_batch(last, size, write=write)

        return rebuild

    @staticmethod
    def find(label: str) -> type[Model]:
        """Return the model of a label; an operator's typing error is a CommandError."""
        try:
            return apps.get_model(label)
        except (LookupError, ValueError):
            raise CommandError(f"--model: no model {label!r}; write app.Model") from None
