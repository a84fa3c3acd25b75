"""E-4: taking due rows under a lease, in the order of their aggregate, past the rows of other workers."""

from datetime import datetime, timedelta

from django.db import connection, transaction

from events.models import OutboxMessage

LEASE = timedelta(seconds=60)

# A row waits while an earlier one of its target, destination and aggregate is not completed or cancelled. The
# inner question keeps rows behind a parked or leased one, or behind one that falls due after them, from
# filling the batch: whoever is left finds his predecessors before him in it. The outer one drops those whose
# predecessor is another worker's at this very moment. What remains of one aggregate is a gapless start of its
# queue, so that a batch may hold several of them and deliver them in order.
CLAIM = """
WITH candidates AS (
    SELECT o.id, o.target, o.destination, o.aggregate_type, o.aggregate_id, o.sequence
    FROM "events"."outbox" o
    WHERE o.status = 'pending' AND o.next_attempt_at <= %(at)s
      AND (%(targets)s::text[] IS NULL OR o.target = ANY(%(targets)s))
      AND NOT EXISTS (
          SELECT 1 FROM "events"."outbox" earlier
          WHERE earlier.target = o.target AND earlier.destination = o.destination
            AND earlier.aggregate_type = o.aggregate_type AND earlier.aggregate_id = o.aggregate_id
            AND earlier.sequence < o.sequence AND earlier.status NOT IN ('completed', 'cancelled')
            AND (earlier.status <> 'pending' OR earlier.next_attempt_at > o.next_attempt_at)
      )
    ORDER BY o.next_attempt_at, o.sequence
    LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
), ours AS (
    SELECT c.id FROM candidates c
    WHERE NOT EXISTS (
        SELECT 1 FROM "events"."outbox" earlier
        WHERE earlier.target = c.target AND earlier.destination = c.destination
          AND earlier.aggregate_type = c.aggregate_type AND earlier.aggregate_id = c.aggregate_id
          AND earlier.sequence < c.sequence AND earlier.status NOT IN ('completed', 'cancelled')
          AND NOT EXISTS (SELECT 1 FROM candidates mine WHERE mine.id = earlier.id)
    )
)
UPDATE "events"."outbox" o
SET status = 'processing', locked_until = %(until)s, locked_by = %(worker)s, attempts = o.attempts + 1,
    updated_at = %(at)s
FROM ours WHERE o.id = ours.id
RETURNING o.*
"""
FREE = """
UPDATE "events"."outbox" o
SET status = 'pending', locked_until = NULL, locked_by = NULL, next_attempt_at = %(at)s, updated_at = %(at)s
WHERE o.id IN (
    SELECT id FROM "events"."outbox"
    WHERE status = 'processing' AND locked_until <= %(at)s FOR UPDATE SKIP LOCKED
)
"""


@transaction.atomic
def claim_due(
    *, worker: str, at: datetime, limit: int, targets: list[str] | None = None
) -> list[OutboxMessage]:
    """Lease up to `limit` due rows to the worker for 60 s and return them in the order of their events."""
    values = {"at": at, "until": at + LEASE, "worker": worker, "limit": limit, "targets": targets}
    return sorted(OutboxMessage.objects.raw(CLAIM, values), key=lambda message: message.sequence)


@transaction.atomic
def free_expired_leases(*, at: datetime) -> int:
    """Put back what a killed worker held, its attempt counted; return how many rows."""
    with connection.cursor() as cursor:
        cursor.execute(FREE, {"at": at})
        freed: int = cursor.rowcount
    return freed
