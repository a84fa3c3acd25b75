"""E-1: appending facts to the chains of their subjects, in one statement."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson
from django.db import OperationalError, connection
from django.db.models import Model
from django.db.transaction import TransactionManagementError

from common.actors import Actor
from common.db.rows import (
    KEPT,
    Shapes,
    as_recordset,
    as_steps,
    columns_of,
    insert_rows,
    mark_inserted,
    steps_of,
    with_steps,
)
from common.db.statements import Statement
from events.models import GENESIS, DomainEvent, OutboxMessage
from events.services.facts import Aggregate, Delivery, Fact, event_of, message_of, messages_of
from events.services.webhooks.rows import TOLD_COLUMNS, insert_for_endpoints

# Version and previous hash are read, the hash is computed and the row is inserted by one statement. A rival
# who publishes for the same aggregate without the aggregate's row lock makes it insert nothing, once he has
# committed; then it is run again and sees his row. Unlike a unique violation this leaves the caller's
# transaction usable. Endpoints of webhooks that asked for the event get their outbox rows on the way.
APPEND = Statement(
    f"""
WITH last AS (
    SELECT version, hash_current FROM "events"."domain_events"
    WHERE aggregate_type = %(aggregate_type)s AND aggregate_id = %(aggregate_id)s
    ORDER BY version DESC LIMIT 1
), place AS (
    SELECT COALESCE((SELECT version FROM last), 0) + 1 AS version,
           COALESCE((SELECT hash_current FROM last), 'genesis') AS previous
), appended AS (
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
               %(first)s::text || place.previous || %(second)s::text || place.version || '}}', 'UTF8'
           )), 'hex')
    FROM place
    ON CONFLICT DO NOTHING
    RETURNING version, hash_previous, hash_current, {TOLD_COLUMNS}
), hooked AS ({insert_for_endpoints("appended")})
SELECT version, sequence, hash_previous, hash_current, created_at FROM appended
"""  # noqa: S608 -- names of our own columns
)

# Where a chain begins nobody else can be: versions and hashes are known, and any number of events goes with
# their outbox rows, which take the sequence that each event is given.
EVENT_COLUMNS = columns_of(DomainEvent, made_by_the_database=("sequence", "created_at"))
MESSAGE_COLUMNS = columns_of(OutboxMessage, made_by_the_database=("sequence",))
BEGIN = f"""
begun AS (
    INSERT INTO "events"."domain_events" ({EVENT_COLUMNS})
    SELECT {EVENT_COLUMNS} FROM json_populate_recordset(NULL::"events"."domain_events", %(events)s::json)
    RETURNING {TOLD_COLUMNS}
), told AS (
    INSERT INTO "events"."outbox" ({MESSAGE_COLUMNS}, sequence)
    SELECT {MESSAGE_COLUMNS}, begun.sequence
    FROM json_populate_recordset(NULL::"events"."outbox", %(messages)s::json) AS message
    JOIN (SELECT id AS begun_id, sequence FROM begun) AS begun ON begun_id = message.event_id
), hooked AS ({insert_for_endpoints("begun")})
SELECT id, sequence, created_at FROM begun
"""  # noqa: S608 -- names of our own columns
MAX_RIVALS = 100


def publish(
    event_type: str,
    *,
    subject: Model | Aggregate,
    by: Actor,
    at: datetime,
    payload: Mapping[str, Any] | None = None,
    station_id: UUID | None = None,
    private: Mapping[str, Any] | None = None,
    deliveries: Sequence[Delivery] = (),
    correlation_id: UUID | None = None,
    causation_id: UUID | None = None,
) -> DomainEvent:
    """Append one fact (see `Fact`) and its outbox rows inside the caller's transaction; returns the event."""
    fact = Fact(
        event_type=event_type,
        subject=subject,
        by=by,
        at=at,
        payload=payload,
        station_id=station_id,
        private=private,
        deliveries=deliveries,
        correlation_id=correlation_id,
        causation_id=causation_id,
    )
    return publish_all([fact])[0]


def publish_all(facts: Sequence[Fact], *, along: Sequence[Model] = ()) -> list[DomainEvent]:
    """Append facts in their order, with their outbox rows, and insert the new rows `along`.

    Facts whose chains all begin here go in one statement with all those rows. Else the rows take a statement,
    and so does each fact.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("publish() belongs in the transaction of what it tells.")
    told = [(fact, event_of(fact)) for fact in facts]
    if told and _begin_here(told):
        _begin(told, along)
        return [event for _fact, event in told]
    for _fact, event in told:
        _append(event)
    insert_rows(*along, *(message for fact, event in told for message in messages_of(fact, event)))
    return [event for _fact, event in told]


def deliver(event: DomainEvent, delivery: Delivery) -> OutboxMessage:
    """Tell the outside world once more of a fact; the caller holds the row lock of its subject."""
    row = message_of(event, delivery)
    row.save(force_insert=True)
    return row


def _begin_here(told: Sequence[tuple[Fact, DomainEvent]]) -> bool:
    begun = {_chain_of(event) for fact, event in told if fact.opens}
    return all(_chain_of(event) in begun for _fact, event in told)


def _chain_of(event: DomainEvent) -> tuple[str, UUID]:
    return event.aggregate_type, event.aggregate_id


def _begin(told: Sequence[tuple[Fact, DomainEvent]], along: Sequence[Model]) -> None:
    last: dict[tuple[str, UUID], DomainEvent] = {}
    for _fact, event in told:
        before = last.get(_chain_of(event))
        event.version = before.version + 1 if before else 1
        event.hash_previous = before.hash_current if before else GENESIS
        event.hash_current = event.link().hash(previous=event.hash_previous, version=event.version)
        last[_chain_of(event)] = event
    shapes, values = as_steps(along)
    parameters = {
        **values,
        "events": as_recordset([event for _fact, event in told]),
        "messages": as_recordset([message for fact, event in told for message in messages_of(fact, event)]),
    }
    places = {row[0]: row[1:] for row in _begin_statement(shapes).rows(parameters)}
    for _fact, event in told:
        event.sequence, event.created_at = places[event.pk]
    mark_inserted([*along, *(event for _fact, event in told)])


@lru_cache(maxsize=KEPT)
def _begin_statement(shapes: Shapes) -> Statement:
    steps = with_steps(steps_of(shapes))
    return Statement(f"{steps}, {BEGIN}" if steps else f"WITH {BEGIN}")


def _append(event: DomainEvent) -> None:
    first, second = event.link().halves()
    names = (
        "id aggregate_type aggregate_id event_type event_version actor_type actor_id actor_label station_id"
        " request_id correlation_id causation_id occurred_at"
    )
    values = {name: getattr(event, name) for name in names.split()}
    values |= {"payload": orjson.dumps(event.payload).decode(), "first": first, "second": second}
    for _rival in range(MAX_RIVALS):
        row = APPEND.row(values)
        if row is not None:
            break
    else:
        raise OperationalError(f"{MAX_RIVALS} rivals published for {event.aggregate_type} at once.")
    event.version, event.sequence, event.hash_previous, event.hash_current, event.created_at = row
    event._state.adding, event._state.db = False, connection.alias
