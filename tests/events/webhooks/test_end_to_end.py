"""E-6, E-9 through the house: a party is booked over HTTP, a worker delivers, the receiver believes it."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone
from jsonschema import Draft202012Validator, FormatChecker

from bookings.models import Booking
from common.api.documentation import openapi_document
from events.models import DomainEvent, OutboxMessage, WebhookEndpoint
from events.registry import courier_of
from events.services.outbox import claim_due, dispatch_outbox
from events.services.worker import webhooks_at_once
from identity.selectors import actor_for
from tests.bookings.api.clients import Caller
from tests.bookings.api.public.conftest import body, party_date, send, station
from tests.events.outbox.rows import NOW, tell
from tests.events.webhooks.receiver import receiving
from tests.factories.events import WebhookEndpointFactory
from tests.factories.identity import UserFactory

__all__ = ["body", "party_date", "send", "station"]  # fixtures of the main job

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loopback")]


def work():
    """Let a worker do what is due; return what it came to."""
    out = StringIO()
    call_command("worker", "--once", "--queues", "dispatch_outbox", "--json", stdout=out)
    return json.loads(out.getvalue())["dispatch_outbox"]


def named(receiver, *types):
    """Name the receiver as its owner does; return the secret that the answer shows."""
    owner = Caller(actor_for(UserFactory(role="super_admin")))
    answer = owner.post(
        "/webhook-endpoints", {"name": "books", "url": receiver.url(), "event_types": list(types)}
    )
    assert answer.status_code == 201, answer.content
    return answer.json()["secret"]


def described_body():
    """Return the schema of a delivery, as the API's document has it (API-9)."""
    operation = json.loads(openapi_document())["webhooks"]["event"]["post"]
    assert {parameter["name"] for parameter in operation["parameters"]} == {
        "webhook-id",
        "webhook-timestamp",
        "webhook-signature",
    }
    media = operation["requestBody"]["content"]["application/json"]
    example = media["examples"]["Example"]["value"]
    assert list(Draft202012Validator(media["schema"]).iter_errors(example)) == []
    return media["schema"]


def test_a_booking_reaches_the_receiver_once_signed_and_in_order(send, body, verify):
    with receiving() as receiver:
        secret = named(receiver, "booking.*")
        made = send("post", "bookings", body)
        assert made.status_code == 201, made.content
        assert work()["failed"] == 0
        assert work() == {"done": 0, "failed": 0}
    booking = Booking.objects.get()
    events = DomainEvent.objects.filter(aggregate_type="booking").order_by("version")
    bodies = [json.loads(content) for _path, _headers, content in receiver.posts]
    validator = Draft202012Validator(described_body(), format_checker=FormatChecker())
    assert [error.message for found in bodies for error in validator.iter_errors(found)] == []
    assert [found["type"] for found in bodies] == [event.event_type for event in events]
    assert bodies[0]["type"] == "booking.created"
    assert [found["aggregate"] for found in bodies] == [
        {"type": "booking", "id": str(booking.pk), "version": number + 1} for number in range(len(bodies))
    ]
    assert {found["station_id"] for found in bodies} == {str(booking.station_id)}
    for _path, headers, content in receiver.posts:
        assert verify([secret], headers, content, timezone.now().timestamp())
    ids = [headers["webhook-id"] for _path, headers, _content in receiver.posts]
    rows = OutboxMessage.objects.filter(target="webhook").order_by("sequence")
    assert ids == [str(row.pk) for row in rows]
    assert {row.status for row in rows} == {"completed"}


def test_p4_a_booking_tells_receivers_nothing_personal(send, body):
    with receiving() as receiver:
        named(receiver, "*")
        assert send("post", "bookings", body).status_code == 201
        work()
    assert {json.loads(content)["type"] for _path, _headers, content in receiver.posts} >= {
        "booking.created",
        "customer.created",
    }
    told = b"".join(content for _path, _headers, content in receiver.posts).decode().lower()
    for canary in ("robin", "example.com", "5550123", "555-0123", "oak ave"):
        assert canary not in told


def test_a_worker_that_dies_between_sending_and_noting_it_sends_again_under_the_same_id():
    with receiving() as receiver:
        WebhookEndpointFactory(name="books", url=receiver.url(), event_types=["*"])
        tell()
        [held] = claim_due(worker="dying", at=NOW, limit=10)
        assert courier_of("webhook").send(held, NOW) == 200
        assert dispatch_outbox(at=NOW + timedelta(seconds=59)).done == 0, "its lease lasts"
        assert dispatch_outbox(at=NOW + timedelta(seconds=61)).done == 1
    ids = [headers["webhook-id"] for _path, headers, _content in receiver.posts]
    assert ids == [str(held.pk)] * 2
    row = OutboxMessage.objects.get()
    assert (row.status, row.attempts) == ("completed", 2)


def test_webhooks_are_taken_in_batches_that_fit_into_a_lease(settings):
    assert webhooks_at_once() == 5
    settings.WEBHOOK_TIMEOUT_SECONDS = 0.5
    assert webhooks_at_once() == 119
    settings.WEBHOOK_TIMEOUT_SECONDS = 60
    assert webhooks_at_once() == 1
    settings.WEBHOOK_TIMEOUT_SECONDS = 10
    with receiving() as receiver:
        WebhookEndpointFactory(name="books", url=receiver.url(), event_types=["*"])
        for _event in range(7):
            tell()
        assert work() == {"done": 7, "failed": 0}
    assert WebhookEndpoint.objects.count() == 8
    assert len(receiver.posts) == 7
