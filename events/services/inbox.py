"""E-6, E-7: messages from outside, stored once and processed in the transaction of their effect."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import orjson
import structlog
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F, Q

from common.actors import Actor
from common.db.statements import Statement
from common.exceptions import InvalidTransition
from common.models import uuid7
from common.ports import alerts, audit_trail
from events.enums import InboxStatus
from events.exceptions import DeliveryDeferred, Undeliverable, Unsettled
from events.models import InboxMessage
from events.policies import may_drop, may_replay
from events.registry import JobReport, inbox_source_of
from events.services.delivery import describe, retry_delay

if TYPE_CHECKING:
    from common.crypto.fields import EncryptedTextField

BATCH = 100
LEASE = timedelta(seconds=60)
MAX_ATTEMPTS = 5

PAYLOAD = cast("EncryptedTextField[str, str]", InboxMessage._meta.get_field("payload"))
STORE = Statement(
    """
    INSERT INTO "events"."inbox" (
        id, source, message_id, message_type, signature, payload_encrypted, payload_hash, headers, status,
        next_attempt_at, created_at, updated_at
    ) VALUES (
        %(id)s, %(source)s, %(message_id)s, %(message_type)s, %(signature)s, %(payload)s, %(payload_hash)s,
        %(headers)s::jsonb, 'pending', %(at)s, %(at)s, %(at)s
    )
    ON CONFLICT ON CONSTRAINT uq_inbox_source_message DO NOTHING
    """
)
HELD = """
WHERE id = %(id)s AND status = 'processing' AND attempts = %(attempts)s
"""
HOLD = Statement(f'SELECT id FROM "events"."inbox" {HELD} FOR UPDATE')  # noqa: S608 -- a constant of this module
SETTLE = Statement(
    f"""
    UPDATE "events"."inbox"
    SET status = %(status)s, processed_at = %(at)s, locked_until = NULL, error = NULL, updated_at = %(at)s
    {HELD}
    """  # noqa: S608 -- a constant of this module
)

log = structlog.get_logger(__name__)


def receive_message(
    *,
    source: str,
    message_id: str,
    payload: str,
    at: datetime,
    message_type: str | None = None,
    signature: str | None = None,
    headers: Mapping[str, Any] | None = None,
) -> bool:
    """Store a message whose signature was checked; False when it has been stored before."""
    values = {
        "id": uuid7(),
        "source": source,
        "message_id": message_id,
        "message_type": message_type,
        "signature": signature,
        "payload": PAYLOAD.encrypt(payload),
        "payload_hash": hashlib.sha256(payload.encode()).hexdigest(),
        "headers": orjson.dumps(dict(headers or {})).decode(),
        "at": at,
    }
    return STORE.run(values) == 1


def process_inbox(*, at: datetime, limit: int = BATCH) -> JobReport:
    """Process up to `limit` due messages; a row that a killed worker held is due when its lease ends."""
    done = failed = 0
    for message in _claim(at=at, limit=limit):
        if _process(message, at=at):
            done += 1
        else:
            failed += 1
    return JobReport(done=done, failed=failed)


def _due(at: datetime) -> Q:
    return Q(status=InboxStatus.PENDING, next_attempt_at__lte=at) | Q(
        status=InboxStatus.PROCESSING, locked_until__lte=at
    )


@transaction.atomic
def _claim(*, at: datetime, limit: int) -> list[InboxMessage]:
    due = InboxMessage.objects.filter(_due(at)).order_by("next_attempt_at", "pk")
    keys = [row.pk for row in due.select_for_update(skip_locked=True).only("pk")[:limit]]
    InboxMessage.objects.filter(pk__in=keys).update(
        status=InboxStatus.PROCESSING, locked_until=at + LEASE, attempts=F("attempts") + 1, updated_at=at
    )
    return list(InboxMessage.objects.filter(pk__in=keys).order_by("created_at", "pk"))


def _process(message: InboxMessage, *, at: datetime) -> bool:
    try:
        _run(message, at=at)
    except DeliveryDeferred as later:
        _put_back(message, later, at=at)
    except Exception as error:
        if isinstance(error, InterfaceError | OperationalError) and not connection.is_usable():
            raise
        _note_failure(message, error, at=at)
        return False
    return True


@transaction.atomic
def _run(message: InboxMessage, *, at: datetime) -> None:
    source = inbox_source_of(message.source)
    mark = {"id": message.pk, "attempts": message.attempts}
    if HOLD.row(mark) is None:
        return
    try:
        meant_something = source.process(message, at)
    except Unsettled as problem:
        InboxMessage.objects.filter(pk=message.pk).update(
            status=InboxStatus.FAILED, locked_until=None, error=str(problem), updated_at=at
        )
        _alert(message, str(problem), at=at)
        return
    status = InboxStatus.PROCESSED if meant_something else InboxStatus.IGNORED
    SETTLE.run({**mark, "status": status.value, "at": at})


def _put_back(message: InboxMessage, later: DeliveryDeferred, *, at: datetime) -> None:
    """Let a message wait for what it depends on; the attempt does not count."""
    InboxMessage.objects.filter(
        pk=message.pk, status=InboxStatus.PROCESSING, attempts=message.attempts
    ).update(
        status=InboxStatus.PENDING,
        attempts=message.attempts - 1,
        next_attempt_at=later.until,
        locked_until=None,
        error=f"deferred: {later}",
        updated_at=at,
    )


@transaction.atomic
def _note_failure(message: InboxMessage, error: Exception, *, at: datetime) -> None:
    why = str(error) if isinstance(error, Undeliverable) else describe(error)
    log.warning("processing_failed", message=str(message.pk), source=message.source, why=why)
    parked = isinstance(error, Undeliverable) or message.attempts >= MAX_ATTEMPTS
    change: dict[str, Any] = (
        {"status": InboxStatus.FAILED}
        if parked
        else {"status": InboxStatus.PENDING, "next_attempt_at": at + retry_delay(message.attempts)}
    )
    held = InboxMessage.objects.filter(
        pk=message.pk, status=InboxStatus.PROCESSING, attempts=message.attempts
    )
    if held.update(error=why, locked_until=None, updated_at=at, **change) and parked:
        _alert(message, why, at=at)


def _alert(message: InboxMessage, why: str, *, at: datetime) -> None:
    alerts.get().raise_alert(
        cause="message_parked",
        subject_type="inboxmessage",
        subject_id=message.pk,
        station_id=None,
        message=f"A message from {message.source} could not be processed: {why}",
        at=at,
        step=at.isoformat(),
    )


@transaction.atomic
def replay_message(*, message: InboxMessage, by: Actor, at: datetime, force: bool = False) -> InboxMessage:
    """Make a parked message due now with all its attempts; `force` processes a processed one again (E-7)."""
    locked = InboxMessage.objects.select_for_update().get(pk=message.pk)
    if not may_replay(locked, force=force):
        raise InvalidTransition(from_=locked.status, allowed=[])
    was = locked.status
    change = {"status": InboxStatus.PENDING, "attempts": 0, "next_attempt_at": at, "processed_at": None}
    InboxMessage.objects.filter(pk=locked.pk).update(error=None, updated_at=at, **change)
    _record(locked, by=by, details={"replayed": {"from": was, "force": force}})
    locked.refresh_from_db()
    return locked


@transaction.atomic
def cancel_inbox_message(*, message: InboxMessage, by: Actor, at: datetime, reason: str) -> InboxMessage:
    """Give up a message that was not processed: it is kept as ignored."""
    locked = InboxMessage.objects.select_for_update().get(pk=message.pk)
    if not may_drop(locked):
        raise InvalidTransition(from_=locked.status, allowed=[])
    InboxMessage.objects.filter(pk=locked.pk).update(
        status=InboxStatus.IGNORED, processed_at=at, updated_at=at
    )
    _record(locked, by=by, details={"cancelled": {"from": locked.status}}, reason=reason)
    locked.refresh_from_db()
    return locked


def _record(message: InboxMessage, *, by: Actor, details: Mapping[str, Any], reason: str = "") -> None:
    audit_trail.get().record(
        action="update",
        resource_type="inboxmessage",
        resource_id=str(message.pk),
        by=by,
        permissions=["event.replay"],
        details=details,
        reason=reason,
    )
