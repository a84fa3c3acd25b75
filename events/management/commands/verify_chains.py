from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.core.management.base import CommandParser

from common.management.base import HouseCommand, instant
from events.registry import Finding, chains


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
