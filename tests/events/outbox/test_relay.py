"""E-4 … E-6: order per aggregate and destination, retries, parking, effects exactly once."""

from datetime import timedelta

import pytest
from django.db import connection

from bookings.models import SystemEvent
from common.exceptions import InUse
from common.gateways import FileMailGateway
from events.exceptions import DeliveryDeferred, DeliveryRefused, Undeliverable, UnexpectedAnswer
from events.models import Counter, InboxMessage, OutboxMessage
from events.registry import JobReport, MessageKind, message_kinds
from events.services.outbox import claim_due, deliver_all, dispatch_outbox, free_expired_leases
from tests.events.outbox.rows import NOW, carrying, handling, states, tell
from tests.factories.events import AT, WebhookEndpointFactory

NOON = NOW + timedelta(hours=9)

pytestmark = pytest.mark.django_db


def test_a_handler_leaves_its_effect_its_mark_and_a_completed_row():
    seen = []
    with handling(lambda message: seen.append(message.payload)):
        event = tell(number=7)
        assert dispatch_outbox(at=NOW) == JobReport(done=1, failed=0)
        assert dispatch_outbox(at=NOW) == JobReport(done=0, failed=0)
    assert seen == [{"number": 7}]
    mark = InboxMessage.objects.get()
    assert (mark.source, mark.message_id, mark.message_type, mark.status) == (
        "internal:events.probe",
        str(event.pk),
        "x.happened",
        "processed",
    )
    row = OutboxMessage.objects.get()
    assert (row.status, row.completed_at, row.locked_by, row.locked_until) == ("completed", NOW, None, None)


def test_a_marked_event_is_not_handled_again():
    seen = []
    with handling(seen.append):
        event = tell()
        InboxMessage.objects.create(
            source="internal:events.probe", message_id=str(event.pk), status="processed", processed_at=AT
        )
        dispatch_outbox(at=NOW)
    assert (seen, states()) == ([], [("completed", 1)])


def test_many_of_one_aggregate_come_in_order_in_one_run():
    seen, subject = [], WebhookEndpointFactory()
    with handling(lambda message: seen.append(message.payload["number"])):
        for number in range(5):
            tell(subject, number=number)
        assert dispatch_outbox(at=NOW) == JobReport(done=5, failed=0)
    assert seen == [0, 1, 2, 3, 4]


def test_a_failure_undoes_its_effect_alone_and_keeps_what_stands_behind_it_waiting():
    def handler(message):
        Counter.objects.create(
            key=f"probe-{message.payload['number']}", window_start=AT, hits=1, expires_at=NOW
        )
        if message.payload["number"] == 1:
            raise InUse("jane@example.com holds it")

    subject = WebhookEndpointFactory()
    with handling(handler):
        for number in range(3):
            tell(subject, number=number)
        tell(number=3)
        assert dispatch_outbox(at=NOW) == JobReport(done=3, failed=1)
    assert sorted(Counter.objects.values_list("key", flat=True)) == ["probe-0", "probe-3"]
    assert states() == [("completed", 1), ("pending", 1), ("pending", 0), ("completed", 1)]
    failed = OutboxMessage.objects.get(attempts=1, status="pending")
    assert failed.error == "InUse: in_use"
    assert timedelta(seconds=1.8) <= failed.next_attempt_at - NOW <= timedelta(seconds=2.2)
    assert claim_due(worker="w", at=NOW, limit=10) == []
    due = claim_due(worker="w", at=NOW + timedelta(seconds=3), limit=10)
    assert [row.payload["number"] for row in due] == [1]


def test_the_last_attempt_parks_alerts_and_blocks_its_aggregate_alone():
    def handler(message):
        if message.payload["number"] == 0:
            raise RuntimeError("jane@example.com")

    subject = WebhookEndpointFactory()
    at = NOW
    with handling(handler):
        tell(subject, number=0)
        tell(subject, number=1)
        tell(number=2)
        for _attempt in range(8):
            dispatch_outbox(at=at)
            at += timedelta(minutes=6)
    assert states() == [("failed", 5), ("pending", 0), ("completed", 1)]
    parked = OutboxMessage.objects.get(status="failed")
    assert parked.error.startswith("RuntimeError at handler:")
    alert = SystemEvent.objects.get(action="message_parked")
    assert alert.entity_id == parked.pk
    assert "jane" not in str(alert.event_data)


def test_a_courier_gets_the_row_and_its_answer_is_kept():
    sent = []

    def send(message, at):
        assert not connection.in_atomic_block or connection.savepoint_ids == []
        sent.append((message.pk, message.payload, message.private_payload, at))
        return 202

    with carrying(send):
        tell(target="voice", private={"to": "x"}, cents=5)
        assert dispatch_outbox(at=NOW) == JobReport(done=1, failed=0)
    row = OutboxMessage.objects.get()
    assert sent == [(row.pk, {"cents": 5}, {"to": "x"}, NOW)]
    assert (row.status, row.response_status_code) == ("completed", 202)


