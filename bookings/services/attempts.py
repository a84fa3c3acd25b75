"""One try, at most two: how a rival's lock or row becomes a clean 409 (D-4)."""

from collections.abc import Callable
from typing import TypeVar

from django.db import IntegrityError, OperationalError, transaction
from psycopg.errors import DeadlockDetected, LockNotAvailable

from bookings.exceptions import SlotContended, SlotTaken
from bookings.services.conflicts import violates
from common.db.locks import LockTimeout

T = TypeVar("T")

LANE_KEYS = ("uq_slot_claims_lane", "idx_booking_date_slot_active", "uq_holds_slot")


def attempt(work: Callable[[], T]) -> T:
    """Run the work in a transaction of its own (a savepoint inside another one) and return its answer.

    The first deadlock is tried once more, which is sound inside an outer transaction too: rolling back to the
    savepoint gives back every lock the work had taken. A lock timeout or a second deadlock raises
    `slot_contended`, a lane taken by somebody else `slot_taken`.
    """
    try:
        return _once(work)
    except OperationalError as error:
        if not isinstance(error.__cause__, DeadlockDetected):
            raise
    try:
        return _once(work)
    except OperationalError as error:
        if isinstance(error.__cause__, DeadlockDetected):
            raise SlotContended from error
        raise


def _once(work: Callable[[], T]) -> T:
    try:
        with transaction.atomic():
            return work()
    except OperationalError as error:
        if isinstance(error, LockTimeout) or isinstance(error.__cause__, LockNotAvailable):
            raise SlotContended from error
        raise
    except IntegrityError as error:
        if any(violates(error, key) for key in LANE_KEYS):
            raise SlotTaken from error
        raise
