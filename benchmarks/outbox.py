"""Worker throughput: events per second through the relay, effects exactly once, beside bare SKIP LOCKED."""

import time
from collections.abc import Callable, Sequence

from django.db import connection, transaction
from django.utils import timezone

from benchmarks.machine import Usage, usage
from events.models import Counter, OutboxMessage
from events.registry import event_handlers, subscribe_in_batches
from events.services.outbox import dispatch_outbox

EVENTS = 20_000
HANDLER = "events.bench"
LAY_OUT = """
WITH told AS (
    INSERT INTO "events"."domain_events" (
        id, aggregate_type, aggregate_id, version, event_type, event_version, payload, actor_type,
        occurred_at, hash_previous, hash_current
    )
    SELECT gen_random_uuid(), 'bench', gen_random_uuid(), 1, 'bench.told', 1, '{}', 'system', now(),
        'genesis', encode(sha256(convert_to('bench' || clock_timestamp() || n, 'UTF8')), 'hex')
    FROM generate_series(1, %s) AS n RETURNING id, aggregate_id, sequence
)
INSERT INTO "events"."outbox" (
    id, event_id, target, destination, aggregate_type, aggregate_id, sequence, headers
)
SELECT gen_random_uuid(), id, 'internal', %s, 'bench', aggregate_id, sequence, '{"event_type": "bench.told"}'
FROM told
"""
BARE = """
WITH due AS (
    SELECT id FROM "events"."outbox" WHERE status = 'pending' AND next_attempt_at <= now()
    ORDER BY next_attempt_at LIMIT 500 FOR UPDATE SKIP LOCKED
)
UPDATE "events"."outbox" o SET status = 'completed', completed_at = now() FROM due WHERE o.id = due.id
"""


def outbox_figures(add: Callable[..., None]) -> None:
    """Deliver many events to one handler that writes its effects in bulk."""
    subscribe_in_batches("bench.told", name=HANDLER, handle=_count)
    try:
        _lay_out()
        bare, plain = _timed(_bare)
        OutboxMessage.objects.filter(destination=HANDLER).delete()
        _lay_out()
        relayed, used = _timed(lambda: dispatch_outbox(at=timezone.now(), worker="bench").done)
    finally:
        for item in [item for item in event_handlers if item.name == HANDLER]:
            event_handlers.remove("events", item)
    effects = Counter.objects.filter(key__startswith="bench:")
    once = effects.filter(hits=1).count()
    add(
        f"outbox: {EVENTS:,} events to an in-process handler, one worker",
        f"{EVENTS / relayed:,.0f} events/s, {once:,} effects once, {effects.count() - once} more than once",
        beside=f"{used.each(EVENTS)} an event; bare SKIP LOCKED, claim and completion in one UPDATE of 500:"
        f" {EVENTS / bare:,.0f} rows/s, {plain.each(EVENTS)}",
        aim="≥ 5,000/s",
    )


def _lay_out() -> None:
    with connection.cursor() as cursor:
        cursor.execute(LAY_OUT, [EVENTS, HANDLER])
        cursor.execute('ANALYZE "events"."outbox"')


def _count(messages: Sequence[OutboxMessage]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO "events"."counters" (id, key, window_start, hits, expires_at)'
            " SELECT gen_random_uuid(), 'bench:' || event, now(), 1, now() + interval '1 hour'"
            " FROM unnest(%s::text[]) AS event"
            " ON CONFLICT (key, window_start) DO UPDATE SET hits = counters.hits + 1",
            [[str(message.event_id) for message in messages]],
        )


def _bare() -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(BARE)
        done: int = cursor.rowcount
    return done


def _timed(turn: Callable[[], int]) -> tuple[float, Usage]:
    with usage() as used:
        started = time.perf_counter()
        while turn():
            pass
        seconds = time.perf_counter() - started
    return seconds, used
