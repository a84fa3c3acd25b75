"""What upper apps add to the events floor in `AppConfig.ready()`: handlers of events, chains, jobs."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from common.registry import Registry

if TYPE_CHECKING:
    from events.models import OutboxMessage


@dataclass(frozen=True, slots=True)
class Subscription:
    """One handler of one event type; `name` (`leads.capture`) is the destination of its outbox rows."""

    event_type: str
    name: str
    handler: Callable[["OutboxMessage"], None]


@dataclass(frozen=True, slots=True)
class Finding:
    """The first bad row of one chain and what is wrong with it."""

    chain: str
    subject: str
    row: str
    problem: str


@dataclass(frozen=True, slots=True)
class Chain:
    """A hash chain: `verify(since)` yields the first bad row of each part, `count(since)` counts rows."""

    name: str
    verify: Callable[[datetime | None], Iterator[Finding]]
    count: Callable[[datetime | None], int]


@dataclass(frozen=True, slots=True)
class JobReport:
    """What a run came to: items done, items that failed (each is logged)."""

    done: int = 0
    failed: int = 0


class JobRun(Protocol):
    """Does what is due at an instant, each item in a transaction of its own."""

    def __call__(self, *, at: datetime) -> JobReport: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Work that falls due by the state of its rows (section 16), so that a run that was missed catches up."""

    name: str
    every: timedelta
    purpose: str
    run: JobRun


event_handlers: Registry[Subscription] = Registry("event_handlers")
chains: Registry[Chain] = Registry("chains")
jobs: Registry[Job] = Registry("jobs")


def subscribe(event_type: str, *, name: str, handler: Callable[["OutboxMessage"], None]) -> None:
    """Have `handler` called once per event of the type; `name` starts with the app's label and a dot."""
    event_handlers.register(name.partition(".")[0], Subscription(event_type, name, handler))


def subscriptions(event_type: str) -> list[Subscription]:
    """Return the handlers of an event type, upper floors first."""
    return [subscription for subscription in event_handlers if subscription.event_type == event_type]
