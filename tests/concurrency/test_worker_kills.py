"""E-4 … E-8: workers are killed at random; afterwards every event has had its effect exactly once."""

import multiprocessing
import os
import random
import signal
import time
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.utils import timezone

from common.management.base import HouseCommand
from events.models import InboxMessage, OutboxMessage
from events.services.outbox import dispatch_outbox
from events.services.worker import run_worker, worker_name
from tests.events.outbox.rows import carrying, handling, tell
from tests.factories.events import WebhookEndpointFactory

SECONDS = 30
WORKERS = 3
SUBJECTS = 12

pytestmark = pytest.mark.django_db(transaction=True)

COUNT_EFFECT = """
INSERT INTO "events"."counters" (key, window_start, hits, expires_at)
VALUES (%s, '2026-01-01Z', 1, '2027-01-01Z')
ON CONFLICT (key, window_start) DO UPDATE SET hits = counters.hits + 1
"""


def effect(message):
    """Count the event, and sometimes die in the middle of it."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT_EFFECT, [str(message.event_id)])
    time.sleep(random.uniform(0, 0.004))


def work():
    with HouseCommand().stoppable() as stopped:
        run_worker(worker=worker_name(), stopped=stopped, names=["dispatch_outbox"])


def start():
    # A connection must not be inherited: whoever closes it first closes it for both.
    connections.close_all()
    process = multiprocessing.get_context("fork").Process(target=work, daemon=True)
    process.start()
    return process


def effects():
    with connection.cursor() as cursor:
        cursor.execute('SELECT key, hits FROM "events"."counters"')
        return dict(cursor.fetchall())


def test_killed_workers_lose_and_double_nothing(tmp_path):
    sent = tmp_path / "sent"

    def send(message, _at):
        descriptor = os.open(sent, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.write(descriptor, f"{message.pk}\n".encode())
        os.close(descriptor)

    subjects = [WebhookEndpointFactory() for _ in range(SUBJECTS)]
    kills = 0
    with handling(effect), carrying(send, target="voice"):
        workers = [start() for _ in range(WORKERS)]
        try:
            deadline = time.monotonic() + SECONDS
            while time.monotonic() < deadline:
                for subject in random.choices(subjects, k=6):
                    tell(subject, target="voice", at=timezone.now())
                time.sleep(0.1)
                if random.random() < 0.15:
                    victim = random.randrange(WORKERS)
                    workers[victim].kill()
                    workers[victim].join()
                    workers[victim] = start()
                    kills += 1
            time.sleep(1)  # whoever was just started has to hear the signal
        finally:
            for process in workers:
                os.kill(process.pid, signal.SIGTERM)
            for process in workers:
                process.join(30)
        assert [process.exitcode for process in workers] == [0] * WORKERS
        # What a killed worker held is due again when its lease ends.
        at = timezone.now() + timedelta(seconds=61)
        while dispatch_outbox(at=at, worker="last").done:
            at += timedelta(seconds=1)
    assert list(OutboxMessage.objects.exclude(status="completed").values("status", "attempts", "error")) == []
    assert kills >= 5
    events = {str(pk) for pk in OutboxMessage.objects.values_list("event_id", flat=True)}
    assert len(events) > 200
    assert effects() == dict.fromkeys(events, 1)
    assert set(InboxMessage.objects.values_list("message_id", flat=True)) == events
    rows = {str(pk) for pk in OutboxMessage.objects.filter(target="voice").values_list("pk", flat=True)}
    assert set(sent.read_text().split()) == rows
