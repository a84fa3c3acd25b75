"""What becomes of a leased row; every write tests that the lease is still ours."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from common.ports import alerts
from events.enums import OutboxStatus
from events.models import OutboxMessage
from events.services.delivery import retry_delay

COMPLETE = """
UPDATE "events"."outbox"
SET status = 'completed', completed_at = %(at)s, updated_at = %(at)s, error = NULL,
    response_status_code = %(answer)s, locked_until = NULL, locked_by = NULL
WHERE id = ANY(%(keys)s) AND status = 'processing' AND locked_by = %(worker)s
RETURNING id
"""
FREED = {"locked_until": None, "locked_by": None}


def complete(
    messages: Sequence[OutboxMessage], *, worker: str, at: datetime, response_status: int | None = None
) -> set[UUID]:
    """Mark rows as delivered in the caller's transaction; return the keys whose lease was still ours."""
    keys = [message.pk for message in messages]
    with connection.cursor() as cursor:
        cursor.execute(COMPLETE, {"at": at, "answer": response_status, "keys": keys, "worker": worker})
        return {key for (key,) in cursor.fetchall()}


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
