"""E-2: hourly seals over the log, and what verifying makes of lost, added and altered rows."""

import hashlib
import json
import threading
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone
from structlog.testing import capture_logs

from events.models import DomainEvent
from events.registry import Finding, JobReport
from events.selectors import count_seals, list_seals, verify_chain, verify_seals
from events.services.seals import seal_event_chain
from tests.concurrency.racing import race
from tests.factories.events import WebhookEndpointFactory, publish_about

pytestmark = pytest.mark.django_db
TABLE = '"events"."domain_events"'


def soon():
    """Return an instant at which everything stored until now is old enough to be sealed."""
    return timezone.now() + timedelta(minutes=6)


def said():
    return [seal.payload for seal in list_seals()]


def rows_of(seal):
    said = seal.payload
    return DomainEvent.objects.filter(
        sequence__gte=said["from_sequence"], sequence__lte=said["to_sequence"]
    ).order_by("sequence")


def tamper(statement: str, *values) -> None:
    """Change rows as somebody with the keys to the database could."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {TABLE} DISABLE TRIGGER USER")
        cursor.execute(statement, values)
        cursor.execute(f"ALTER TABLE {TABLE} ENABLE TRIGGER USER")


def finding(seal, problem: str) -> Finding:
    said = seal.payload
    return Finding(
        "seals",
        f"seal {seal.version}",
        f"sequence {said['from_sequence']} to {said['to_sequence']}",
        problem,
    )


@pytest.fixture
def aggregates():
    """Three aggregates with two events each."""
    return [publish_about(WebhookEndpointFactory(), 2) for _ in range(3)]


@pytest.fixture
def seals(aggregates):
    """Two seals: over the six events, and over the first seal and two more events."""
    seal_event_chain(at=soon())
    publish_about(WebhookEndpointFactory(), 2)
    seal_event_chain(at=soon())
    return list(list_seals())


def test_a_seal_tells_range_count_and_digest(aggregates):
    """Recomputed here without any of the house's code."""
    at = soon()
    assert seal_event_chain(at=at) == JobReport(done=1)
    events = sorted((event for pair in aggregates for event in pair), key=lambda event: event.sequence)
    digest = hashlib.sha256("".join(event.hash_current for event in events).encode()).hexdigest()
    seal = DomainEvent.objects.get(event_type="chain.sealed")
    assert seal.payload == {
        "from_sequence": 1,
        "to_sequence": events[-1].sequence,
        "count": 6,
        "digest": digest,
    }
    assert (seal.aggregate_type, seal.version, seal.actor_label, seal.occurred_at) == (
        "chain",
        1,
        "system:seal_event_chain",
        at,
    )


def test_ranges_follow_each_other_and_cover_the_seals_themselves(seals):
    first, second = seals
    assert second.payload["from_sequence"] == first.payload["to_sequence"] + 1
    assert rows_of(second).first() == first
    assert [seal.payload["count"] for seal in seals] == [6, 3]
    assert [(seal.version, seal.hash_previous) for seal in seals] == [
        (1, "genesis"),
        (2, first.hash_current),
    ]
    assert list(verify_chain()) == []
    assert list(verify_seals()) == []
    assert count_seals() == 2


def test_younger_events_wait_for_the_next_seal(aggregates):
    assert seal_event_chain(at=timezone.now() + timedelta(minutes=4)) == JobReport()
    assert said() == []
    assert seal_event_chain(at=soon()) == JobReport(done=1)


def test_nothing_but_seals_is_not_sealed_again(seals):
    assert seal_event_chain(at=soon() + timedelta(hours=1)) == JobReport()
    assert list(list_seals()) == seals


def test_an_empty_log_is_not_sealed():
    assert seal_event_chain(at=soon()) == JobReport()
    assert list(verify_seals()) == []


def test_gaps_of_rolled_back_transactions_are_no_finding(aggregates):
    with transaction.atomic():
        publish_about(WebhookEndpointFactory(), 3)
        transaction.set_rollback(True)
    publish_about(WebhookEndpointFactory(), 1)
    seal_event_chain(at=soon())
    assert [item["count"] for item in said()] == [7]
    assert list(verify_seals()) == []


def test_a_long_history_gets_many_seals(aggregates):
    assert seal_event_chain(at=soon(), rows=4) == JobReport(done=2)
    assert [item["count"] for item in said()] == [4, 2]
    assert list(verify_seals(batch=1)) == []


def test_a_lost_aggregate_shows(seals, aggregates):
    """Its own chain went with it: no other check would miss it."""
    tamper(f"DELETE FROM {TABLE} WHERE aggregate_id = %s", aggregates[1][0].aggregate_id)
    assert list(verify_chain()) == []
    assert list(verify_seals()) == [finding(seals[0], "rows are missing: 6 were sealed, 4 are there")]


def test_an_added_row_shows():
    """A whole aggregate with a true chain, put where a rolled-back transaction had left a gap."""
    with transaction.atomic():
        (lost,) = publish_about(WebhookEndpointFactory())
        transaction.set_rollback(True)
    publish_about(WebhookEndpointFactory(), 2)
    seal_event_chain(at=soon())
    (added,) = publish_about(WebhookEndpointFactory())
    tamper(f"UPDATE {TABLE} SET sequence = %s WHERE id = %s", lost.sequence, added.id)
    assert list(verify_chain()) == []
    assert list(verify_seals()) == [
        finding(list_seals().get(), "rows were added: 2 were sealed, 3 are there")
    ]


