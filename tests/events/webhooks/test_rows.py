"""E-4, E-9: publishing writes one outbox row per endpoint that asked for the event, by the same statement."""

from uuid import UUID

import pytest
from django.db import transaction

from common.context import RequestContext, request_context
from events.models import DomainEvent, OutboxMessage
from events.services import Fact, publish, publish_all
from events.services.outbox import claim_due
from tests.events.outbox.rows import NOW
from tests.factories.events import AT, SYSTEM, CounterFactory, WebhookEndpointFactory

STATION = UUID("00000000-0000-4000-8000-000000000009")
HOUR = {"window_start": AT, "expires_at": AT}

pytestmark = pytest.mark.django_db


@pytest.fixture
def subject():
    return CounterFactory()


def endpoint(name, *types, **values):
    return WebhookEndpointFactory(name=name, event_types=list(types), **values)


def destinations():
    return list(
        OutboxMessage.objects.order_by("sequence", "destination").values_list("destination", flat=True)
    )


@transaction.atomic
def tell(event_type, subject, **more):
    return publish(event_type, subject=subject, by=SYSTEM, at=AT, **more)


def test_a_row_holds_the_event(subject):
    endpoint("books", "booking.confirmed")
    with request_context(RequestContext(request_id="request-1")):
        event = tell("booking.confirmed", subject, payload={"deposit_cents": 5}, station_id=STATION)
    row = OutboxMessage.objects.get()
    assert (row.event_id, row.target, row.destination) == (event.pk, "webhook", "books")
    assert (row.aggregate_type, row.aggregate_id, row.sequence) == ("counter", subject.pk, event.sequence)
    assert (row.payload, row.private_payload) == ({"deposit_cents": 5}, None)
    assert row.headers == {
        "event_type": "booking.confirmed",
        "event_version": 1,
        "request_id": "request-1",
    }
    assert (row.status, row.attempts, row.max_attempts, row.next_attempt_at) == ("pending", 0, 8, AT)
    assert (row.locked_by, row.locked_until, row.completed_at, row.error) == (None, None, None, None)


@pytest.mark.parametrize(
    ("types", "told"),
    [
        ((), []),
        (("*",), ["booking.created", "booking.updated", "bookings.created", "payment.recorded"]),
        (("booking.*",), ["booking.created", "booking.updated"]),
        (("booking.created",), ["booking.created"]),
        (
            ("booking.created", "booking.*", "*"),
            ["booking.created", "booking.updated", "bookings.created", "payment.recorded"],
        ),
        (("payment.*", "booking.updated"), ["booking.updated", "payment.recorded"]),
        (("booking",), []),
        (("%", "booking.%"), []),
    ],
)
def test_types_are_named_one_by_one_or_by_their_first_word_or_all(subject, types, told):
    endpoint("books", *types)
    for event_type in ("booking.created", "booking.updated", "bookings.created", "payment.recorded"):
        tell(event_type, subject)
    rows = OutboxMessage.objects.order_by("sequence")
    assert [row.headers["event_type"] for row in rows] == told


def test_every_active_endpoint_gets_its_own_row(subject):
    endpoint("all", "*")
    endpoint("books", "booking.*")
    endpoint("off", "*", is_active=False, disabled_at=AT)
    endpoint("other", "payment.*")
    tell("booking.created", subject)
    assert destinations() == ["all", "books"]


def new_subject():
    return CounterFactory.build(**HOUR)


def facts(subject, *types, opens=True):
    return [Fact(event_type=name, subject=subject, by=SYSTEM, at=AT, opens=opens) for name in types]


@pytest.mark.parametrize("endpoints", [0, 1, 2])
def test_where_chains_begin_all_goes_in_one_statement(endpoints, django_assert_num_queries):
    for number in range(endpoints):
        endpoint(f"e{number}", "booking.*")
    made = new_subject()
    with transaction.atomic(), django_assert_num_queries(1):
        first, second, third = publish_all(
            facts(made, "booking.created", "booking.confirmed", "deposit.requested"), along=[made]
        )
    assert list(
        OutboxMessage.objects.order_by("sequence", "destination").values_list(
            "destination", "event_id", "sequence"
        )
    ) == [
        (f"e{number}", event.pk, event.sequence) for event in (first, second) for number in range(endpoints)
    ]
    assert third.sequence > second.sequence > first.sequence


@pytest.mark.parametrize("endpoints", [0, 1, 2])
def test_where_a_chain_goes_on_an_event_takes_one_statement(subject, endpoints, django_assert_num_queries):
    for number in range(endpoints):
        endpoint(f"e{number}", "*")
    tell("booking.created", subject)
    with transaction.atomic(), django_assert_num_queries(2):
        events = publish_all(facts(subject, "booking.updated", "booking.confirmed", opens=False))
    assert [event.version for event in events] == [2, 3]
    assert OutboxMessage.objects.count() == 3 * endpoints


def test_what_is_rolled_back_is_told_to_nobody(subject):
    endpoint("all", "*")
    with transaction.atomic():
        publish("booking.created", subject=subject, by=SYSTEM, at=AT)
        transaction.set_rollback(True)
    assert (DomainEvent.objects.count(), OutboxMessage.objects.count()) == (0, 0)


def test_e4_rows_of_a_record_wait_for_each_other_by_endpoint(subject):
    endpoint("a", "*")
    endpoint("b", "*")
    tell("booking.created", subject)
    tell("booking.updated", subject)
    OutboxMessage.objects.filter(destination="a", headers__event_type="booking.created").update(
        status="failed"
    )
    due = claim_due(worker="w", at=NOW, limit=10)
    assert [(row.destination, row.headers["event_type"]) for row in due] == [
        ("b", "booking.created"),
        ("b", "booking.updated"),
    ]
