"""`manage.py match_payments`: match waiting money now, and show why."""

from contextlib import nullcontext
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from common.management.base import HouseCommand, instant
from integra.scoring import Score
from integra.services.match_runs import match_waiting


class Command(HouseCommand):
    help = "Match money that waits to its bookings where the score leaves no doubt; the others are listed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--since", type=instant, help="try money that found no place since then (7 days)")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Let each event commit by itself, or roll all of them back under `--dry-run`."""
        with self.unit() if self.dry_run else nullcontext():
            report = match_waiting(at=timezone.now(), since=options["since"], explained=True)
        self.report(
            {
                "matched": report.matched,
                "suggested": report.suggested,
                "unmatched": report.unmatched,
                "failed": report.failed,
                "events": [
                    {"event": str(key), "verdict": verdict.value, **_shown(best)}
                    for key, verdict, best in report.scores
                ],
            }
        )
        self.conclude(report.failed, "events failed")


def _shown(best: Score | None) -> dict[str, Any]:
    if best is None:
        return {"score": 0}
    return {
        "score": best.points / 100,
        "booking": str(best.booking_id),
        "parts": " ".join(f"{name}={points / 100:.2f}" for name, points in best.parts.items()),
    }
