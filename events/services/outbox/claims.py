"""E-4: taking due rows under a lease, in the order of their aggregate, past the rows of other workers."""

from datetime import datetime, timedelta

from django.db import transaction

from common.db.statements import Statement, WrittenRows
from events.models import OutboxMessage

LEASE = timedelta(seconds=60)

# A row waits while an earlier one of its target, destination and aggregate is not completed or cancelled, so
# each such queue has one head at most that may go. Heads are found in the order of the index of what is due:
# what stands behind a parked, leased or later row fills no batch, and of rows that fell due together none but
# the wanted ones are read. A batch that heads do not fill takes what follows them, as far as it is due too:
# not what has waited for longer than its head, which has failed since. What of it somebody else holds or has
# changed meanwhile ends the run of its queue.
CLAIM = WrittenRows(
    OutboxMessage,
    """
    WITH heads AS (
        SELECT o.id, o.target, o.destination, o.aggregate_type, o.aggregate_id, o.sequence, o.next_attempt_at
        FROM "events"."outbox" o
        WHERE o.status = 'pending' AND o.next_attempt_at <= %(at)s
          AND (%(targets)s::text[] IS NULL OR o.target = ANY(%(targets)s::text[]))
          AND (
              SELECT earlier.id FROM "events"."outbox" earlier
              WHERE earlier.target = o.target AND earlier.destination = o.destination
                AND earlier.aggregate_type = o.aggregate_type AND earlier.aggregate_id = o.aggregate_id
                AND earlier.sequence < o.sequence AND earlier.status NOT IN ('completed', 'cancelled')
              ORDER BY earlier.sequence LIMIT 1
          ) IS NULL
        ORDER BY o.next_attempt_at
        LIMIT %(limit)s
        FOR UPDATE SKIP LOCKED
    ), behind AS (
        SELECT line.id, line.head, line.place
        FROM heads CROSS JOIN LATERAL (
            SELECT id, heads.id AS head, row_number() OVER run AS place,
                   bool_and(
                       status = 'pending' AND next_attempt_at BETWEEN heads.next_attempt_at AND %(at)s
                   ) OVER run AS may_go
            FROM (
                SELECT o.id, o.sequence, o.status, o.next_attempt_at FROM "events"."outbox" o
                WHERE o.target = heads.target AND o.destination = heads.destination
                  AND o.aggregate_type = heads.aggregate_type AND o.aggregate_id = heads.aggregate_id
                  AND o.sequence > heads.sequence AND o.status NOT IN ('completed', 'cancelled')
                ORDER BY o.sequence
                LIMIT %(limit)s - (SELECT count(*) FROM heads)
            ) unfinished
            WINDOW run AS (ORDER BY sequence)
        ) line
        WHERE line.may_go
        ORDER BY line.place
        LIMIT %(limit)s - (SELECT count(*) FROM heads)
    ), held AS (
        SELECT o.id FROM behind JOIN "events"."outbox" o ON o.id = behind.id
        WHERE o.status = 'pending'
        FOR UPDATE OF o SKIP LOCKED
    ), ours AS (
        SELECT id FROM heads
        UNION ALL
        SELECT id FROM (
            SELECT behind.id, bool_and(held.id IS NOT NULL) OVER (
                PARTITION BY behind.head ORDER BY behind.place
            ) AS is_gapless
            FROM behind LEFT JOIN held ON held.id = behind.id
        ) run
        WHERE run.is_gapless
    )
    UPDATE "events"."outbox" o
    SET status = 'processing', locked_until = %(until)s, locked_by = %(worker)s, attempts = o.attempts + 1,
        updated_at = %(at)s
    FROM ours WHERE o.id = ours.id
    """,
    alias="o",
)
FREE = Statement(
    """
    UPDATE "events"."outbox" o
    SET status = 'pending', locked_until = NULL, locked_by = NULL, next_attempt_at = %(at)s,
        updated_at = %(at)s
    WHERE o.id IN (
        SELECT id FROM "events"."outbox"
        WHERE status = 'processing' AND locked_until <= %(at)s FOR UPDATE SKIP LOCKED
    )
    """
)


@transaction.atomic
def claim_due(
    *, worker: str, at: datetime, limit: int, targets: list[str] | None = None
) -> list[OutboxMessage]:
    """Lease up to `limit` due rows to the worker for 60 s and return them in the order of their events."""
    values = {"at": at, "until": at + LEASE, "worker": worker, "limit": limit, "targets": targets}
    return sorted(CLAIM.all(values), key=lambda message: message.sequence)


@transaction.atomic
def free_expired_leases(*, at: datetime) -> int:
    """Put back what a killed worker held, its attempt counted; return how many rows."""
    return FREE.run({"at": at})
