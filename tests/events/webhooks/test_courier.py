"""E-5, E-6, E-9: deliveries to a receiver on this machine."""

import json
import threading
from datetime import timedelta

import pytest
from django.db import transaction

from events.models import DomainEvent, OutboxMessage, WebhookEndpoint
from events.registry import JobReport
from events.services import publish
from events.services.outbox import dispatch_outbox
from events.services.webhooks import delete_endpoint, rotate_secret
from events.upcasters import Upcaster, upcasters
from identity.models import StationAuditLog
from tests.events.outbox.rows import NOW, states, tell
from tests.events.webhooks.receiver import receiving
from tests.factories.events import AT, SYSTEM, CounterFactory, WebhookEndpointFactory

SOON = NOW + timedelta(minutes=6)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loopback")]


def endpoint(receiver, name="books", types=("x.*",)):
    return WebhookEndpointFactory(name=name, url=receiver.url(), event_types=list(types))


def ids(receiver):
    return [headers["webhook-id"] for _path, headers, _body in receiver.posts]


def told(receiver):
    return [json.loads(body)["payload"] for _path, _headers, body in receiver.posts]


def test_e3_receivers_get_the_newest_shape():
    with receiving(204) as receiver:
        endpoint(receiver)
        tell(amount=5)
        step = upcasters.register(
            "events",
            Upcaster(
                event_type="x.happened", from_version=1, lift=lambda old: {"amount_cents": old["amount"]}
            ),
        )
        try:
            dispatch_outbox(at=NOW)
        finally:
            upcasters.remove("events", step)
    [(_path, _headers, body)] = receiver.posts
    posted = json.loads(body)
    assert (posted["version"], posted["payload"]) == (2, {"amount_cents": 5})


def test_a_delivery_holds_the_event_and_proves_its_sender(verify):
    subject = CounterFactory()
    with receiving(204) as receiver:
        books = endpoint(receiver)
        event = tell(subject, code="A", cents=5)
        assert dispatch_outbox(at=NOW) == JobReport(done=1, failed=0)
    row = OutboxMessage.objects.get()
    assert (row.status, row.response_status_code, row.attempts) == ("completed", 204, 1)
    [(path, headers, body)] = receiver.posts
    assert path == "/hook"
    assert headers["content-type"] == "application/json"
    assert headers["user-agent"] == "MyHibachi-Webhooks/1"
    assert (headers["webhook-id"], headers["webhook-timestamp"]) == (str(row.pk), str(int(NOW.timestamp())))
    assert json.loads(body) == {
        "id": str(event.pk),
        "type": "x.happened",
        "version": 1,
        "occurred_at": "2026-03-01T12:00:00Z",
        "aggregate": {"type": "counter", "id": str(subject.pk), "version": 1},
        "station_id": None,
        "payload": {"code": "A", "cents": 5},
    }
    assert verify([books.secret], headers, body, NOW.timestamp())
    assert not verify([books.secret], headers, body, NOW.timestamp() + 301)


def test_p4_nothing_personal_leaves(verify):
    with receiving() as receiver:
        endpoint(receiver)
        tell(private={"to": "jane@example.com"}, target="voice", code="A")
        dispatch_outbox(at=NOW, targets=["webhook"])
    assert "jane" not in str(receiver.posts)


def test_the_events_of_all_stations_reach_an_endpoint():
    station = "00000000-0000-4000-8000-000000000009"
    with receiving() as receiver:
        endpoint(receiver)
        with transaction.atomic():
            publish("x.happened", subject=CounterFactory(), by=SYSTEM, at=AT, station_id=station)
        dispatch_outbox(at=NOW)
    assert json.loads(receiver.posts[0][2])["station_id"] == station


def test_while_rotating_both_secrets_sign(verify):
    with receiving() as receiver:
        books = endpoint(receiver)
        old = books.secret
        new = rotate_secret(endpoint=books, by=SYSTEM).secret
        tell()
        dispatch_outbox(at=NOW)
    [(_path, headers, body)] = receiver.posts
    assert verify([old], headers, body, NOW.timestamp())
    assert verify([new], headers, body, NOW.timestamp())
    rotate_secret(endpoint=books, keep_previous=False, by=SYSTEM)
    OutboxMessage.objects.update(status="pending", completed_at=None)
    with receiving() as receiver:
        WebhookEndpoint.objects.filter(pk=books.pk).update(url=receiver.url())
        dispatch_outbox(at=NOW)
    [(_path, headers, body)] = receiver.posts
    assert not verify([old, new], headers, body, NOW.timestamp())


def test_e6_what_fails_comes_again_under_the_same_id(verify):
    with receiving(500, 200) as receiver:
        books = endpoint(receiver)
        tell(code="A")
        assert dispatch_outbox(at=NOW) == JobReport(done=0, failed=1)
        row = OutboxMessage.objects.get()
        assert (row.status, row.attempts, row.error, row.response_status_code) == (
            "pending",
            1,
            "HTTP 500",
            500,
        )
        assert timedelta(seconds=1.8) <= row.next_attempt_at - NOW <= timedelta(seconds=2.2)
        assert dispatch_outbox(at=SOON) == JobReport(done=1, failed=0)
    assert ids(receiver) == [str(row.pk)] * 2
    first, second = receiver.posts
    assert first[2] == second[2], "the body stays"
    assert verify([books.secret], second[1], second[2], SOON.timestamp()), "with a fresh timestamp"


