"""E-1, E-2: facts are appended, chained and never changed."""

import hashlib
import json
import threading
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError

from common.actors import GuestActor, SystemActor
from common.context import RequestContext, request_context
from events.chain import plain
from events.enums import ActorType
from events.models import DomainEvent, OutboxMessage, WebhookEndpoint
from events.registry import event_handlers, subscribe
from events.selectors import verify_chain
from events.services import Delivery, Fact, publish, publish_all
from tests.factories.events import AT, SYSTEM, WebhookEndpointFactory, publish_about

STATION = UUID("00000000-0000-4000-8000-000000000009")


@pytest.fixture
def subject(db):
    return WebhookEndpointFactory()


def test_an_event_holds_what_happened(subject):
    with request_context(RequestContext(request_id="request-1")):
        event = publish(
            "endpoint.renamed",
            subject=subject,
            by=SYSTEM,
            at=AT,
            payload={"amount_cents": 100, "id": STATION, "day": date(2026, 3, 8), "status": ActorType.USER},
            station_id=STATION,
            correlation_id=STATION,
        )
    stored = DomainEvent.objects.get()
    assert {name: getattr(stored, name) for name in ("id", "sequence", "hash_current", "created_at")} == {
        name: getattr(event, name) for name in ("id", "sequence", "hash_current", "created_at")
    }
    assert (stored.aggregate_type, stored.aggregate_id, stored.version) == ("webhookendpoint", subject.pk, 1)
    assert (stored.event_type, stored.event_version) == ("endpoint.renamed", 1)
    assert stored.payload == {"amount_cents": 100, "id": str(STATION), "day": "2026-03-08", "status": "user"}
    assert (stored.actor_type, stored.actor_id, stored.actor_label) == ("system", None, "system:test")
    assert (stored.station_id, stored.request_id, stored.correlation_id) == (STATION, "request-1", STATION)
    assert (stored.occurred_at, stored.causation_id, stored.metadata) == (AT, None, {})
    assert str(stored) == f"endpoint.renamed {subject.pk} v1"