def test_a_rewritten_row_shows(seals, aggregates):
    """The last event of an aggregate with a new, true hash: its chain is whole again."""
    event = aggregates[2][1]
    event.payload = {"step": 9}
    hash_now = event.link().hash(previous=event.hash_previous, version=event.version)
    tamper(
        f"UPDATE {TABLE} SET payload = %s, hash_current = %s WHERE id = %s",
        json.dumps(event.payload),
        hash_now,
        event.id,
    )
    assert list(verify_chain()) == []
    assert list(verify_seals()) == [finding(seals[0], "rows were altered: their hashes give another digest")]


def forge(seal, **payload) -> None:
    """Change what a seal says, with a true hash."""
    seal.payload = {**seal.payload, **payload}
    tamper(
        f"UPDATE {TABLE} SET payload = %s, hash_current = %s WHERE id = %s",
        json.dumps(seal.payload),
        seal.link().hash(previous=seal.hash_previous, version=seal.version),
        seal.id,
    )


def test_a_range_that_leaves_rows_out_shows(seals):
    """Lost rows cannot be hidden by moving the beginning of the next seal."""
    begin = seals[1].payload["from_sequence"]
    forge(seals[1], from_sequence=begin + 1)
    assert list(verify_seals()) == [
        finding(seals[1], f"begins at sequence {begin + 1}, the seal before ended at {begin - 1}")
    ]


def test_a_first_seal_that_begins_late_shows(seals):
    forge(seals[0], from_sequence=2)
    assert next(verify_seals()).problem == "begins at sequence 2, the seal before ended at 0"


@pytest.mark.parametrize("payload", [{}, {"from_sequence": None}, []])
def test_a_payload_that_is_no_seals_shows(seals, payload):
    tamper(f"UPDATE {TABLE} SET payload = %s WHERE id = %s", json.dumps(payload), seals[0].id)
    problems = [(item.subject, item.problem) for item in verify_seals()]
    assert problems[0] == ("seal 1", "its payload is not that of a seal")
    assert next(verify_seals(seals[0].created_at)).subject == "seal 1"


def test_a_lost_seal_shows(seals):
    tamper(f"DELETE FROM {TABLE} WHERE id = %s", seals[0].id)
    assert [item.problem for item in verify_chain()] == ["version 1 is missing"]
    end = seals[0].payload["to_sequence"]
    assert list(verify_seals()) == [
        finding(seals[1], "rows are missing: 3 were sealed, 2 are there"),
    ]
    assert end + 1 == seals[1].payload["from_sequence"]


def test_since_checks_the_seals_stored_from_then_on(seals, aggregates):
    tamper(f"DELETE FROM {TABLE} WHERE aggregate_id = %s", aggregates[1][0].aggregate_id)
    tamper(f"UPDATE {TABLE} SET created_at = created_at - interval '2 days' WHERE id = %s", seals[0].id)
    yesterday = timezone.now() - timedelta(days=1)
    assert len(list(verify_seals())) == 1
    assert list(verify_seals(yesterday)) == []
    assert count_seals(yesterday) == 1


def test_the_command_names_the_bad_seal(seals, aggregates):
    tamper(f"DELETE FROM {TABLE} WHERE aggregate_id = %s", aggregates[1][0].aggregate_id)
    out = StringIO()
    with pytest.raises(CommandError) as refused:
        call_command("verify_chains", "--json", stdout=out)
    assert refused.value.returncode == 1
    report = json.loads(out.getvalue())
    assert report["verified"] == {"consents": 0, "events": 8, "seals": 2}
    assert [(item["chain"], item["subject"]) for item in report["findings"]] == [("seals", "seal 1")]


@pytest.fixture
def publisher():
    """A transaction on another connection that has published and is still open; `end()` commits it."""
    published, leave, failures = threading.Event(), threading.Event(), []

    def publish() -> None:
        try:
            with transaction.atomic():
                publish_about(WebhookEndpointFactory(), 2)
                published.set()
                leave.wait(30)
        except BaseException as error:
            failures.append(error)
            raise
        finally:
            connection.close()

    thread = threading.Thread(target=publish)
    thread.start()
    assert published.wait(30)

    def end() -> None:
        leave.set()
        thread.join(30)
        assert failures == []

    yield end
    end()


@pytest.mark.django_db(transaction=True)
def test_an_open_publisher_puts_the_seal_off(publisher):
    """His rows lie below rows that are old enough; a seal over them would cry wolf once he commits."""
    publish_about_and_commit(3)
    assert seal_event_chain(at=soon(), patience=0.2) == JobReport(failed=1)
    assert said() == []
    publisher()
    with capture_logs() as logs:
        assert seal_event_chain(at=soon(), patience=0.2) == JobReport(done=1)
    assert logs == [{"event": "chain_sealed", "log_level": "info", **said()[0]}]
    assert [item["count"] for item in said()] == [5]
    assert list(verify_seals()) == []


@pytest.mark.django_db(transaction=True)
def test_a_publisher_who_ends_in_time_is_waited_for(publisher):
    publish_about_and_commit(3)
    threading.Timer(0.3, publisher).start()
    assert seal_event_chain(at=soon(), patience=30) == JobReport(done=1)
    assert [item["count"] for item in said()] == [5]
    assert list(verify_seals()) == []


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_seal_every_row_once():
    publish_about_and_commit(9)
    at = soon()
    results = race([lambda: seal_event_chain(at=at, rows=2)] * 2)
    assert sum(result.answer.done for result in results) == len(said())
    assert sum(item["count"] for item in said()) >= 9
    assert list(verify_seals()) == []
    assert list(verify_chain()) == []


def publish_about_and_commit(count: int) -> None:
    with transaction.atomic():
        publish_about(WebhookEndpointFactory(), count)
