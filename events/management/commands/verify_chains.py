from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.core.management.base import CommandParser

from common.management.base import HouseCommand, instant
from events.registry import chains
from events.selectors import Verified, verify_chains


class Command(HouseCommand):
    help = "Recompute every hash chain and recount what was sealed; name the first bad rows (E-2, N-1)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--since", type=instant, help="only rows stored from this date or time on")

    def handle(self, *_args: Any, since: datetime | None = None, **_options: Any) -> None:
        """Verify every registered chain; exit 1 on findings."""
        verified: list[Verified] = []
        with self.progress(len(chains), "Verifying chains") as advance:
            for chain in verify_chains(since):
                verified.append(chain)
                advance(1)
        findings = [asdict(finding) for chain in verified for finding in chain.findings]
        self.report({"verified": {chain.name: chain.rows for chain in verified}, "findings": findings})
        self.conclude(len(findings))