def test_hashes_chain_the_canonical_json(subject):
    """E-2, recomputed here without any of the house's code."""
    previous = "genesis"
    local = timezone(timedelta(hours=-8))
    for version in (1, 2, 3):
        payload = {"b": version, "a": ['é "quoted" \\ \n\x7f', None, True]}
        event = publish(
            "endpoint.changed",
            subject=subject,
            by=GuestActor(),
            at=datetime(2026, 3, 1, 4, 0, 0, 5, tzinfo=local),
            payload=payload,
            station_id=STATION if version == 2 else None,
        )
        members = {
            "v": 1,
            "aggregate_type": "webhookendpoint",
            "aggregate_id": str(subject.pk),
            "version": version,
            "event_type": "endpoint.changed",
            "event_version": 1,
            "payload": payload,
            "occurred_at": "2026-03-01T12:00:00.000005Z",
            "actor_type": "guest",
            "actor_id": None,
            "station_id": str(STATION) if version == 2 else None,
            "previous": previous,
        }
        text = json.dumps(members, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert (event.version, event.hash_previous) == (version, previous)
        assert event.hash_current == hashlib.sha256(text.encode()).hexdigest()
        previous = event.hash_current


def test_aggregates_have_chains_of_their_own(subject):
    other = WebhookEndpointFactory()
    events = [*publish_about(subject, 2), *publish_about(other, 1)]
    assert [event.version for event in events] == [1, 2, 1]
    assert [event.hash_previous == "genesis" for event in events] == [True, False, True]
    sequences = [event.sequence for event in events]
    assert sequences == sorted(set(sequences))


def test_publish_is_one_statement_without_deliveries_and_two_with(subject, django_assert_num_queries):
    with django_assert_num_queries(1):
        publish_about(subject, 1)
    with django_assert_num_queries(2):
        publish(
            "x.y", subject=subject, by=SYSTEM, at=AT, deliveries=[Delivery(target="sms", destination="t")]
        )


@pytest.mark.django_db(transaction=True)
def test_publish_needs_a_transaction():
    subject = WebhookEndpointFactory()
    with pytest.raises(TransactionManagementError):
        publish_about(subject)
    assert DomainEvent.objects.count() == 0


@pytest.mark.parametrize("payload", [{"a": 1.5}, {"a": [object()]}, {"a": {"b": b"x"}}])
def test_floats_and_strange_things_are_no_payload(payload, subject):
    with pytest.raises(TypeError):
        publish("x.y", subject=subject, by=SYSTEM, at=AT, payload=payload)
    assert DomainEvent.objects.count() == 0


def test_times_without_zone_are_refused(subject):
    with pytest.raises(ValueError, match="zone"):
        publish("x.y", subject=subject, by=SYSTEM, at=datetime(2026, 1, 1))


def test_payloads_become_plain():
    assert plain(
        {
            "time": time(18),
            "moment": datetime(2026, 1, 1, tzinfo=UTC),
            "decimal": Decimal("1.10"),
            "set": {"b", "a"},
            1: (1, 2),
        }
    ) == {
        "time": "18:00:00",
        "moment": "2026-01-01T00:00:00.000000Z",
        "decimal": "1.10",
        "set": ["a", "b"],
        "1": [1, 2],
    }


@pytest.mark.parametrize("statement", ["UPDATE {} SET event_type = 'x'", "DELETE FROM {}"])
@pytest.mark.parametrize("purge", ["off", "on"])
def test_events_are_frozen_even_for_the_retention_job(statement, purge, subject):
    publish_about(subject)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.purge', %s, true)", [purge])
        with pytest.raises(IntegrityError), transaction.atomic():
            cursor.execute(statement.format('"events"."domain_events"'))
    assert DomainEvent.objects.get().event_type == "endpoint.changed"


def fact(subject, event_type="endpoint.made", **values):
    return Fact(event_type=event_type, subject=subject, by=SYSTEM, at=AT, **values)


def chain_of(subject):
    rows = DomainEvent.objects.filter(aggregate_id=subject.pk).order_by("version")
    return [(row.event_type, row.version, row.hash_previous, row.hash_current) for row in rows]


def test_chains_that_begin_here_take_one_statement_with_rows_and_deliveries(
    db, handlers, django_assert_num_queries
):
    """E-1, E-2: the hashes of Python are those that the database computes of the same facts."""
    first, second = (
        WebhookEndpoint(name=name, url="https://example.com/hook", secret="s") for name in ("a", "b")
    )
    with django_assert_num_queries(1):
        events = publish_all(
            [
                fact(first, opens=True, payload={"n": 1}, private={"email": "jane@example.com"}),
                fact(second, "x.happened", opens=True),
                fact(first, "endpoint.used", deliveries=[Delivery(target="sms", destination="d")]),
            ],
            along=[first, second],
        )
    assert [(event.version, event.hash_previous == "genesis") for event in events] == [
        (1, True),
        (1, True),
        (2, False),
    ]
    assert [event.sequence for event in events] == sorted({event.sequence for event in events})
    assert set(WebhookEndpoint.objects.all()) == {first, second}
    for event in events:
        stored = DomainEvent.objects.get(pk=event.pk)
        assert (stored.sequence, stored.created_at) == (event.sequence, event.created_at)
        assert stored.link().hash(previous=stored.hash_previous, version=stored.version) == event.hash_current
    assert [row[1] for row in chain_of(first)] == [1, 2]
    assert chain_of(first)[1][2] == chain_of(first)[0][3]
    assert list(verify_chain(None)) == []
    sent = OutboxMessage.objects.order_by("sequence", "destination")
    assert [(row.event_id, row.destination, row.sequence) for row in sent] == [
        (events[1].pk, "events.first", events[1].sequence),
        (events[1].pk, "events.second", events[1].sequence),
        (events[2].pk, "d", events[2].sequence),
    ]


def test_facts_of_older_chains_follow_what_is_there(subject, handlers, django_assert_num_queries):
    before = publish_about(subject, 1)[0]
    new = WebhookEndpoint(name="new", url="https://example.com/hook", secret="s")
    with django_assert_num_queries(4):
        events = publish_all(
            [fact(subject), fact(new, "x.happened", opens=True), fact(subject, "endpoint.used")], along=[new]
        )
    assert [event.version for event in events] == [2, 1, 3]
    assert (events[0].hash_previous, events[2].hash_previous) == (before.hash_current, events[0].hash_current)
    assert {row.sequence for row in OutboxMessage.objects.all()} == {events[1].sequence}
    assert list(verify_chain(None)) == []


def test_a_chain_begins_once(subject):
    """Whoever calls a subject new that is not gets an error, never a second beginning."""
    publish_about(subject, 1)
    with pytest.raises(IntegrityError, match="uq_events_version"), transaction.atomic():
        publish_all([fact(subject, opens=True)])
    assert DomainEvent.objects.count() == 1


def test_nothing_told_nothing_sent(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert publish_all([]) == []


@pytest.fixture
def handlers():
    before = list(event_handlers)
    subscribe("x.happened", name="events.first", handler=print)
    subscribe("x.happened", name="events.second", handler=print)
    subscribe("y.happened", name="events.third", handler=print)
    yield
    for item in list(event_handlers):
        if item not in before:
            event_handlers.remove("events", item)


def test_every_handler_gets_a_row_and_contact_data_stays_encrypted(subject, handlers):
    event = publish(
        "x.happened",
        subject=subject,
        by=SYSTEM,
        at=AT,
        payload={"code": "A"},
        private={"email": "jane@example.com"},
        deliveries=[
            Delivery(
                target="email", destination="deposit", payload={"cents": 1}, private={"to": "j@example.com"}
            ),
            Delivery(target="sms", destination="deposit"),
        ],
    )
    rows = {(row.target, row.destination): row for row in OutboxMessage.objects.select_related("event")}
    assert {key: (row.payload, row.private_payload, row.max_attempts) for key, row in rows.items()} == {
        ("internal", "events.first"): ({"code": "A"}, {"email": "jane@example.com"}, 5),
        ("internal", "events.second"): ({"code": "A"}, {"email": "jane@example.com"}, 5),
        ("email", "deposit"): ({"cents": 1}, {"to": "j@example.com"}, 3),
        ("sms", "deposit"): ({}, None, 5),
    }
    for row in rows.values():
        assert row.event == event
        assert (row.aggregate_type, row.aggregate_id, row.sequence) == (
            "webhookendpoint",
            subject.pk,
            event.sequence,
        )
        assert (row.status, row.attempts) == ("pending", 0)
        assert row.headers == {"event_type": "x.happened", "event_version": 1, "request_id": None}
    with connection.cursor() as cursor:
        cursor.execute('SELECT o::text FROM "events"."outbox" o')
        assert "jane" not in str(cursor.fetchall())
    assert "jane" not in str(DomainEvent.objects.values().get())


def test_no_handler_no_row(subject):
    publish("z.happened", subject=subject, by=SYSTEM, at=AT, private={"email": "jane@example.com"})
    assert OutboxMessage.objects.count() == 0


def test_nothing_remains_of_a_rolled_back_transaction(subject, handlers):
    with transaction.atomic():
        publish("x.happened", subject=subject, by=SYSTEM, at=AT)
        transaction.set_rollback(True)
    assert (DomainEvent.objects.count(), OutboxMessage.objects.count()) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_rivals_without_a_row_lock_line_up():
    """Twenty threads publish about one subject at once: versions 1 to 20, one chain, nobody fails."""
    subject = WebhookEndpointFactory()
    barrier = threading.Barrier(20)
    failures: list[Exception] = []

    def rival() -> None:
        try:
            barrier.wait(10)
            with transaction.atomic():
                publish("x.y", subject=subject, by=SystemActor("rival"), at=AT)
        except DatabaseError as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=rival) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failures == []
    rows = list(
        DomainEvent.objects.order_by("version").values_list("version", "hash_previous", "hash_current")
    )
    assert [row[0] for row in rows] == list(range(1, 21))
    assert [row[1] for row in rows] == ["genesis", *[row[2] for row in rows[:-1]]]
