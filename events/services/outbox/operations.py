"""E-5: what operators do with a row that is parked or waits: retry it, correct it, cancel it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction

from common.actors import Actor
from common.exceptions import InvalidTransition
from common.ports import audit_trail
from events.chain import plain
from events.enums import OutboxStatus
from events.models import InboxMessage, OutboxMessage
from events.policies import may_cancel, may_edit, may_retry


@transaction.atomic
def retry_message(*, message: OutboxMessage, by: Actor, at: datetime, force: bool = False) -> OutboxMessage:
    """Make a parked row due now with all its attempts; `force` sends a completed or cancelled one again."""
    locked = _lock(message, may=partial(may_retry, force=force))
    was = locked.status
    locked.status, locked.attempts, locked.next_attempt_at = OutboxStatus.PENDING, 0, at
    locked.completed_at, locked.error = None, None
    if force:
        # The mark of an effect would keep the handler from running again.
        InboxMessage.objects.filter(
            source=f"internal:{locked.destination}", message_id=str(locked.event_id)
        ).delete()
    _save(locked, ["status", "attempts", "next_attempt_at", "completed_at", "error"], at=at)
    _record(locked, by=by, details={"retried": {"from": was, "force": force}})
    return locked


@transaction.atomic
def edit_message(
    *, message: OutboxMessage, payload: Mapping[str, Any], by: Actor, at: datetime, reason: str
) -> OutboxMessage:
    """Replace the open payload of a row that was not delivered; the changed names are audited with values."""
    locked = _lock(message, may=may_edit)
    before, locked.payload = locked.payload, plain(payload)
    changed = sorted(
        name for name in before.keys() | locked.payload.keys() if before.get(name) != locked.payload.get(name)
    )
    _save(locked, ["payload"], at=at)
    diff = {name: {"old": before.get(name), "new": locked.payload.get(name)} for name in changed}
    _record(locked, by=by, details={"payload": diff}, reason=reason)
    return locked


@transaction.atomic
def cancel_message(*, message: OutboxMessage, by: Actor, at: datetime, reason: str) -> OutboxMessage:
    """Give up a row that was not delivered; what waits behind it goes on."""
    locked = _lock(message, may=may_cancel)
    was, locked.status = locked.status, OutboxStatus.CANCELLED
    _save(locked, ["status"], at=at)
    _record(locked, by=by, details={"cancelled": {"from": was}}, reason=reason)
    return locked


def _lock(message: OutboxMessage, *, may: Callable[[OutboxMessage], bool]) -> OutboxMessage:
    locked = OutboxMessage.objects.select_for_update(of=("self",)).select_related("event").get(pk=message.pk)
    if not may(locked):
        raise InvalidTransition(from_=locked.status, allowed=[])
    return locked


def _save(message: OutboxMessage, fields: list[str], *, at: datetime) -> None:
    message.updated_at = at
    OutboxMessage.objects.filter(pk=message.pk).update(
        updated_at=at, **{name: getattr(message, name) for name in fields}
    )


def _record(message: OutboxMessage, *, by: Actor, details: Mapping[str, Any], reason: str = "") -> None:
    audit_trail.get().record(
        action="update",
        resource_type="outboxmessage",
        resource_id=str(message.pk),
        by=by,
        station_id=message.event.station_id,
        permissions=["event.replay"],
        details=details,
        reason=reason,
    )
