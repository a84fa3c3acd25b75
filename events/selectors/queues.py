"""How the queues of messages stand: what waits, how long it has been due, what is parked (E-8)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Min
from django.utils import timezone

from common.api.health import State
from events.registry import Box, boxes

LAG_GOAL = timedelta(seconds=60)
"""The oldest due row should not be older."""
LAG_LIMIT = timedelta(seconds=300)
"""Above this, readiness says degraded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxState:
    """Rows of one box that wait, seconds since the oldest of them fell due, rows that are parked."""

    waiting: int
    lag_seconds: int
    parked: int

    @property
    def misses_goal(self) -> bool:
        return self.lag_seconds > LAG_GOAL.total_seconds()

    @property
    def is_late(self) -> bool:
        return self.lag_seconds > LAG_LIMIT.total_seconds()


def read_boxes(*, at: datetime) -> dict[str, BoxState]:
    """Return the state of every box by its name."""
    return {box.name: _read(box, at) for box in boxes}


def probe_lag() -> State:
    """Answer the readiness probe: degraded while something has been due for over 300 s."""
    at = timezone.now()
    late = any(_lag(box, at) > LAG_LIMIT.total_seconds() for box in boxes)
    return "degraded" if late else "ok"


def _read(box: Box, at: datetime) -> BoxState:
    return BoxState(
        waiting=box.rows().filter(box.waiting).count(),
        lag_seconds=_lag(box, at),
        parked=box.rows().filter(box.parked).count(),
    )


def _lag(box: Box, at: datetime) -> int:
    due = box.rows().filter(box.waiting, next_attempt_at__lte=at)
    oldest: datetime | None = due.aggregate(oldest=Min("next_attempt_at"))["oldest"]
    return 0 if oldest is None else int((at - oldest).total_seconds())
