"""E-2: verifying names the first bad row."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from bookings.models import SystemEvent
from events.registry import Finding, JobReport, jobs
from events.selectors import count_events, list_events, verify_chain
from events.services.jobs import run_job
from tests.factories.events import AT, WebhookEndpointFactory, publish_about

pytestmark = pytest.mark.django_db
TABLE = '"events"."domain_events"'


@pytest.fixture
def chains():
    """Two subjects with three events each."""
    subjects = [WebhookEndpointFactory(), WebhookEndpointFactory()]
    return [(subject, publish_about(subject, 3)) for subject in subjects]


def tamper(statement: str, *values) -> None:
    """Change rows as somebody with the keys to the database could."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {TABLE} DISABLE TRIGGER USER")
        cursor.execute(statement, values)
        cursor.execute(f"ALTER TABLE {TABLE} ENABLE TRIGGER USER")


def finding(subject, event, problem: str) -> Finding:
    return Finding(
        "events",
        f"webhookendpoint {subject.pk}",
        f"version {event.version} (sequence {event.sequence})",
        problem,
    )


def test_whole_chains_have_no_findings(chains):
    assert list(verify_chain()) == []
    assert count_events() == 6


def test_a_changed_payload_is_found(chains):
    subject, events = chains[1]
    tamper(f"UPDATE {TABLE} SET payload = '{{\"step\": 9}}' WHERE id = %s", events[1].id)
    assert list(verify_chain()) == [finding(subject, events[1], "content does not match its hash (format 1)")]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("event_type", "'other'"),
        ("occurred_at", "now()"),
        ("actor_type", "'guest'"),
        ("station_id", "gen_random_uuid()"),
    ],
)
def test_every_hashed_member_counts(column, value, chains):
    subject, events = chains[0]
    tamper(f"UPDATE {TABLE} SET {column} = {value} WHERE id = %s", events[2].id)
    assert [found.row for found in verify_chain()] == [finding(subject, events[2], "").row]


def test_a_removed_row_is_found(chains):
    subject, events = chains[0]
    tamper(f"DELETE FROM {TABLE} WHERE id = %s", events[1].id)
    assert list(verify_chain()) == [finding(subject, events[2], "version 2 is missing")]


def test_a_rewritten_row_breaks_the_next(chains):
    subject, events = chains[0]
    tamper(f"UPDATE {TABLE} SET hash_current = repeat('a', 64) WHERE id = %s", events[0].id)
    assert [found.problem for found in verify_chain()] == ["content does not match its hash (format 1)"]
    tamper(f"UPDATE {TABLE} SET hash_current = %s WHERE id = %s", events[0].hash_current, events[0].id)
    tamper(f"UPDATE {TABLE} SET hash_previous = repeat('b', 64) WHERE id = %s", events[1].id)
    assert list(verify_chain()) == [
        finding(subject, events[1], "previous hash is not that of the version before")
    ]


def test_only_the_first_bad_row_of_a_subject_is_named(chains):
    tamper(f"UPDATE {TABLE} SET payload = '{{}}'")
    assert [found.row.partition(" (")[0] for found in verify_chain()] == ["version 1", "version 1"]


def test_since_leaves_older_rows_alone(chains):
    subject, events = chains[0]
    now = timezone.now()
    tamper(
        f"UPDATE {TABLE} SET payload = '{{}}', created_at = %s WHERE id = %s",
        now - timedelta(days=2),
        events[0].id,
    )
    assert len(list(verify_chain())) == 1
    assert list(verify_chain(now - timedelta(days=1))) == []
    assert count_events(now - timedelta(days=1)) == 5
    tamper(f"UPDATE {TABLE} SET payload = '{{}}' WHERE id = %s", events[1].id)
    assert [found.row for found in verify_chain(now - timedelta(days=1))] == [
        finding(subject, events[1], "").row
    ]


def test_list_events_is_the_history_of_one_subject(chains):
    subject, events = chains[0]
    assert list(list_events(aggregate_type="webhookendpoint", aggregate_id=subject.pk)) == events


def test_long_logs_are_read_in_batches(chains):
    _subject, events = chains[1]
    tamper(f"UPDATE {TABLE} SET payload = '{{}}' WHERE id = %s", events[2].id)
    assert len(list(verify_chain(batch=2))) == 1


def run(*args: str) -> dict:
    out = StringIO()
    call_command("verify_chains", "--json", *args, stdout=out)
    return json.loads(out.getvalue())


def test_the_command_reports_counts(chains):
    none = {"consents": 0, "events": 0, "seals": 0}
    assert run() == {"verified": none | {"events": 6}, "findings": []}
    assert run("--since", "2999-01-01") == {"verified": none, "findings": []}
    assert run("--since", "2020-01-01T00:00:00-08:00")["verified"] == none | {"events": 6}


def test_the_command_ends_with_1_on_findings(chains):
    subject, events = chains[0]
    tamper(f"UPDATE {TABLE} SET payload = '{{}}' WHERE id = %s", events[2].id)
    out = StringIO()
    with pytest.raises(CommandError) as refused:
        call_command("verify_chains", stdout=out)
    assert refused.value.returncode == 1
    assert f"webhookendpoint {subject.pk}" in out.getvalue()
    assert f"sequence {events[2].sequence}" in out.getvalue()


def test_a_wrong_date_is_a_wrong_flag():
    with pytest.raises(CommandError, match="is no date"):
        call_command("verify_chains", "--since", "soon")


def told():
    """Return cause, subject and message of every alert (M-8)."""
    rows = SystemEvent.objects.filter(service="alerts").order_by("id")
    return [(row.action, row.entity_type, row.event_data["message"]) for row in rows]


def test_m8_the_daily_job_tells_once_of_the_same_findings(chains):
    job = next(job for job in jobs if job.name == "verify_chains")
    assert (job.every, run_job(job, at=AT)) == (timedelta(days=1), JobReport(done=6))
    assert told() == []
    subject, events = chains[1]
    tamper(f"UPDATE {TABLE} SET payload = '{{}}' WHERE id = %s", events[1].id)
    for day in range(3):
        assert run_job(job, at=AT + timedelta(days=day)) == JobReport(done=6, failed=1)
    words = (
        f"1 findings in the chain of events. The first: webhookendpoint {subject.pk}, "
        f"version 2 (sequence {events[1].sequence}): content does not match its hash (format 1)."
    )
    assert told() == [("chain_broken", "chain", words)]
    tamper(f"UPDATE {TABLE} SET payload = '{{}}' WHERE id = %s", chains[0][1][2].id)
    run_job(job, at=AT + timedelta(days=3))
    assert len(told()) == 2
