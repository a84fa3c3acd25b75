"""Section 16, section 17: one job now, one runner at a time, each item on its own."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from threading import Event, Thread

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from structlog.testing import capture_logs

from common.db.locks import LockTimeout
from common.exceptions import InUse
from events.models import WebhookEndpoint
from events.registry import Job, JobReport, jobs
from events.services.jobs import run_items, run_job
from tests.factories.events import WebhookEndpointFactory

pytestmark = pytest.mark.django_db
AT = datetime(2026, 5, 1, 19, tzinfo=UTC)


def rename(endpoint):
    if endpoint.name == "bad":
        raise InUse("somebody holds it\nDETAIL: jane@example.com")
    if endpoint.name.endswith("done"):
        return False
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(name=f"{endpoint.name} done")
    return True


def rename_all(*, at):
    assert at == AT
    return run_items("test_rename", WebhookEndpoint.objects.order_by("id"), rename)


@pytest.fixture
def job():
    made = Job(name="test_rename", every=timedelta(minutes=5), purpose="rename endpoints", run=rename_all)
    jobs.register("events", made)
    yield made
    jobs.remove("events", made)


@pytest.fixture
def endpoints():
    return [WebhookEndpointFactory(name=name) for name in ("new", "bad", "newer", "done")]


def names():
    return sorted(WebhookEndpoint.objects.values_list("name", flat=True))


def run(*args):
    out = StringIO()
    call_command("run_job", "--json", *args, stdout=out)
    return json.loads(out.getvalue())


def test_a_failing_item_is_logged_and_the_rest_goes_on(job, endpoints):
    with capture_logs() as logs:
        assert run_job(job, at=AT) == JobReport(done=2, failed=1)
    assert names() == ["bad", "done", "new done", "newer done"]
    assert logs == [
        {
            "event": "job_item_failed",
            "log_level": "warning",
            "job": "test_rename",
            "item": str(endpoints[1].pk),
            "error": "InUse",
            "message": "somebody holds it",
        }
    ]


@pytest.mark.django_db(transaction=True)
def test_a_lost_database_ends_the_run(endpoints):
    """No item after it could do better."""
    seen = []

    def lose(endpoint):
        seen.append(endpoint.pk)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return True

    try:
        with pytest.raises(OperationalError):
            run_items("test_rename", list(WebhookEndpoint.objects.all()), lose)
    finally:
        connection.close()
    assert len(seen) == 1


@pytest.mark.django_db(transaction=True)
def test_one_runner_at_a_time(endpoints):
    started, leave = Event(), Event()

    def wait(*, at):
        started.set()
        leave.wait(10)
        return JobReport(done=1)

    slow = Job(name="test_slow", every=timedelta(minutes=1), purpose="wait", run=wait)
    answers = []

    def first():
        try:
            answers.append(run_job(slow, at=AT))
        finally:
            connection.close()

    runner = Thread(target=first)
    runner.start()
    assert started.wait(10)
    try:
        with pytest.raises(LockTimeout, match="test_slow is running already"):
            run_job(slow, at=AT)
    finally:
        leave.set()
        runner.join()
    assert answers == [JobReport(done=1)]
    leave.set()
    assert run_job(slow, at=AT) == JobReport(done=1)


def test_the_command_reports_and_ends_with_1_on_failed_items(job, endpoints):
    out = StringIO()
    with pytest.raises(CommandError, match="1 items failed") as caught:
        call_command("run_job", "--job", "test_rename", "--at", "2026-05-01T19:00:00Z", "--json", stdout=out)
    assert caught.value.returncode == 1
    assert json.loads(out.getvalue()) == {
        "job": "test_rename",
        "at": "2026-05-01T19:00:00Z",
        "done": 2,
        "failed": 1,
    }


def test_dry_run_rolls_every_item_back(job):
    WebhookEndpointFactory(name="new")
    at = ("--at", "2026-05-01T12:00:00-07:00")
    assert run("--job", "test_rename", *at, "--dry-run")["done"] == 1
    assert names() == ["new"]
    assert run("--job", "test_rename", *at)["done"] == 1
    assert names() == ["new done"]


def test_list_names_the_jobs_of_the_house():
    assert run("--list") == {
        "auto_cancel_deposits": "cancel bookings whose deposit did not come in time; every 0:05:00",
        "cancellation_alerts": (
            "alert of requests to cancel that nobody has decided for a day; every 0:30:00"
        ),
        "chef_alerts": "alert of parties within a week that have no chef; every 0:30:00",
        "close_past_bookings": "complete the parties that are over; every 1:00:00",
        "deposit_reminders": "remind customers of deposits that are still open; every 0:05:00",
        "dispatch_outbox": "deliver what is due in the outbox; every 0:00:01",
        "expire_holds": "free the slots of holds past their deadline; every 0:01:00",
        "match_payments": "find the bookings of money that arrived by itself; every 0:05:00",
        "process_inbox": "process what came in from outside; every 0:00:01",
        "prove_slots": "recount what is occupied and compare it with the claims; every 1 day, 0:00:00",
        "purge_keys": "delete expired idempotency keys, counters and refresh tokens; every 1:00:00",
        "purge_retention": "end what has been kept for its time; every 1 day, 0:00:00",
        "seal_event_chain": "seal the events of the hour; every 1:00:00",
        "send_booking_reminders": "remind customers of their parties; every 0:05:00",
        "verify_chains": "recompute the chains and recount what was sealed; every 1 day, 0:00:00",
        "warn_holds": "mail whoever has an hour left to sign or pay; every 0:05:00",
    }


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--job", "nonsense"], "invalid choice: 'nonsense'"),
        ([], "one of the arguments --job --list is required"),
        (["--list", "--job", "expire_holds"], "not allowed with"),
        (["--job", "expire_holds", "--at", "soon"], "is no date"),
    ],
)
def test_wrong_flags(args, words):
    with pytest.raises(CommandError, match=words):
        call_command("run_job", *args)
