"""What upper apps add to the events floor in `AppConfig.ready()`: handlers of events, chains to verify."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

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


event_handlers: Registry[Subscription] = Registry("event_handlers")
chains: Registry[Chain] = Registry("chains")


def subscribe(event_type: str, *, name: str, handler: Callable[["OutboxMessage"], None]) -> None:
    """Have `handler` called once per event of the type; `name` starts with the app's label and a dot."""
    event_handlers.register(name.partition(".")[0], Subscription(event_type, name, handler))


def subscriptions(event_type: str) -> list[Subscription]:
    """Return the handlers of an event type, upper floors first."""
    return [subscription for subscription in event_handlers if subscription.event_type == event_type]
