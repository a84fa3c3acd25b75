"""Advisory locks: threads with a connection each."""

import threading
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

import pytest
from django.db import OperationalError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from common.db.locks import LockTimeout, advisory_xact_locks, is_lock_timeout, lock_key
from tests.common.db import catalogue


def test_a_key_is_stable_and_fits_into_a_bigint() -> None:
    assert lock_key("slot", 1, "2026-01-01") == lock_key("slot", "1", "2026-01-01") == 9196494202406973813
    assert lock_key("ab", "c") != lock_key("a", "bc")
    assert lock_key() != lock_key("")
    assert all(-(2**63) <= lock_key(n) < 2**63 for n in range(1000))
    assert min(lock_key(n) for n in range(100)) < 0


@pytest.mark.django_db(transaction=True)
def test_without_a_transaction_it_is_refused() -> None:
    with pytest.raises(TransactionManagementError):
        advisory_xact_locks([1])


@pytest.mark.django_db
def test_takes_every_lock_once_in_one_round_trip() -> None:
    with CaptureQueriesContext(connection) as queries:
        advisory_xact_locks([3, -1, 3, 2**40], timeout_ms=1500)
    assert len(queries) == 1
    assert queries[0]["sql"].endswith("unnest('{-1,3,1099511627776}'::bigint[]) AS key")
    held = catalogue.rows(
        "SELECT (classid::bigint << 32) | objid::bigint FROM pg_locks "
        "WHERE locktype = 'advisory' AND granted AND pid = pg_backend_pid()"
    )
    assert sorted(held) == [-1, 3, 2**40]
    assert catalogue.rows("SHOW lock_timeout") == ["1500ms"]


@pytest.mark.django_db
def test_no_key_no_lock() -> None:
    advisory_xact_locks([])
    own = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
    assert catalogue.rows(own) == [0]


def take_within_statement_timeout(key: int) -> None:
    with transaction.atomic():
        catalogue.rows("SELECT set_config('statement_timeout', '100', true)")
        advisory_xact_locks([key])


@pytest.mark.django_db(transaction=True)
def test_a_lock_that_is_not_given_in_time() -> None:
    taken, finished = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                advisory_xact_locks([7])
                taken.set()
                finished.wait(10)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        holder = pool.submit(hold)
        assert taken.wait(10)
        started = monotonic()
        with pytest.raises(LockTimeout) as failure, transaction.atomic():
            advisory_xact_locks([1, 7], timeout_ms=100)
        assert 0.1 <= monotonic() - started < 3
        with transaction.atomic(), pytest.raises(OperationalError) as cancelled:
            take_within_statement_timeout(7)
        finished.set()
        holder.result(10)
    assert not isinstance(cancelled.value, LockTimeout)
    assert isinstance(failure.value, OperationalError)
    assert is_lock_timeout(failure.value)
    with transaction.atomic():
        advisory_xact_locks([7])


@pytest.mark.django_db(transaction=True)
def test_opposite_orders_do_not_deadlock() -> None:
    barrier = threading.Barrier(8)

    def take(n: int) -> bool:
        try:
            barrier.wait(10)
            for _ in range(20):
                with transaction.atomic():
                    advisory_xact_locks(range(5) if n % 2 else reversed(range(5)), timeout_ms=10_000)
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(take, range(8))) == [True] * 8


@pytest.mark.django_db
def test_other_errors_pass_as_they_are() -> None:
    with pytest.raises(OperationalError) as failure, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 1; SELECT pg_sleep(1)")
    assert not is_lock_timeout(failure.value)
