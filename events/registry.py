"""What upper apps add to the events floor in `AppConfig.ready()`: handlers of events, chains, jobs."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from django.db.models import Q, QuerySet

from common.actors import Actor
from common.registry import Registry
from events.exceptions import Undeliverable
from events.figures import FigureSource
from events.retention import Retention
from events.subjects import Blocker, SubjectTable

if TYPE_CHECKING:
    from events.models import InboxMessage, OutboxMessage


class Named(Protocol):
    """Something that outbox and inbox rows are addressed to by name."""

    @property
    def name(self) -> str: ...


N = TypeVar("N", bound=Named)


@dataclass(frozen=True, slots=True)
class Subscription:
    """One handler of one event type; `name` (`leads.capture`) is the destination of its outbox rows.

    `handle` gets rows in the order of their events, one aggregate's always in order; it is given all that are
    due together, so that bulk effects can be written in bulk.
    """

    event_type: str
    name: str
    handle: Callable[[Sequence["OutboxMessage"]], None]


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


class Composer(Protocol):
    """Words of a message for one channel: (subject, body); a text message has no subject."""

    def __call__(self, message: "OutboxMessage") -> tuple[str, str]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageKind:
    """What the outbox rows of one destination say by e-mail or SMS, and for which purpose (N-6)."""

    name: str
    compose: Composer
    purpose: str = "transactional"


@dataclass(frozen=True, slots=True, kw_only=True)
class Courier:
    """Takes the outbox rows of the target it is named after to the outside world.

    `send(message, at)` returns the receiver's status code or None; the row's id is its idempotency key.
    It raises DeliveryDeferred, DeliveryRefused, Undeliverable, or anything worth another attempt.
    """

    name: str
    send: Callable[["OutboxMessage", datetime], int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxSource:
    """Processes the stored messages of one source in the transaction of their effect.

    `process(message, at)` tells whether the message meant something: False is kept as ignored.
    """

    name: str
    process: Callable[["InboxMessage", datetime], bool]


class Replay(Protocol):
    """Makes one message due again; `force` also one that was delivered or processed."""

    def __call__(self, *, message: Any, by: Actor, at: datetime, force: bool) -> object: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A queue of messages: its rows in any state, which of them wait or failed, how one is replayed."""

    name: str
    rows: Callable[[], QuerySet[Any]]
    waiting: Q
    parked: Q
    replay: Replay


event_handlers: Registry[Subscription] = Registry("event_handlers")
chains: Registry[Chain] = Registry("chains")
jobs: Registry[Job] = Registry("jobs")
message_kinds: Registry[MessageKind] = Registry("message_kinds")
couriers: Registry[Courier] = Registry("couriers")
inbox_sources: Registry[InboxSource] = Registry("inbox_sources")
boxes: Registry[Box] = Registry("boxes")
subject_tables: Registry[SubjectTable] = Registry("subject_tables")
blockers: Registry[Blocker] = Registry("blockers")
retentions: Registry[Retention] = Registry("retentions")
figures: Registry[FigureSource] = Registry("figures")


def subscribe(event_type: str, *, name: str, handler: Callable[["OutboxMessage"], None]) -> None:
    """Have `handler` called once per event of the type; `name` starts with the app's label and a dot."""

    def handle(messages: Sequence["OutboxMessage"]) -> None:
        for message in messages:
            handler(message)

    subscribe_in_batches(event_type, name=name, handle=handle)


def subscribe_in_batches(
    event_type: str, *, name: str, handle: Callable[[Sequence["OutboxMessage"]], None]
) -> None:
    """Have `handle` called with all events of the type that are due together; each comes once."""
    event_handlers.register(name.partition(".")[0], Subscription(event_type, name, handle))


def subscriptions(event_type: str) -> list[Subscription]:
    """Return the handlers of an event type, upper floors first."""
    return [subscription for subscription in event_handlers if subscription.event_type == event_type]


def handler_of(name: str) -> Callable[[Sequence["OutboxMessage"]], None]:
    """Return what handles the rows of a destination; raises Undeliverable."""
    return _named(event_handlers, name, "no handler").handle


def courier_of(target: str) -> Courier:
    """Return the courier of a target; raises Undeliverable."""
    return _named(couriers, target, "no courier to")


def message_kind_of(name: str) -> MessageKind:
    """Return what rows of a destination say; raises Undeliverable."""
    return _named(message_kinds, name, "nobody wrote the words of")


def inbox_source_of(name: str) -> InboxSource:
    """Return who processes the messages of a source; raises Undeliverable."""
    return _named(inbox_sources, name, "nobody processes")


def _named(registry: Registry[N], name: str, problem: str) -> N:
    for item in registry:
        if item.name == name:
            return item
    raise Undeliverable(f"{problem} {name}")