@pytest.mark.parametrize(
    ("error", "status", "attempts", "words", "answer"),
    [
        (UnexpectedAnswer(503), "pending", 1, "HTTP 503", 503),
        (ConnectionError("jane@example.com"), "pending", 1, "ConnectionError at send", None),
        (Undeliverable("no such receiver"), "failed", 1, "no such receiver", None),
        (
            DeliveryRefused("suppressed", "no_consent"),
            "cancelled",
            1,
            "message_refused: suppressed, no_con",
            None,
        ),
        (
            DeliveryDeferred(NOW + timedelta(hours=9), "quiet_hours"),
            "pending",
            0,
            "deferred: quiet_hours",
            None,
        ),
    ],
)
def test_what_a_courier_says(error, status, attempts, words, answer):
    def send(message, at):
        raise error

    with carrying(send):
        tell(target="voice")
        dispatch_outbox(at=NOW)
    row = OutboxMessage.objects.get()
    assert (row.status, row.attempts, row.response_status_code) == (status, attempts, answer)
    assert row.error.startswith(words)
    if status == "pending" and attempts == 0:
        assert row.next_attempt_at == NOON


def test_rows_nobody_answers_for_are_parked_at_once():
    tell(target="voice")
    tell(target="email", private={"to": "jane@example.com"})
    with handling(print):
        tell()
        dispatch_outbox(at=NOW)
    assert {row.destination + row.target: (row.status, row.error) for row in OutboxMessage.objects.all()} == {
        "probevoice": ("failed", "no courier to voice"),
        "probeemail": ("failed", "nobody wrote the words of probe"),
        "events.probeinternal": ("completed", None),
    }


def test_a_handler_that_is_gone_parks_its_rows():
    with handling(print):
        tell()
    dispatch_outbox(at=NOW)
    row = OutboxMessage.objects.get()
    assert (row.status, row.error) == ("failed", "no handler events.probe")


def test_mail_is_composed_allowed_and_sent_once_with_the_rows_id(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    kind = MessageKind(
        name="probe", compose=lambda message: ("Hello", f"Dear {message.private_payload['name']}")
    )
    message_kinds.register("events", kind)
    try:
        tell(target="email", private={"to": "jane@example.com", "name": "Jane"})
        tell(target="email", private={"to": "", "name": "Nobody"})
        tell(target="sms", private={"to": "+15105550100", "name": "Jane"})
        dispatch_outbox(at=NOW)
    finally:
        message_kinds.remove("events", kind)
    rows = list(OutboxMessage.objects.order_by("sequence").values_list("status", "error"))
    assert rows == [
        ("completed", None),
        ("cancelled", "message_refused: no_address"),
        ("cancelled", "message_refused: no_consent"),
    ]
    line = (tmp_path / "outbox" / "mail.jsonl").read_text()
    row = OutboxMessage.objects.get(status="completed")
    assert f'"message_id": "{row.pk}"' in line
    assert '"body": "Dear Jane"' in line
    assert settings.MAIL_GATEWAY.endswith(FileMailGateway.__name__)


def test_a_lost_lease_settles_nothing_and_the_row_comes_again():
    """E-6: a worker that comes back after its lease finds the row somebody else's."""
    seen = []
    with handling(seen.append):
        tell()
        [row] = claim_due(worker="sleeper", at=NOW, limit=1)
        assert free_expired_leases(at=NOW + timedelta(seconds=59)) == 0
        assert free_expired_leases(at=NOW + timedelta(seconds=60)) == 1
        [again] = claim_due(worker="other", at=NOW + timedelta(seconds=60), limit=1)
        assert (again.pk, again.attempts) == (row.pk, 2)
        deliver_all([row], worker="sleeper", at=NOW + timedelta(seconds=61))
        assert seen == []
        deliver_all([again], worker="other", at=NOW + timedelta(seconds=61))
    assert (len(seen), states()) == (1, [("completed", 2)])


def test_rows_behind_a_retried_one_do_not_fill_the_batch():
    subject = WebhookEndpointFactory()
    for number in range(4):
        tell(subject, target="voice", number=number)
    first = OutboxMessage.objects.order_by("sequence")[0]
    OutboxMessage.objects.filter(pk=first.pk).update(next_attempt_at=NOW)
    assert [row.pk for row in claim_due(worker="w", at=NOW, limit=2)] == [first.pk]


def test_batches_smaller_than_a_queue_keep_its_order():
    """E-4: what fell due at one instant is taken from the heads of all queues on, each in its order."""
    deep, other = WebhookEndpointFactory(), WebhookEndpointFactory()
    for number in range(5):
        tell(deep, target="voice", number=number)
    tell(other, target="voice", number=9)
    batches = []
    with carrying(lambda _message, _at: None):
        while batch := claim_due(worker="w", at=NOW, limit=2):
            batches.append([row.payload["number"] for row in batch])
            deliver_all(batch, worker="w", at=NOW)
    assert batches == [[0, 9], [1, 2], [3, 4]]


def test_rows_of_a_queue_whose_head_is_anothers_are_left():
    """E-4: no second worker takes what stands behind a leased row, however many wait."""
    subject = WebhookEndpointFactory()
    for number in range(3):
        tell(subject, target="voice", number=number)
    assert [row.payload["number"] for row in claim_due(worker="one", at=NOW, limit=1)] == [0]
    assert claim_due(worker="two", at=NOW, limit=9) == []


def test_the_claim_leaves_targets_it_is_not_asked_for():
    tell(target="sms")
    tell(target="voice")
    assert [row.target for row in claim_due(worker="w", at=NOW, limit=9, targets=["voice"])] == ["voice"]
