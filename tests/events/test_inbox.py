"""E-6, E-7: stored once, processed in the transaction of the effect, retried, parked, replayed."""

from datetime import timedelta

import pytest
from django.db import connection

from bookings.models import SystemEvent
from common.exceptions import InvalidTransition
from events.models import Counter, InboxMessage
from events.registry import InboxSource, JobReport, inbox_sources
from events.services.inbox import cancel_inbox_message, process_inbox, receive_message, replay_message
from identity.models import StationAuditLog
from tests.factories.events import AT, SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture
def source():
    """Have messages of `probe` do what their text says."""

    def process(message, at):
        Counter.objects.create(key=message.payload, window_start=at, hits=1, expires_at=at)
        if message.payload == "fail":
            raise ValueError("jane@example.com")
        return message.payload != "nothing"

    made = inbox_sources.register("events", InboxSource(name="probe", process=process))
    yield
    inbox_sources.remove("events", made)


def receive(text, number="1", name="probe"):
    return receive_message(
        source=name, message_id=number, payload=text, at=AT, message_type="x", signature="s"
    )


def test_a_message_is_stored_once_and_encrypted():
    assert receive("jane@example.com")
    assert not receive("something else")
    assert receive("something else", number="2")
    assert InboxMessage.objects.count() == 2
    row = InboxMessage.objects.get(message_id="1")
    assert (row.payload, row.status, row.message_type) == ("jane@example.com", "pending", "x")
    with connection.cursor() as cursor:
        cursor.execute('SELECT i::text FROM "events"."inbox" i')
        assert "jane" not in str(cursor.fetchall())


def test_a_message_is_processed_with_its_effect_or_ignored(source):
    receive("do")
    receive("nothing", number="2")
    assert process_inbox(at=AT) == JobReport(done=2, failed=0)
    assert process_inbox(at=AT) == JobReport(done=0, failed=0)
    rows = InboxMessage.objects.order_by("message_id").values_list("status", "processed_at", "attempts")
    assert list(rows) == [("processed", AT, 1), ("ignored", AT, 1)]
    assert set(Counter.objects.values_list("key", flat=True)) == {"do", "nothing"}


def test_a_failure_leaves_no_effect_and_is_parked_after_five_attempts(source):
    receive("fail")
    at = AT
    for attempt in range(1, 6):
        assert process_inbox(at=at) == JobReport(done=0, failed=1)
        row = InboxMessage.objects.get()
        assert (row.attempts, row.error.split(":")[0]) == (attempt, "ValueError at process")
        at += timedelta(minutes=6)
    assert row.status == "failed"
    assert process_inbox(at=at) == JobReport(done=0, failed=0)
    assert not Counter.objects.exists()
    assert SystemEvent.objects.get(action="message_parked").entity_id == row.pk


def test_a_message_nobody_processes_is_parked_at_once():
    receive("x", name="unknown")
    process_inbox(at=AT)
    row = InboxMessage.objects.get()
    assert (row.status, row.error) == ("failed", "nobody processes unknown")


def test_a_killed_workers_message_comes_again_when_its_lease_ends(source):
    receive("do")
    InboxMessage.objects.update(status="processing", locked_until=AT + timedelta(seconds=60), attempts=1)
    assert process_inbox(at=AT + timedelta(seconds=59)) == JobReport()
    assert process_inbox(at=AT + timedelta(seconds=60)) == JobReport(done=1, failed=0)
    assert InboxMessage.objects.get().attempts == 2


def test_replay_runs_a_processed_message_again_only_with_force(source):
    receive("do")
    process_inbox(at=AT)
    row = InboxMessage.objects.get()
    with pytest.raises(InvalidTransition):
        replay_message(message=row, by=SYSTEM, at=AT)
    later = AT + timedelta(hours=1)
    assert replay_message(message=row, by=SYSTEM, at=later, force=True).status == "pending"
    assert process_inbox(at=later) == JobReport(done=1, failed=0)
    assert Counter.objects.count() == 2
    assert StationAuditLog.objects.get().details == {"replayed": {"from": "processed", "force": True}}


def test_a_message_that_was_not_processed_can_be_given_up(source):
    receive("fail")
    process_inbox(at=AT)
    row = InboxMessage.objects.get()
    given_up = cancel_inbox_message(message=row, by=SYSTEM, at=AT, reason="nothing to be done")
    assert (given_up.status, given_up.processed_at) == ("ignored", AT)
    with pytest.raises(InvalidTransition):
        cancel_inbox_message(message=row, by=SYSTEM, at=AT, reason="nothing to be done")
