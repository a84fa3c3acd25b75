"""E-4: events are relayed to a broker, in memory and to a real Redis."""

import shutil
import socket
import subprocess
import time

import pytest
from kombu import Connection

from events.models import DomainEvent, OutboxMessage
from events.registry import JobReport
from events.services.broker import QUEUE
from events.services.outbox import dispatch_outbox
from events.upcasters import Upcaster, upcasters
from tests.events.outbox.rows import NOW, tell

pytestmark = pytest.mark.django_db


def take_all(url):
    """Return what lies in the queue: routing key, message id, body."""
    with Connection(url) as connection, connection.channel() as channel:
        queue = QUEUE(channel)
        queue.declare()
        taken = []
        while (message := queue.get(no_ack=True)) is not None:
            taken.append(
                (message.delivery_info["routing_key"], message.properties["message_id"], message.decode())
            )
        return taken


@pytest.fixture
def redis_url(tmp_path):
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("redis-server is not installed (Debian's package redis-server)")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)],
        stdout=subprocess.DEVNULL,
    )
    try:
        for _try in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait(10)


def relay(settings, url):
    settings.EVENTS_BROKER_URL = url
    tell(code="A")
    tell(code="B")
    assert dispatch_outbox(at=NOW) == JobReport(done=2, failed=0)
    events = list(DomainEvent.objects.order_by("sequence"))
    taken = take_all(url)
    assert [(key, name, body["payload"]) for key, name, body in taken] == [
        ("x.happened", str(events[0].pk), {"code": "A"}),
        ("x.happened", str(events[1].pk), {"code": "B"}),
    ]
    assert taken[0][2] | {"payload": None} == {
        "id": str(events[0].pk),
        "sequence": events[0].sequence,
        "event_type": "x.happened",
        "event_version": 1,
        "aggregate_type": "webhookendpoint",
        "aggregate_id": str(events[0].aggregate_id),
        "version": 1,
        "station_id": None,
        "occurred_at": "2026-03-01T12:00:00+00:00",
        "payload": None,
    }


def test_events_reach_a_broker_in_memory(settings):
    relay(settings, "memory://")


def test_e3_a_broker_gets_the_newest_shape(settings):
    settings.EVENTS_BROKER_URL = "memory://"
    tell(amount=5)
    step = upcasters.register(
        "events",
        Upcaster(event_type="x.happened", from_version=1, lift=lambda old: {"amount_cents": old["amount"]}),
    )
    try:
        dispatch_outbox(at=NOW)
        taken = [(body["event_version"], body["payload"]) for _key, _name, body in take_all("memory://")]
    finally:
        upcasters.remove("events", step)
    assert taken == [(2, {"amount_cents": 5})]


def test_events_reach_a_real_redis(settings, redis_url):
    relay(settings, redis_url)


def test_a_broker_that_is_down_is_tried_again(settings):
    settings.EVENTS_BROKER_URL = "redis://127.0.0.1:1/0"
    tell()
    assert dispatch_outbox(at=NOW) == JobReport(done=0, failed=1)
    row = OutboxMessage.objects.get()
    assert (row.status, row.attempts, row.max_attempts) == ("pending", 1, 8)
    assert "127.0.0.1" not in row.error


def test_without_a_broker_no_row_is_written():
    tell()
    assert not OutboxMessage.objects.exists()