def test_e5_after_eight_attempts_a_delivery_is_parked_and_blocks_its_record_alone():
    subject = CounterFactory()
    with receiving(503) as receiver:
        endpoint(receiver)
        tell(subject, number=1)
        tell(subject, number=2)
        at = NOW
        for _attempt in range(9):
            dispatch_outbox(at=at)
            at += timedelta(minutes=6)
        assert states() == [("failed", 8), ("pending", 0)]
        receiver.answers = [200]
        tell(CounterFactory(key="other"), number=3)
        dispatch_outbox(at=at)
    assert states() == [("failed", 8), ("pending", 0), ("completed", 1)]
    assert told(receiver)[-1] == {"number": 3}


def test_e4_events_of_a_record_come_in_order():
    subject = CounterFactory()
    with receiving(500, 200) as receiver:
        endpoint(receiver)
        for number in range(3):
            tell(subject, number=number)
        dispatch_outbox(at=NOW)
        assert told(receiver) == [{"number": 0}], "what stands behind a failure waits"
        while dispatch_outbox(at=SOON).done:
            pass
    assert told(receiver) == [{"number": number} for number in (0, 0, 1, 2)]


def test_a_broken_receiver_does_not_hold_up_another():
    subject = CounterFactory()
    with receiving(500) as broken, receiving(200) as good:
        endpoint(broken, "broken")
        endpoint(good, "good")
        tell(subject, number=1)
        assert dispatch_outbox(at=NOW) == JobReport(done=1, failed=1)
    assert told(good) == [{"number": 1}]


def test_a_silent_receiver_is_tried_again(settings):
    settings.WEBHOOK_TIMEOUT_SECONDS = 0.2
    done = threading.Event()
    with receiving(lambda _handler: done.wait(30)) as receiver:
        endpoint(receiver)
        tell()
        assert dispatch_outbox(at=NOW) == JobReport(done=0, failed=1)
        done.set()
    row = OutboxMessage.objects.get()
    assert (row.status, row.attempts, row.response_status_code) == ("pending", 1, None)
    assert row.error.startswith("TimeoutError at ")


def test_a_redirect_is_no_success_and_not_followed():
    with receiving(301) as receiver:
        endpoint(receiver)
        tell()
        dispatch_outbox(at=NOW)
    row = OutboxMessage.objects.get()
    assert (row.status, row.error, len(receiver.posts)) == ("pending", "HTTP 301", 1)


def test_410_switches_the_endpoint_off():
    subject = CounterFactory()
    with receiving(410) as receiver:
        books = endpoint(receiver)
        for number in range(3):
            tell(subject, number=number)
        tell(CounterFactory(key="other"), number=3)
        dispatch_outbox(at=NOW)
        tell(subject, number=4)
        dispatch_outbox(at=SOON)
    books.refresh_from_db()
    assert (books.is_active, books.disabled_at) == (False, NOW)
    assert len(receiver.posts) == 1, "nothing more is sent to it"
    rows = OutboxMessage.objects.order_by("sequence").values_list("status", "error")
    assert list(rows) == [
        ("cancelled", "message_refused: HTTP 410, endpoint switched off"),
        *[("cancelled", "message_refused: endpoint switched off")] * 3,
    ]
    row = StationAuditLog.objects.get(resource_type="webhookendpoint")
    assert (row.actor_label, row.user_id, row.reason) == (
        "system:webhooks",
        None,
        "The receiver answered 410.",
    )


class MovingGateway:
    """A receiver that says 410 while the owner gives the endpoint another address."""

    def post(self, _post):
        WebhookEndpoint.objects.update(url="https://new.example/")
        return 410


def test_a_410_of_an_address_that_was_changed_meanwhile_is_only_a_failure(settings):
    settings.WEBHOOK_GATEWAY = f"{__name__}.MovingGateway"
    books = WebhookEndpointFactory(event_types=["*"])
    tell()
    dispatch_outbox(at=NOW)
    row = OutboxMessage.objects.get()
    assert (row.status, row.error, row.response_status_code) == ("pending", "HTTP 410", 410)
    books.refresh_from_db()
    assert books.is_active


def test_rows_of_a_deleted_endpoint_are_cancelled():
    with receiving() as receiver:
        books = endpoint(receiver)
        tell()
        OutboxMessage.objects.update(
            status="processing", locked_until=NOW, locked_by="w"
        )  # held while it was deleted
        delete_endpoint(endpoint=books, reason="not used any more", by=SYSTEM, at=AT)
        dispatch_outbox(at=NOW)
    row = OutboxMessage.objects.get()
    assert (row.status, row.error, receiver.posts) == ("cancelled", "message_refused: endpoint deleted", [])


def test_a_private_address_parks_the_delivery_at_once(settings):
    settings.WEBHOOK_PRIVATE_NETWORKS = []
    with receiving() as receiver:
        endpoint(receiver)
        tell()
        assert dispatch_outbox(at=NOW) == JobReport(done=0, failed=1)
    row = OutboxMessage.objects.get()
    assert (row.status, row.attempts, receiver.posts) == ("failed", 1, [])
    assert row.error == (
        "http to 127.0.0.1 is forbidden: it is neither public and https"
        " nor listed in WEBHOOK_PRIVATE_NETWORKS"
    )


def test_the_file_gateway_sends_nothing_and_keeps_a_record(settings, tmp_path):
    settings.WEBHOOK_GATEWAY = "common.gateways.FileWebhookGateway"
    settings.VAR_DIR = tmp_path
    with receiving() as receiver:
        endpoint(receiver)
        event = tell(code="A")
        dispatch_outbox(at=NOW)
    row = OutboxMessage.objects.get()
    assert (row.status, row.response_status_code, receiver.posts) == ("completed", 202, [])
    [line] = (tmp_path / "outbox" / "webhooks.jsonl").read_text().splitlines()
    kept = json.loads(line)
    assert (kept["url"], kept["headers"]["webhook-id"]) == (receiver.url(), str(row.pk))
    assert json.loads(kept["body"])["id"] == str(event.pk) == str(DomainEvent.objects.get().pk)
