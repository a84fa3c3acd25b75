"""E-5, E-7: what operators may do in each state; services do it or refuse, and the admin offers it, alike."""

from datetime import timedelta

import pytest

from common.exceptions import InvalidTransition
from events.admin.queues import CancelMessage, DropMessage, EditMessage, ReplayMessage, RetryMessage
from events.enums import InboxStatus, OutboxStatus
from events.services.inbox import cancel_inbox_message, replay_message
from events.services.outbox import cancel_message, edit_message, retry_message
from tests.events.outbox.rows import NOW
from tests.factories.events import SYSTEM, InboxMessageFactory, OutboxMessageFactory

pytestmark = pytest.mark.django_db
REASON = "nobody needs it any more"
MAY = {
    "retry": {"pending", "failed"},
    "retry by force": {"pending", "failed", "completed", "cancelled"},
    "edit": {"pending", "failed"},
    "cancel": {"pending", "failed"},
    "replay": {"pending", "failed", "ignored"},
    "replay by force": {"pending", "failed", "ignored", "processed"},
    "drop": {"pending", "failed"},
}
OFFERED = {
    "retry": RetryMessage,
    "edit": EditMessage,
    "cancel": CancelMessage,
    "replay": ReplayMessage,
    "drop": DropMessage,
}


def delivery(status):
    return OutboxMessageFactory(
        status=status,
        completed_at=NOW if status == OutboxStatus.COMPLETED else None,
        locked_until=NOW + timedelta(seconds=60) if status == OutboxStatus.PROCESSING else None,
    )


def received(status):
    settled = status in {InboxStatus.PROCESSED, InboxStatus.IGNORED}
    return InboxMessageFactory(status=status, processed_at=NOW if settled else None)


def do(what, message):
    match what.split():
        case ["retry", *force]:
            retry_message(message=message, by=SYSTEM, at=NOW, force=bool(force))
        case ["edit"]:
            edit_message(message=message, payload={"cents": 1}, by=SYSTEM, at=NOW, reason=REASON)
        case ["cancel"]:
            cancel_message(message=message, by=SYSTEM, at=NOW, reason=REASON)
        case ["replay", *force]:
            replay_message(message=message, by=SYSTEM, at=NOW, force=bool(force))
        case ["drop"]:
            cancel_inbox_message(message=message, by=SYSTEM, at=NOW, reason=REASON)


def check(what, message):
    status = message.status
    if what in OFFERED:
        assert OFFERED[what]().is_offered(message) is (status in MAY[what])
    if status in MAY[what]:
        do(what, message)
    else:
        with pytest.raises(InvalidTransition) as refused:
            do(what, message)
        assert refused.value.from_ == status
        message.refresh_from_db()
        assert message.status == status


@pytest.mark.parametrize("status", OutboxStatus.values)
@pytest.mark.parametrize("what", ["retry", "retry by force", "edit", "cancel"])
def test_deliveries(what, status):
    check(what, delivery(status))


@pytest.mark.parametrize("status", InboxStatus.values)
@pytest.mark.parametrize("what", ["replay", "replay by force", "drop"])
def test_received_messages(what, status):
    check(what, received(status))
