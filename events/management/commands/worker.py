"""`manage.py worker`: periodic jobs, outbox and inbox."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import connection

from common.management.base import HouseCommand
from events.registry import jobs
from events.services.worker import run_once, run_worker, worker_name


class Command(HouseCommand):
    help = (
        "Run the periodic jobs and deliver outbox and inbox; SIGTERM finishes the item at hand (E-4 … E-7)."
    )
    has_dry_run = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--queues", nargs="+", metavar="JOB", help="only these jobs and loops")
        parser.add_argument("--once", action="store_true", help="do what is due now, then end")
        parser.add_argument("--max-seconds", type=float, help="end after this time, items at hand finished")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Work, and say what `--once` came to."""
        names = options["queues"]
        unknown = sorted(set(names or ()) - {job.name for job in jobs})
        if unknown:
            raise CommandError(f"There is no job {', '.join(unknown)}; run_job --list names them.")
        # Its loops outlive a lost database; to begin without one is an operator's affair.
        connection.ensure_connection()
        worker = worker_name()
        if not options["once"]:
            self.stderr.write(f"Worker {worker} at work; Ctrl-C ends it.")
            with self.stoppable() as stopped:
                run_worker(worker=worker, stopped=stopped, seconds=options["max_seconds"], names=names)
            return
        reports = run_once(worker=worker, names=names)
        self.report({name: {"done": item.done, "failed": item.failed} for name, item in reports.items()})
        self.conclude(sum(item.failed for item in reports.values()), "items failed")
