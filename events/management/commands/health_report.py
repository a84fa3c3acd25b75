"""`manage.py health_report`: how the house stands, in figures an operator can watch."""

from dataclasses import asdict
from typing import Any

from django.utils import timezone

from common.crypto.keyring import crypto_keys
from common.crypto.rotation import encrypted_tables
from common.management.base import HouseCommand
from events.selectors import LAG_GOAL, list_seals, read_boxes


class Command(HouseCommand):
    help = "Report lag and parked rows of every queue, the last seal and the keys in use; exit 1 when late."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Count, report, and tell by the exit code whether somebody should look."""
        states = read_boxes(at=timezone.now())
        last_seal = list_seals().last()
        stale = {table.label: rows for table in encrypted_tables() if (rows := table.count_stale())}
        self.report(
            {
                "queues": {name: asdict(state) for name, state in states.items()},
                "lag_goal": {
                    "seconds": int(LAG_GOAL.total_seconds()),
                    "missed_by": sorted(name for name, state in states.items() if state.misses_goal),
                },
                "last_sealed_at": None if last_seal is None else last_seal.occurred_at,
                "newest_key": crypto_keys().newest,
                "older_keys": [key for key in crypto_keys().ids if key != crypto_keys().newest],
                "rows_under_older_keys": stale,
            }
        )
        worrying = sum(state.is_late + bool(state.parked) for state in states.values())
        self.conclude(worrying, "queues are late or hold parked messages")
