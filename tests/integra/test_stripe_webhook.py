"""PY-2: the intake of Stripe's events: signed, stored once, answered at once."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from events.models import InboxMessage
from events.services.inbox import process_inbox
from tests.integra.stripe_events import OLD_SECRET, SECRET, event, send

pytestmark = pytest.mark.django_db
THING = event("customer.created", {"object": "customer"}, event_id="evt_thing")


@pytest.fixture(autouse=True)
def live_secrets(settings):
    settings.STRIPE_WEBHOOK_SECRETS = [SECRET, OLD_SECRET]


def refused(answer):
    return answer.status_code, answer.json()["code"], InboxMessage.objects.count()


def test_py2_stored_then_answered():
    answer = send(THING)
    assert (answer.status_code, answer.json()) == (200, {"received": True})
    row = InboxMessage.objects.get()
    assert (row.source, row.message_id, row.message_type, row.status) == (
        "stripe",
        "evt_thing",
        "customer.created",
        "pending",
    )
    assert row.signature.startswith("t=")


def test_p1_the_payload_is_encrypted():
    send(event("customer.created", {"email": "ann@example.com"}))
    with connection.cursor() as cursor:
        cursor.execute('SELECT payload_encrypted FROM "events"."inbox"')
        (stored,) = cursor.fetchone()
    assert b"ann@example.com" not in bytes(stored)
    assert "ann@example.com" in InboxMessage.objects.get().payload


def test_py2_a_repeat_says_so():
    send(THING)
    again = send(THING, secrets=[OLD_SECRET])
    assert (again.status_code, again.json()) == (200, {"received": True, "duplicate": True})
    assert InboxMessage.objects.count() == 1


@pytest.mark.parametrize("secrets", [[SECRET], [OLD_SECRET], ["whsec_other", SECRET]])
def test_py2_any_of_two_live_secrets(secrets):
    assert send(THING, secrets=secrets).status_code == 200


def test_py2_bad_signatures_store_nothing(settings):
    assert refused(send(THING, secrets=["whsec_other"])) == (400, "invalid_signature", 0)
    assert refused(send(THING, secrets=[])) == (400, "invalid_signature", 0)
    for header in ("", "t=1", "v1=ab", "t=x,v1=ab", "nothing"):
        answer = Client().post(
            "/webhooks/stripe", b"{}", content_type="application/json", headers={"Stripe-Signature": header}
        )
        assert refused(answer) == (400, "invalid_signature", 0)
    settings.STRIPE_WEBHOOK_SECRETS = []
    assert refused(send(THING)) == (400, "invalid_signature", 0)


@pytest.mark.parametrize(("seconds", "status"), [(-290, 200), (290, 200), (-310, 400), (310, 400)])
def test_py2_tolerance_of_300_seconds(seconds, status):
    assert send(THING, at=timezone.now() + timedelta(seconds=seconds)).status_code == status


def test_py2_the_signature_is_over_the_raw_body():
    body = '{ "type":"customer.created",\n "id": "evt_spaces" }'
    assert send(body).status_code == 200
    assert InboxMessage.objects.get().payload == body


@pytest.mark.parametrize(
    "body", ["[]", "nothing", '{"id": 5, "type": "x"}', '{"id": "", "type": "x"}', '{"id": "evt"}']
)
def test_a_signed_body_that_is_no_event(body):
    assert refused(send(body)) == (400, "malformed_json", 0)


def test_a_body_that_is_no_text():
    assert refused(send(b"\xff\xfe")) == (400, "invalid_signature", 0)


def test_e7_at_most_a_mebibyte():
    answer = send(" " * (1024 * 1024 + 1))
    assert refused(answer) == (413, "payload_too_large", 0)


def test_py2_503_when_it_cannot_be_stored():
    with connection.cursor() as cursor:
        cursor.execute('ALTER TABLE "events"."inbox" RENAME TO "mislaid"')
    answer = send(THING)
    assert (answer.status_code, answer.json()["code"]) == (503, "service_unavailable")


def test_a_stray_idempotency_key_does_no_harm():
    answer = send(THING, **{"Idempotency-Key": "0123456789abcdef"})
    assert answer.json() == {"received": True}


def test_other_methods_are_refused():
    assert Client().get("/webhooks/stripe").status_code == 405


def test_py3_other_types_are_stored_as_ignored():
    send(THING)
    process_inbox(at=timezone.now())
    assert InboxMessage.objects.get().status == "ignored"


def test_what_is_no_event_of_stripes_is_parked():
    send({"id": "evt_1", "type": "payment_intent.succeeded"})
    process_inbox(at=timezone.now())
    row = InboxMessage.objects.get()
    assert (row.status, row.error) == ("failed", "unreadable: KeyError")


def test_api8_webhooks_have_their_own_limits(settings):
    settings.RATE_LIMITS_ENABLED = True
    assert send(THING).headers["RateLimit-Policy"] == '"minute";q=100;w=60, "hour";q=5000;w=3600'
