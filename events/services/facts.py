"""What a service has to tell: facts about subjects, and the rows that they become."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Model

from common import context
from common.actors import Actor
from common.db.rows import new_row
from events.chain import plain
from events.enums import MAX_ATTEMPTS, OutboxTarget
from events.models import DomainEvent, OutboxMessage
from events.registry import subscriptions
from events.upcasters import current_version


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One outbox row to the outside world; contact data only in `private`, which is stored encrypted."""

    target: str
    destination: str
    payload: Mapping[str, Any] | None = None
    private: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A subject that is no row of its own, such as the chain of the seals: its kind and its key."""

    kind: str
    pk: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something that happened to a subject.

    `payload` holds ids, codes and integer amounts (floats raise TypeError); `private` reaches the registered
    handlers only, encrypted. The caller holds the row lock of a subject that others may change. `opens` says
    that the subject was made in this very transaction under a new key: its chain begins with this fact.
    """

    event_type: str
    subject: Model | Aggregate
    by: Actor
    at: datetime
    payload: Mapping[str, Any] | None = None
    station_id: UUID | None = None
    private: Mapping[str, Any] | None = None
    deliveries: Sequence[Delivery] = ()
    correlation_id: UUID | None = None
    causation_id: UUID | None = None
    opens: bool = False


def event_of(fact: Fact) -> DomainEvent:
    """Return the event of a fact, its place in the chain aside."""
    return new_row(
        DomainEvent,
        aggregate_type=_kind_of(fact.subject),
        aggregate_id=fact.subject.pk,
        event_type=fact.event_type,
        event_version=current_version(fact.event_type),
        payload=plain(fact.payload or {}),
        actor_type=fact.by.type,
        actor_id=fact.by.id,
        actor_label=fact.by.label[:100],
        station_id=fact.station_id,
        request_id=context.request_id(),
        correlation_id=fact.correlation_id,
        causation_id=fact.causation_id,
        occurred_at=fact.at,
    )


def _kind_of(subject: Model | Aggregate) -> str:
    return subject.kind if isinstance(subject, Aggregate) else subject._meta.label_lower.partition(".")[2]


def messages_of(fact: Fact, event: DomainEvent) -> Iterable[OutboxMessage]:
    """Return the outbox rows of a fact: one per handler of its type, per delivery, and one to the broker."""
    for subscription in subscriptions(event.event_type):
        internal = Delivery(
            target=OutboxTarget.INTERNAL,
            destination=subscription.name,
            payload=event.payload,
            private=fact.private,
        )
        yield message_of(event, internal)
    for delivery in fact.deliveries:
        yield message_of(event, delivery)
    if settings.EVENTS_BROKER_URL:
        yield message_of(event, Delivery(target=OutboxTarget.BROKER, destination="", payload=event.payload))


def message_of(event: DomainEvent, delivery: Delivery) -> OutboxMessage:
    """Return the outbox row of a delivery; its sequence is that of the event, once the event has one."""
    row = new_row(
        OutboxMessage,
        event=event,
        target=delivery.target,
        destination=delivery.destination,
        aggregate_type=event.aggregate_type,
        aggregate_id=event.aggregate_id,
        sequence=event.sequence,
        payload=plain(delivery.payload or {}),
        headers={
            "event_type": event.event_type,
            "event_version": event.event_version,
            "request_id": event.request_id,
        },
        max_attempts=MAX_ATTEMPTS[delivery.target],
        next_attempt_at=event.occurred_at,
    )
    if delivery.private is not None:
        row.private_payload = plain(delivery.private)
    return row
