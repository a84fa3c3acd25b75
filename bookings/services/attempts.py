"""One try, at most two: how a rival's lock or row becomes a clean 409 (D-4)."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import DatabaseError, IntegrityError, OperationalError, transaction
from psycopg.errors import DeadlockDetected

from bookings.exceptions import SlotContended, SlotTaken
from bookings.services.conflicts import violates
from common.db.locks import LockTimeout, is_lock_timeout, limit_lock_waits

P = ParamSpec("P")
T = TypeVar("T")

LANE_KEYS = ("uq_slot_claims_lane", "idx_booking_date_slot_active", "uq_holds_slot")
TRIED_AGAIN_KEYS = ("uq_bookings_reference", "idx_customer_station_email")


def attempt(work: Callable[[], T]) -> T:
    """Run the work in a transaction of its own (a savepoint inside another one) and return its answer.

    The first deadlock is tried once more, which is sound inside an outer transaction too: rolling back to
    the savepoint gives back every lock the work had taken. So is a reference somebody else drew (BK-1), and
    a customer whom an import, which takes no lock of e-mails, has met meanwhile (BK-2). A lock timeout or a
    second deadlock raises `slot_contended`, a lane taken by somebody else `slot_taken`.
    """
    try:
        return _once(work)
    except DatabaseError as error:
        if not (_is_deadlock(error) or _is_outdated(error)):
            raise
    try:
        return _once(work)
    except OperationalError as error:
        if _is_deadlock(error):
            raise SlotContended from error
        raise


def attempted(service: Callable[P, T]) -> Callable[P, T]:
    """Run each call of a service as `attempt` does, waiting at most 3 s for any lock (in place of atomic)."""

    @wraps(service)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        def work() -> T:
            limit_lock_waits()
            return service(*args, **kwargs)

        return attempt(work)

    return run


def _once(work: Callable[[], T]) -> T:
    try:
        with transaction.atomic():
            return work()
    except OperationalError as error:
        if isinstance(error, LockTimeout) or is_lock_timeout(error):
            raise SlotContended from error
        raise
    except IntegrityError as error:
        if any(violates(error, key) for key in LANE_KEYS):
            raise SlotTaken from error
        raise


def _is_deadlock(error: DatabaseError) -> bool:
    return isinstance(error.__cause__, DeadlockDetected)


def _is_outdated(error: DatabaseError) -> bool:
    return isinstance(error, IntegrityError) and any(violates(error, key) for key in TRIED_AGAIN_KEYS)
