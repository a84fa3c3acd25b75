"""Running jobs: one runner at a time, one failing item stops no other (section 16)."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar

import structlog
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Model

from common.db.errors import first_line
from common.db.locks import LockTimeout, lock_key
from events.registry import Job, JobReport

M = TypeVar("M", bound=Model)

log = structlog.get_logger(__name__)


def run_job(job: Job, *, at: datetime) -> JobReport:
    """Do what is due at that instant; raises LockTimeout while another runner is at the same job."""
    with _sole_runner(job.name):
        return job.run(at=at)


def run_items(name: str, items: Iterable[M], work: Callable[[M], bool]) -> JobReport:
    """Do the work for each item; it tells whether there was something to do, and commits by itself.

    What an item stumbles over is logged without its row, and the rest goes on; a lost database ends the run.
    """
    done = failed = 0
    for item in items:
        try:
            done += work(item)
        except Exception as error:
            if not connection.is_usable():
                raise
            failed += 1
            log.warning(
                "job_item_failed",
                job=name,
                item=str(item.pk),
                error=type(error).__name__,
                message=first_line(error),
            )
    return JobReport(done=done, failed=failed)


@contextmanager
def _sole_runner(name: str) -> Iterator[None]:
    """Hold the job's advisory lock in a transaction on a second connection: items commit on the first."""
    holder = connections.create_connection(DEFAULT_DB_ALIAS)
    try:
        holder.set_autocommit(False)
        with holder.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [lock_key("job", name)])
            (is_ours,) = cursor.fetchone()
        if not is_ours:
            raise LockTimeout(f"{name} is running already.")
        yield
    finally:
        holder.close()
