"""Delivering what is due: to handlers in one transaction with their effect, to the outside by courier.

An internal handler's effect, its mark in the inbox and the end of the outbox row commit together, so it
happens exactly once. A courier calls the outside world with the row's id as key and settles afterwards.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

import structlog
from django.db import InterfaceError, OperationalError, connection, transaction

from events.enums import OutboxTarget
from events.exceptions import DeliveryDeferred, DeliveryRefused, Undeliverable, UnexpectedAnswer
from events.models import OutboxMessage
from events.registry import JobReport, courier_of, handler_of
from events.services.delivery import describe
from events.services.outbox.claims import claim_due, free_expired_leases
from events.services.outbox.settle import complete, complete_handled, fail, put_back, refuse
from events.upcasters import newest_shape, newest_version

BATCH = 500

log = structlog.get_logger(__name__)


def dispatch_outbox(
    *, at: datetime, worker: str = "job", limit: int = BATCH, targets: list[str] | None = None
) -> JobReport:
    """Deliver up to `limit` due rows; counts those that were settled and those that failed (E-4 … E-6)."""
    free_expired_leases(at=at)
    return deliver_all(claim_due(worker=worker, at=at, limit=limit, targets=targets), worker=worker, at=at)


def deliver_all(claimed: Sequence[OutboxMessage], *, worker: str, at: datetime) -> JobReport:
    """Deliver rows that the worker has leased, destination by destination."""
    failed = 0
    groups: dict[tuple[str, str], list[OutboxMessage]] = defaultdict(list)
    for message in claimed:
        groups[message.target, message.destination].append(message)
    for (target, _destination), messages in groups.items():
        deliver = _handle_all if target == OutboxTarget.INTERNAL else _send_all
        failed += deliver(messages, worker=worker, at=at)
    return JobReport(done=len(claimed) - failed, failed=failed)


def _handle_all(messages: Sequence[OutboxMessage], *, worker: str, at: datetime) -> int:
    """Run the handler for all in one transaction; when one of them stumbles, for each by itself."""
    try:
        _handle(messages, worker=worker, at=at)
    except Exception as error:  # noqa: BLE001 -- a handler may fail in any way; the row keeps what happened
        _raise_if_lost(error)
        if len(messages) > 1:
            return _one_by_one(messages, worker=worker, at=at)
        _note_failure(messages[0], error, worker=worker, at=at)
        return 1
    return 0


@transaction.atomic
def _handle(messages: Sequence[OutboxMessage], *, worker: str, at: datetime) -> None:
    handle = handler_of(messages[0].destination)
    fresh = complete_handled(messages, worker=worker, at=at)
    if fresh:
        handle([_lift(message) for message in fresh])


def _lift(message: OutboxMessage) -> OutboxMessage:
    """Let a handler see the newest shape of what it reacts to; the stored row keeps its own (E-3)."""
    event_type, version = message.headers.get("event_type", ""), message.headers.get("event_version", 1)
    message.payload = newest_shape(event_type, version, message.payload)
    message.headers = {**message.headers, "event_version": newest_version(event_type, version)}
    return message


def _one_by_one(messages: Iterable[OutboxMessage], *, worker: str, at: datetime) -> int:
    return _in_order(messages, lambda message: _handle_all([message], worker=worker, at=at), worker, at)


def _send_all(messages: Iterable[OutboxMessage], *, worker: str, at: datetime) -> int:
    return _in_order(messages, lambda message: _send(message, worker=worker, at=at), worker, at)


def _in_order(
    messages: Iterable[OutboxMessage], deliver: Callable[[OutboxMessage], int], worker: str, at: datetime
) -> int:
    """Deliver one after the other; what stands behind a failure of its aggregate goes back untried."""
    failed = 0
    stuck = set()
    for message in messages:
        aggregate = (message.aggregate_type, message.aggregate_id)
        if aggregate in stuck:
            put_back(message, worker=worker, at=at, until=at, why=None)
        elif deliver(message):
            failed += 1
            stuck.add(aggregate)
    return failed


def _send(message: OutboxMessage, *, worker: str, at: datetime) -> int:
    try:
        status = courier_of(message.target).send(message, at)
    except DeliveryDeferred as later:
        put_back(message, worker=worker, at=at, until=later.until, why=f"deferred: {later}")
    except DeliveryRefused as refusal:
        refuse(message, worker=worker, at=at, why=f"message_refused: {refusal}")
    except Exception as error:  # noqa: BLE001 -- a courier may fail in any way; the row keeps what happened
        _note_failure(message, error, worker=worker, at=at)
        return 1
    else:
        complete(message, worker=worker, at=at, response_status=status)
    return 0


def _note_failure(message: OutboxMessage, error: Exception, *, worker: str, at: datetime) -> None:
    _raise_if_lost(error)
    why = str(error) if isinstance(error, Undeliverable | UnexpectedAnswer) else describe(error)
    log.warning("delivery_failed", message=str(message.pk), destination=message.destination, why=why)
    fail(
        message,
        worker=worker,
        at=at,
        why=why,
        status=error.status if isinstance(error, UnexpectedAnswer) else None,
        final=isinstance(error, Undeliverable),
    )


def _raise_if_lost(error: Exception) -> None:
    """End the run of who has lost the database: the leases expire and somebody else delivers."""
    if isinstance(error, InterfaceError | OperationalError) and not connection.is_usable():
        raise error
