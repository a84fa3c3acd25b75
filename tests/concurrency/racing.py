"""Threads with a connection each, released by a barrier: a shared session proves nothing."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import perf_counter, sleep
from typing import Any, NamedTuple

import pytest
from django.db import connection

from common.exceptions import DomainError


class Result(NamedTuple):
    answer: Any
    seconds: float

    @property
    def is_refusal(self) -> bool:
        return isinstance(self.answer, DomainError)


def race(works: Sequence[Callable[[], Any]]) -> list[Result]:
    """Run the works at once; refusals are answers, accidents rise."""
    barrier = Barrier(len(works))

    def run(work: Callable[[], Any]) -> Result:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=30)
            started = perf_counter()
            try:
                answer = work()
            except DomainError as refusal:
                answer = refusal
            return Result(answer, perf_counter() - started)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def wait_until_somebody_waits() -> None:
    """Return once another connection waits for a lock; fail after four seconds."""
    for _try in range(200):
        with connection.cursor() as cursor:
            # Not pg_locks: it shows those of the other databases too, where other workers race. A transaction
            # would see the activity of its first look for ever.
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return
        sleep(0.02)
    pytest.fail("nobody waits")
