"""The worker process: periodic jobs by procrastinate, outbox and inbox in loops of their own threads.

Every worker runs the loops; a job has one runner at a time in the whole house. SIGTERM and Ctrl-C let the
item at hand finish. Whatever a killed worker held comes again when its lease ends.
"""

import asyncio
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from uuid import uuid4

import structlog
from django.conf import settings
from django.db import close_old_connections, connection
from django.utils import timezone
from procrastinate.contrib.django import app as queue_app
from procrastinate.contrib.django.django_connector import DjangoConnector

from common.db.locks import LockTimeout
from events.enums import OutboxTarget
from events.registry import Job, JobReport, jobs
from events.services.inbox import process_inbox
from events.services.jobs import run_job
from events.services.outbox import LEASE, dispatch_outbox

Turn = Callable[[], JobReport]
LOOP = timedelta(seconds=1)
POLL_SECONDS = 1.0
STOP_CHECK_SECONDS = 0.2
CONCURRENT_JOBS = 2
ALL_BUT_WEBHOOKS = [str(target) for target in OutboxTarget if target != OutboxTarget.WEBHOOK]

log = structlog.get_logger(__name__)


def worker_name() -> str:
    """Return a name no other worker has: host, process and a random part."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{uuid4().hex[:8]}"


def loops(worker: str) -> Mapping[str, Sequence[Turn]]:
    """Return what every worker does again and again, by the name of the job that does it once.

    Webhooks have a loop of their own, so that a slow receiver holds up no mail and no handler, and small
    batches, so that the last one is delivered within the lease.
    """
    return {
        "dispatch_outbox": (
            lambda: dispatch_outbox(at=timezone.now(), worker=worker, targets=ALL_BUT_WEBHOOKS),
            lambda: dispatch_outbox(
                at=timezone.now(), worker=worker, targets=[OutboxTarget.WEBHOOK], limit=webhooks_at_once()
            ),
        ),
        "process_inbox": (lambda: process_inbox(at=timezone.now()),),
    }


def webhooks_at_once() -> int:
    """Return how many webhooks fit into a lease if every receiver takes all its time, and one more left."""
    return max(1, int(LEASE.total_seconds() // settings.WEBHOOK_TIMEOUT_SECONDS) - 1)


def periodic_jobs() -> list[Job]:
    """Return the jobs that procrastinate starts; the others are loops."""
    return [job for job in jobs if job.every > LOOP]


def run_once(*, worker: str, names: Sequence[str] | None = None) -> dict[str, JobReport]:
    """Do every job that is due and drain outbox and inbox; returns what each came to."""
    reports = {
        job.name: _run_unless_taken(job) for job in periodic_jobs() if names is None or job.name in names
    }
    for name, turns in loops(worker).items():
        if names is None or name in names:
            came_to = [_drain(turn, threading.Event()) for turn in turns]
            reports[name] = JobReport(
                done=sum(report.done for report in came_to), failed=sum(report.failed for report in came_to)
            )
    return reports


def run_worker(
    *,
    worker: str,
    stopped: Callable[[], bool],
    seconds: float | None = None,
    names: Sequence[str] | None = None,
) -> None:
    """Work until `stopped()` or the end of `seconds`; the items at hand are finished first."""
    stop = threading.Event()
    threads = [
        threading.Thread(target=_loop, args=(name, turn, stop), name=name)
        for name, turns in loops(worker).items()
        for turn in turns
        if names is None or name in names
    ]
    for thread in threads:
        thread.start()
    try:
        asyncio.run(_run_periodic(worker, stopped, seconds, names))
    finally:
        stop.set()
        for thread in threads:
            thread.join()


async def _run_periodic(
    worker: str, stopped: Callable[[], bool], seconds: float | None, queues: Sequence[str] | None
) -> None:
    connector = queue_app.connector
    if not isinstance(connector, DjangoConnector):
        raise TypeError("The job queue lives in Django's own database.")
    end = None if seconds is None else time.monotonic() + seconds
    with queue_app.replace_connector(connector.get_worker_connector()) as app:
        async with app.open_async():
            work = asyncio.ensure_future(
                app.run_worker_async(
                    queues=queues or [job.name for job in periodic_jobs()],
                    name=worker,
                    concurrency=CONCURRENT_JOBS,
                    # Polling works behind a pooler in transaction mode, where LISTEN does not.
                    listen_notify=False,
                    fetch_job_polling_interval=POLL_SECONDS,
                    delete_jobs="successful",
                    install_signal_handlers=False,
                )
            )
            while not work.done() and not stopped() and (end is None or time.monotonic() < end):  # noqa: ASYNC110 -- a signal's flag is no asyncio event
                await asyncio.sleep(STOP_CHECK_SECONDS)
            # A cancelled worker lets its jobs finish; one that fell by itself says why.
            work.cancel()
            with suppress(asyncio.CancelledError):
                await work


def run_queued(name: str) -> None:
    """Run the job of a name from the queue, unless another worker is at it."""
    with _fresh_connections():
        report = _run_unless_taken(next(job for job in jobs if job.name == name))
        log.info("job_done", job=name, done=report.done, failed=report.failed)


def _run_unless_taken(job: Job) -> JobReport:
    try:
        return run_job(job, at=timezone.now())
    except LockTimeout:
        log.info("job_taken", job=job.name)
        return JobReport()


def _loop(name: str, turn: Turn, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            with _fresh_connections():
                _drain(turn, stop)
        except Exception:
            # The loop outlives a lost database; what it held is leased and comes again.
            log.exception("loop_failed", loop=name)
            connection.close()
        stop.wait(LOOP.total_seconds())
    connection.close()


def _drain(turn: Turn, stop: threading.Event) -> JobReport:
    """Take turns until one finds nothing to do."""
    done = failed = 0
    while not stop.is_set():
        report = turn()
        if not report.done + report.failed:
            break
        done, failed = done + report.done, failed + report.failed
    return JobReport(done=done, failed=failed)


@contextmanager
def _fresh_connections() -> Iterator[None]:
    close_old_connections()
    try:
        yield
    finally:
        close_old_connections()
