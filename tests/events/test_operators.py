"""Section 17, E-8: replay_messages, health_report, worker --once, and the readiness probe."""

import json
from datetime import datetime, timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from common.crypto.keyring import crypto_keys
from events.models import OutboxMessage
from events.services.inbox import receive_message
from events.services.outbox import dispatch_outbox
from events.services.seals import seal_event_chain
from tests.events.outbox.rows import NOW, carrying, handling, states, tell
from tests.factories.events import AT

pytestmark = pytest.mark.django_db


def run(command, *args, code=0):
    out = StringIO()
    if code:
        with pytest.raises(CommandError) as caught:
            call_command(command, *args, "--json", stdout=out)
        assert caught.value.returncode == code
    else:
        call_command(command, *args, "--json", stdout=out)
    return json.loads(out.getvalue()) if out.getvalue() else str(caught.value)


@pytest.fixture
def parked():
    tell(target="voice")
    tell(target="voice")
    dispatch_outbox(at=NOW)
    assert states() == [("failed", 1), ("failed", 1)]


def test_parked_rows_are_made_due_again(parked):
    assert run("replay_messages", "--box", "outbox", "--dry-run")["replayed"] == 2
    assert states() == [("failed", 1), ("failed", 1)]
    assert run("replay_messages", "--box", "outbox") == {"box": "outbox", "replayed": 2, "refused": []}
    assert states() == [("pending", 0), ("pending", 0)]


def test_one_row_and_one_that_does_not_exist(parked):
    first, unknown = OutboxMessage.objects.order_by("sequence")[0], uuid4()
    report = run("replay_messages", "--box", "outbox", "--id", str(first.pk), str(unknown), code=1)
    assert (report["replayed"], [item["id"] for item in report["refused"]]) == (1, [str(unknown)])
    assert states() == [("pending", 0), ("failed", 1)]


def test_done_rows_need_force():
    with handling(print):
        tell()
        dispatch_outbox(at=NOW)
        report = run("replay_messages", "--box", "outbox", "--status", "completed", code=1)
        assert [item["code"] for item in report["refused"]] == ["invalid_transition"]
        assert run("replay_messages", "--box", "outbox", "--status", "completed", "--force")["replayed"] == 1
    assert states() == [("pending", 0)]


def test_a_state_that_does_not_exist_is_named():
    words = run("replay_messages", "--box", "inbox", "--status", "lost", code=1)
    assert words == "--status must be one of pending, processing, processed, ignored, failed."


def test_health_report_counts_what_waits_and_what_is_parked(parked):
    tell(target="voice", at=timezone.now() - timedelta(seconds=400))
    receive_message(source="x", message_id="1", payload="", at=timezone.now() + timedelta(hours=1))
    report = run("health_report", code=1)
    assert report["queues"]["outbox"] | {"lag_seconds": 0} == {"waiting": 1, "lag_seconds": 0, "parked": 2}
    assert 400 <= report["queues"]["outbox"]["lag_seconds"] < 460
    assert report["queues"]["inbox"] == {"waiting": 1, "lag_seconds": 0, "parked": 0}
    assert report["lag_goal"] == {"seconds": 60, "missed_by": ["outbox"]}
    assert report["last_sealed_at"] is None
    assert (report["newest_key"], report["older_keys"]) == (crypto_keys().newest, [])
    assert report["rows_under_older_keys"] == {}


def test_health_report_tells_when_the_log_was_sealed_last():
    tell()
    at = timezone.now() + timedelta(minutes=6)
    seal_event_chain(at=at)
    report = run("health_report")
    assert datetime.fromisoformat(report["last_sealed_at"]) == at.replace(
        microsecond=at.microsecond // 1000 * 1000
    )
    assert report["lag_goal"]["missed_by"] == []


def test_readiness_is_degraded_while_something_is_due_for_five_minutes(client):
    assert client.get(reverse("health-ready")).json()["status"] == "ok"
    tell(target="voice", at=timezone.now() - timedelta(seconds=301))
    answer = client.get(reverse("health-ready"))
    assert (answer.status_code, answer.json()["checks"]["queues"]) == (200, "degraded")


def test_worker_once_does_what_is_due_and_ends():
    sent = []
    with carrying(lambda message, _at: sent.append(message.pk), target="voice"):
        tell(target="voice", at=AT)
        report = run("worker", "--once")
        assert report["dispatch_outbox"] == {"done": 1, "failed": 0}
        assert {"expire_holds", "warn_holds", "purge_keys", "process_inbox"} <= report.keys()
        assert run("worker", "--once", "--queues", "process_inbox") == {
            "process_inbox": {"done": 0, "failed": 0}
        }
    assert len(sent) == 1


def test_worker_refuses_a_job_nobody_knows():
    assert run("worker", "--queues", "sweep", code=1).startswith("There is no job sweep")
