"""E-4: outbox rows for the endpoints, written by the very statement that appends their event."""

from events.enums import MAX_ATTEMPTS, OutboxStatus, OutboxTarget

TOLD_COLUMNS = (
    "id, sequence, created_at, aggregate_type, aggregate_id, event_type, event_version, payload, request_id,"
    " occurred_at"
)
"""What a step must return of the events that it has inserted."""


def insert_for_endpoints(events: str) -> str:
    """Return an INSERT for a WITH clause: one row per event of the named step and endpoint that asked for it.

    The step returns the columns of TOLD_COLUMNS. `&&` finds the event's own type, all types of its first
    word (`booking.*`), and `*`.
    """
    return f"""
    INSERT INTO "events"."outbox" (
        event_id, target, destination, aggregate_type, aggregate_id, sequence, payload, headers, status,
        max_attempts, next_attempt_at
    )
    SELECT happened.id, '{OutboxTarget.WEBHOOK}', endpoint.name, happened.aggregate_type,
           happened.aggregate_id, happened.sequence, happened.payload,
           jsonb_build_object(
               'event_type', happened.event_type, 'event_version', happened.event_version,
               'request_id', happened.request_id
           ),
           '{OutboxStatus.PENDING}', {MAX_ATTEMPTS[OutboxTarget.WEBHOOK]}, happened.occurred_at
    FROM {events} AS happened
    JOIN "events"."webhook_endpoints" AS endpoint ON endpoint.is_active
     AND endpoint.event_types
         && ARRAY[happened.event_type, split_part(happened.event_type, '.', 1) || '.*', '*']::varchar[]
    """  # noqa: S608 -- names and constants of our own
