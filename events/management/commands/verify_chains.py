from argparse import ArgumentTypeError
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import CommandParser

from common.management.base import HouseCommand
from events.registry import Finding, chains


def instant(text: str) -> datetime:
    """Return a date or an RFC 3339 time as an instant; UTC where it names no zone."""
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no date such as 2026-03-08 and no RFC 3339 time.") from None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


class Command(HouseCommand):
    help = "Recompute every hash chain; name the first bad row of each subject (E-2)."
    has_dry_run = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--since", type=instant, help="only rows stored from this date or time on")

    def handle(self, *_args: Any, since: datetime | None = None, **_options: Any) -> None:
        """Verify every registered chain; exit 1 on findings."""
        counts: dict[str, int] = {}
        findings: list[Finding] = []
        for chain in chains:
            counts[chain.name] = chain.count(since)
            with self.progress(None, f"Verifying {chain.name}"):
                findings += chain.verify(since)
        self.report({"verified": counts, "findings": [asdict(finding) for finding in findings]})
        self.conclude(len(findings))
