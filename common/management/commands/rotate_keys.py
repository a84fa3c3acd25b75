"""Re-encrypt personal data under the newest key (P-8); docs/howto/rotate-keys.md tells when."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

from django.core.management.base import CommandParser

from common.crypto.keyring import crypto_keys
from common.crypto.rotation import EncryptedTable, encrypted_tables
from common.crypto.tables import Batch, Failure, walk
from common.management.base import HouseCommand, at_least

MAX_PASSES = 5
FAILURES_SHOWN = 100


class Command(HouseCommand):
    help = "Re-encrypt every token that is not under the newest key, in batches that commit alone."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--batch", type=at_least(1), default=1000, help="rows per transaction (1000)")
        parser.add_argument(
            "--resume",
            action="store_true",
            help="go on after an interruption; also the default, since finished rows are never read again",
        )
        parser.add_argument(
            "--verify", action="store_true", help="write nothing: decrypt everything, report the keys in use"
        )

    def handle(self, *_args: Any, batch: int, verify: bool, **_options: Any) -> None:
        self.size = batch
        self.failures: set[Failure] = set()
        figures = self.verify() if verify else self.rotate()
        failures = sorted(self.failures)
        shown = [failure._asdict() for failure in failures[:FAILURES_SHOWN]]
        self.report(
            {"newest_key": crypto_keys().newest, **figures, "failed": len(failures), "failures": shown}
        )
        self.conclude(len(failures) + figures.get("busy", 0), "values or rows left")

    def rotate(self) -> dict[str, Any]:
        """Rotate all tables; rows that others hold or change meanwhile get another pass."""
        tables = [(table, table.count_stale()) for table in encrypted_tables()]
        written: Counter[str] = Counter()
        busy = 0
        with self.progress(sum(stale for _table, stale in tables), "Rotating") as advance:
            for table, stale in tables:
                left = stale
                for _pass in range(1 if self.dry_run else MAX_PASSES):
                    if not left:
                        break
                    written[table.label] += self.rotate_once(table, advance)
                    left = 0 if self.dry_run else table.count_stale() - self.failed_rows(table)
                busy += left
        return {"rotated_rows": dict(written), "busy": busy}

    def rotate_once(self, table: EncryptedTable, advance: Callable[[int], None]) -> int:
        """Walk a table once and return the rows written."""

        def step(last: Any) -> Batch:
            with self.unit():
                return table.rotate_batch(last, self.size)

        written = 0
        for done in walk(step):
            self.failures.update(done.failures)
            written += done.written
            advance(done.written)
        return written

    def failed_rows(self, table: EncryptedTable) -> int:
        """Count rows that stay stale because a token of theirs does not open."""
        columns = {part.column_identity for part in table.columns}
        return len({failure.pk for failure in self.failures if failure.column in columns})

    def verify(self) -> dict[str, Any]:
        """Decrypt every token of the house."""
        keys: Counter[tuple[str, str]] = Counter()
        tables = list(encrypted_tables())
        with self.progress(sum(table.count() for table in tables), "Verifying") as advance:
            for table in tables:
                for done in walk(partial(table.verify_batch, size=self.size, keys=keys)):
                    self.failures.update(done.failures)
                    advance(done.seen)
        in_use: dict[str, dict[str, int]] = {}
        for (column, key_id), count in sorted(keys.items()):
            in_use.setdefault(column, {})[key_id] = count
        used = {key_id for _column, key_id in keys}
        return {"keys_in_use": in_use, "keys_unused": [key for key in crypto_keys().ids if key not in used]}
