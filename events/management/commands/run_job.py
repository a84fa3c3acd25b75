from contextlib import nullcontext
from datetime import datetime
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from common.management.base import HouseCommand, instant
from events.registry import jobs
from events.services.jobs import run_job


class Command(HouseCommand):
    help = "Do one job now: what is due by the state of the rows; exit 1 when an item failed (section 16)."

    def add_arguments(self, parser: CommandParser) -> None:
        wanted = parser.add_mutually_exclusive_group(required=True)
        wanted.add_argument("--job", choices=sorted(job.name for job in jobs), metavar="NAME")
        wanted.add_argument("--list", action="store_true", help="name the jobs and how often they are due")
        parser.add_argument("--at", type=instant, help="do what is due at this time (default: now)")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run the job, or list all."""
        if options["list"]:
            self.report(
                {
                    job.name: f"{job.purpose}; every {job.every}"
                    for job in sorted(jobs, key=lambda job: job.name)
                }
            )
            return
        self.run(options["job"], at=options["at"] or timezone.now())

    def run(self, name: str, *, at: datetime) -> None:
        """Let each item commit by itself, or roll all of them back under `--dry-run`."""
        job = next(job for job in jobs if job.name == name)
        with self.unit() if self.dry_run else nullcontext():
            report = run_job(job, at=at)
        self.report({"job": name, "at": at, "done": report.done, "failed": report.failed})
        self.conclude(report.failed, "items failed")
