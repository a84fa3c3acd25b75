"""E-5: operators retry, correct (the difference is audited) and cancel what is parked."""

import pytest

from common.exceptions import InvalidTransition
from events.models import InboxMessage, OutboxMessage
from events.services.outbox import cancel_message, dispatch_outbox, edit_message, retry_message
from identity.models import StationAuditLog
from tests.events.outbox.rows import NOW, carrying, handling, states, tell
from tests.factories.events import SYSTEM, WebhookEndpointFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def parked():
    tell(target="voice", cents=5, code="A")
    dispatch_outbox(at=NOW)
    row = OutboxMessage.objects.get()
    assert row.status == "failed"
    return row


def audited():
    return StationAuditLog.objects.get(resource_type="outboxmessage")


def test_a_parked_row_is_tried_again_with_all_its_attempts(parked):
    retried = retry_message(message=parked, by=SYSTEM, at=NOW)
    assert (retried.status, retried.attempts, retried.next_attempt_at, retried.error) == (
        "pending",
        0,
        NOW,
        None,
    )
    with carrying(lambda _message, _at: None, target="voice"):
        dispatch_outbox(at=NOW)
    assert states() == [("completed", 1)]
    assert audited().details == {"retried": {"from": "failed", "force": False}}


def test_a_completed_row_needs_force_and_its_handler_runs_again():
    seen = []
    with handling(seen.append):
        tell()
        dispatch_outbox(at=NOW)
        row = OutboxMessage.objects.get()
        with pytest.raises(InvalidTransition) as refusal:
            retry_message(message=row, by=SYSTEM, at=NOW)
        assert refusal.value.from_ == "completed"
        retry_message(message=row, by=SYSTEM, at=NOW, force=True)
        dispatch_outbox(at=NOW)
    assert (len(seen), InboxMessage.objects.count()) == (2, 1)


def test_an_edit_names_what_it_changed(parked):
    edited = edit_message(
        message=parked, payload={"cents": 7, "to": "B"}, by=SYSTEM, at=NOW, reason="wrong amount asked"
    )
    assert OutboxMessage.objects.get().payload == edited.payload == {"cents": 7, "to": "B"}
    row = audited()
    assert row.details["payload"] == {
        "cents": {"old": 5, "new": 7},
        "code": {"old": "A", "new": None},
        "to": {"old": None, "new": "B"},
    }


def test_a_cancelled_row_frees_what_stands_behind_it():
    subject = WebhookEndpointFactory()
    tell(subject, target="voice")
    tell(subject, target="voice")
    dispatch_outbox(at=NOW)
    assert states() == [("failed", 1), ("pending", 0)]
    first = OutboxMessage.objects.get(status="failed")
    assert cancel_message(message=first, by=SYSTEM, at=NOW, reason="receiver is gone").status == "cancelled"
    with carrying(lambda _message, _at: None, target="voice"):
        dispatch_outbox(at=NOW)
    assert states() == [("cancelled", 1), ("completed", 1)]
    with pytest.raises(InvalidTransition):
        edit_message(message=first, payload={}, by=SYSTEM, at=NOW, reason="too late for it")
