"""What becomes of a leased row; every write tests that the lease is still ours."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from common.db.statements import Statement
from common.ports import alerts
from events.enums import OutboxStatus
from events.models import OutboxMessage
from events.services.delivery import retry_delay

COMPLETE = """
UPDATE "events"."outbox"
SET status = 'completed', completed_at = %(at)s, updated_at = %(at)s, error = NULL,
    response_status_code = %(answer)s::smallint, locked_until = NULL, locked_by = NULL
WHERE id = ANY(%(keys)s::uuid[]) AND status = 'processing' AND locked_by = %(worker)s
"""
COMPLETED = Statement(COMPLETE)
HANDLED = Statement(
    f"""
    WITH ours AS ({COMPLETE} RETURNING event_id)
    INSERT INTO "events"."inbox" (source, message_id, message_type, status, processed_at)
    SELECT %(source)s, event_id::text, %(event_type)s, 'processed', %(at)s FROM ours
    ON CONFLICT DO NOTHING RETURNING message_id::uuid
    """  # noqa: S608 -- a constant of this module
)
FREED = {"locked_until": None, "locked_by": None}


def complete(message: OutboxMessage, *, worker: str, at: datetime, response_status: int | None) -> None:
    """Mark a row as delivered, if its lease is still ours."""
    COMPLETED.run({"at": at, "answer": response_status, "keys": [message.pk], "worker": worker})


def complete_handled(messages: Sequence[OutboxMessage], *, worker: str, at: datetime) -> list[OutboxMessage]:
    """Mark rows of one destination as delivered and their events as handled, in the caller's transaction.

    Returns those to be handled now: whose lease was still ours, and whose event bore no such mark (E-6).
    """
    first = messages[0]
    rows = HANDLED.rows(
        {
            "at": at,
            "answer": None,
            "keys": [message.pk for message in messages],
            "worker": worker,
            "source": f"internal:{first.destination}",
            "event_type": first.headers.get("event_type"),
        }
    )
    fresh = {event_id for (event_id,) in rows}
    return [message for message in messages if message.event_id in fresh]


def put_back(message: OutboxMessage, *, worker: str, at: datetime, until: datetime, why: str | None) -> None:
    """Let a row wait until an instant; the attempt does not count."""
    _settle(
        message,
        worker=worker,
        at=at,
        status=OutboxStatus.PENDING,
        attempts=message.attempts - 1,
        next_attempt_at=until,
        error=why,
    )


def refuse(message: OutboxMessage, *, worker: str, at: datetime, why: str) -> None:
    """Cancel a row that must not be delivered; what waits behind it goes on."""
    _settle(message, worker=worker, at=at, status=OutboxStatus.CANCELLED, error=why)


@transaction.atomic
def fail(
    message: OutboxMessage, *, worker: str, at: datetime, why: str, status: int | None = None, final: bool
) -> None:
    """Try a row again later, or park it and alert: after its last attempt, or when no attempt will help."""
    parked = final or message.attempts >= message.max_attempts
    change = (
        {"status": OutboxStatus.FAILED}
        if parked
        else {"status": OutboxStatus.PENDING, "next_attempt_at": at + retry_delay(message.attempts)}
    )
    settled = _settle(message, worker=worker, at=at, error=why, response_status_code=status, **change)
    if settled and parked:
        alerts.get().raise_alert(
            cause="message_parked",
            subject_type="outboxmessage",
            subject_id=message.pk,
            station_id=message.event.station_id,
            message=f"{message.target} to {message.destination or 'its receiver'} failed: {why}",
            at=at,
            step=at.isoformat(),
        )


def _settle(message: OutboxMessage, *, worker: str, at: datetime, **change: object) -> bool:
    held = OutboxMessage.objects.filter(pk=message.pk, status=OutboxStatus.PROCESSING, locked_by=worker)
    return held.update(updated_at=at, **change, **FREED) == 1
