"""AU-5 as arithmetic: how failures become locks and how locks grow; no queries, no clock."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

MAX_FAILURES = 5
TELL_FROM = 3
LOCK_MINUTES = (15, 30, 60, 1_440)
LEVEL_MEMORY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class LockState:
    """Failures since the last success or lock, how many locks followed each other, end of the last lock."""

    attempts: int = 0
    level: int = 0
    locked_until: datetime | None = None

    def is_locked(self, at: datetime) -> bool:
        return self.locked_until is not None and at < self.locked_until

    def after_attempt(self, at: datetime) -> "LockState":
        """Return the state with one more attempt counted; the fifth locks, each lock longer than the former.

        The level starts anew once 24 hours have passed without a lock.
        """
        if self.attempts + 1 < MAX_FAILURES:
            return replace(self, attempts=self.attempts + 1)
        fresh = self.locked_until is None or at >= self.locked_until + LEVEL_MEMORY
        level = 1 if fresh else min(self.level + 1, len(LOCK_MINUTES))
        return LockState(level=level, locked_until=at + timedelta(minutes=LOCK_MINUTES[level - 1]))


def attempts_left(number: int) -> int | None:
    """Return what the n-th failure tells the caller: None before the third."""
    return MAX_FAILURES - number if number >= TELL_FROM else None
