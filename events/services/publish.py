"""E-1: appending a fact to the chain of its aggregate, in one statement."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import OperationalError, connection
from django.db.models import Model
from django.db.transaction import TransactionManagementError

from common import context
from common.actors import Actor
from common.models import uuid7
from events.chain import plain
from events.enums import MAX_ATTEMPTS, OutboxTarget
from events.models import DomainEvent, OutboxMessage
from events.registry import subscriptions

# Version and previous hash are read, the hash is computed and the row is inserted by one statement. A rival
# who publishes for the same aggregate without the aggregate's row lock makes it insert nothing, once he has
# committed; then it is run again and sees his row. Unlike a unique violation this leaves the caller's
# transaction usable.
APPEND = """
WITH last AS (
    SELECT version, hash_current FROM "events"."domain_events"
    WHERE aggregate_type = %(aggregate_type)s AND aggregate_id = %(aggregate_id)s
    ORDER BY version DESC LIMIT 1
), place AS (
    SELECT COALESCE((SELECT version FROM last), 0) + 1 AS version,
           COALESCE((SELECT hash_current FROM last), 'genesis') AS previous
)
INSERT INTO "events"."domain_events" (
    id, aggregate_type, aggregate_id, version, event_type, event_version, payload, actor_type, actor_id,
    actor_label, station_id, request_id, correlation_id, causation_id, occurred_at, hash_previous,
    hash_current
)
SELECT %(id)s::uuid, %(aggregate_type)s, %(aggregate_id)s::uuid, place.version, %(event_type)s,
       %(event_version)s, %(payload)s::jsonb, %(actor_type)s, %(actor_id)s::uuid, %(actor_label)s,
       %(station_id)s::uuid, %(request_id)s, %(correlation_id)s::uuid, %(causation_id)s::uuid,
       %(occurred_at)s::timestamptz, place.previous,
       encode(sha256(convert_to(
           %(first)s::text || place.previous || %(second)s::text || place.version || '}', 'UTF8'
       )), 'hex')
FROM place
ON CONFLICT DO NOTHING
RETURNING version, sequence, hash_previous, hash_current, created_at
"""
MAX_RIVALS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One outbox row to the outside world; contact data only in `private`, which is stored encrypted."""

    target: str
    destination: str
    payload: Mapping[str, Any] | None = None
    private: Mapping[str, Any] | None = None


def publish(
    event_type: str,
    *,
    subject: Model,
    by: Actor,
    at: datetime,
    payload: Mapping[str, Any] | None = None,
    station_id: UUID | None = None,
    private: Mapping[str, Any] | None = None,
    deliveries: Sequence[Delivery] = (),
    event_version: int = 1,
    correlation_id: UUID | None = None,
    causation_id: UUID | None = None,
) -> DomainEvent:
    """Append a fact about `subject` and its outbox rows inside the caller's transaction; returns the event.

    `payload` holds ids, codes and integer amounts (floats raise TypeError); `private` reaches the registered
    handlers only, encrypted. The caller holds the row lock of a subject that others may change.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("publish() belongs in the transaction of what it tells.")
    event = DomainEvent(
        id=uuid7(),
        aggregate_type=subject._meta.label_lower.partition(".")[2],
        aggregate_id=subject.pk,
        event_type=event_type,
        event_version=event_version,
        payload=plain(payload or {}),
        actor_type=by.type,
        actor_id=by.id,
        actor_label=by.label[:100],
        station_id=station_id,
        request_id=context.request_id(),
        correlation_id=correlation_id,
        causation_id=causation_id,
        occurred_at=at,
    )
    _append(event)
    rows = [*_handler_rows(event, private), *(_delivery_row(event, delivery) for delivery in deliveries)]
    if rows:
        OutboxMessage.objects.bulk_create(rows)
    return event


def deliver(event: DomainEvent, delivery: Delivery) -> OutboxMessage:
    """Tell the outside world once more of a fact; the caller holds the row lock of its subject."""
    row = _delivery_row(event, delivery)
    row.save(force_insert=True)
    return row


def _append(event: DomainEvent) -> None:
    first, second = event.link().halves()
    names = (
        "id aggregate_type aggregate_id event_type event_version actor_type actor_id actor_label station_id"
        " request_id correlation_id causation_id occurred_at"
    )
    values = {name: getattr(event, name) for name in names.split()}
    values |= {"payload": orjson.dumps(event.payload).decode(), "first": first, "second": second}
    with connection.cursor() as cursor:
        for _rival in range(MAX_RIVALS):
            cursor.execute(APPEND, values)
            row = cursor.fetchone()
            if row is not None:
                break
        else:
            raise OperationalError(f"{MAX_RIVALS} rivals published for {event.aggregate_type} at once.")
    event.version, event.sequence, event.hash_previous, event.hash_current, event.created_at = row
    event._state.adding, event._state.db = False, connection.alias


def _handler_rows(event: DomainEvent, private: Mapping[str, Any] | None) -> Iterable[OutboxMessage]:
    for subscription in subscriptions(event.event_type):
        delivery = Delivery(
            target=OutboxTarget.INTERNAL,
            destination=subscription.name,
            payload=event.payload,
            private=private,
        )
        yield _delivery_row(event, delivery)


def _delivery_row(event: DomainEvent, delivery: Delivery) -> OutboxMessage:
    row = OutboxMessage(
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
