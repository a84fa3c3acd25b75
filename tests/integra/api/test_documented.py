"""API-9: payments, links, the queue and the webhooks answer as the document says."""

from datetime import timedelta

import pytest
from django.utils import timezone
from jsonschema import Draft202012Validator, FormatChecker

from bookings.models import Payment
from identity.enums import StationRole, UserRole
from tests.bookings.api.clients import Caller, fresh_key
from tests.bookings.parties import make_actor, make_booking, make_station
from tests.factories.integra import PaymentEventFactory
from tests.integra.stripe_events import SECRET, event, send

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def document(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        return Caller().get("/schema").json()


def check(document, method, path, response):
    operation = document["paths"][path][method]
    content = operation["responses"][str(response.status_code)]["content"]
    (schema,) = [entry["schema"] for entry in content.values()]
    schema = {**schema, "components": document["components"]}
    errors = Draft202012Validator(schema, format_checker=FormatChecker()).iter_errors(response.json())
    assert [f"{error.json_path}: {error.message}" for error in errors] == []


def test_money_answers_as_documented(document, settings):
    station = make_station()
    admin = Caller(make_actor(UserRole.ADMIN, stations=[station], link=StationRole.ADMIN))
    now = timezone.now()
    booking = make_booking(station, created_at=now, date=(now + timedelta(days=30)).date())
    link = admin.post(f"/bookings/{booking.pk}/checkout", {}, key=fresh_key(), seen=1)
    body = {"booking_id": str(booking.pk), "amount_cents": 500, "method": "cash", "reference": "R-1"}
    paid = admin.post("/payments", body, key=fresh_key())
    payment = paid.json()["id"]
    reason = {"reason": "Guests fell ill"}
    refund = admin.post(f"/payments/{payment}/refund", reason, key=fresh_key())
    done = admin.post(f"/payments/{refund.json()['id']}/complete-refund", {"reference": "C-1"})
    told = PaymentEventFactory(station=station, memo=booking.reference, occurred_at=now)
    queue = f"/payment-events/{told.pk}"
    listed = admin.get("/payment-events")
    matched = admin.post(f"{queue}/match", {"booking_id": str(booking.pk)})
    again = admin.post(f"{queue}/match", {"booking_id": str(booking.pk)})
    rows = admin.get("/payments")
    detail = admin.get(f"/payments/{payment}")
    unmatched = admin.post(f"{queue}/unmatch", reason)
    ignored = admin.post(f"{queue}/ignore", reason)
    for method, path, status, response in (
        ("post", "/bookings/{id}/checkout", 201, link),
        ("post", "/payments", 201, paid),
        ("get", "/payments", 200, rows),
        ("get", "/payments/{id}", 200, detail),
        ("post", "/payments/{id}/refund", 201, refund),
        ("post", "/payments/{id}/complete-refund", 200, done),
        ("get", "/payment-events", 200, listed),
        ("post", "/payment-events/{id}/match", 200, matched),
        ("post", "/payment-events/{id}/match", 409, again),
        ("post", "/payment-events/{id}/unmatch", 200, unmatched),
        ("post", "/payment-events/{id}/ignore", 200, ignored),
    ):
        assert response.status_code == status, (path, response.content)
        check(document, method, f"/api/v1{path}", response)
    assert Payment.objects.filter(payment_type="refund").count() == 1


def test_webhooks_answer_as_documented(document, settings):
    settings.STRIPE_WEBHOOK_SECRETS = [SECRET]
    thing = event("customer.created", {})
    for response in (send(thing), send(thing), send(thing, secrets=["guessed"])):
        check(document, "post", "/webhooks/stripe", response)
    parameters = document["paths"]["/webhooks/payment-mail"]["post"]["parameters"]
    assert "Payment-Mail-Signature" in {item["name"] for item in parameters}
    assert document["paths"]["/webhooks/stripe"]["post"]["x-permission"] == "public"


def test_examples_are_accepted_bodies(document):
    for path in (
        "/payments",
        "/payments/{id}/refund",
        "/payments/{id}/complete-refund",
        "/payment-events",
        "/payment-events/{id}/match",
        "/payment-events/{id}/unmatch",
        "/payment-events/{id}/ignore",
    ):
        content = document["paths"][f"/api/v1{path}"]["post"]["requestBody"]["content"]["application/json"]
        (example,) = [entry["value"] for entry in content["examples"].values()]
        schema = {**content["schema"], "components": document["components"]}
        Draft202012Validator(schema, format_checker=FormatChecker()).validate(example)
