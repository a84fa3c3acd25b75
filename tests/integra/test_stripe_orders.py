"""PY-7, E-6: refunds and void links through the outbox, the courier, the SDK, to a local Stripe."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bookings.models import Payment, SystemEvent
from bookings.services.card_courier import send_to_provider
from bookings.services.checkout import fetch_page, keep_link, prepare_booking_checkout
from bookings.services.refunds import refund_payment
from common.actors import GuestActor, SystemActor
from events.exceptions import Undeliverable
from events.models import OutboxMessage
from events.services.outbox import dispatch_outbox
from tests.bookings.parties import NOW, make_booking, make_station
from tests.factories.events import OutboxMessageFactory
from tests.integra.stripe_stub import stripe_stub

pytestmark = pytest.mark.django_db
STAFF = SystemActor("test")
REFUNDS = "/v1/refunds"


@pytest.fixture
def stub(settings):
    settings.CARD_GATEWAY = "integra.stripe.StripeGateway"
    settings.STRIPE_API_KEY = "sk_test_nothing"
    with stripe_stub() as server:
        settings.STRIPE_API_BASE = server.url
        yield server


@pytest.fixture
def payment():
    return Payment.objects.create(
        booking=make_booking(make_station(), status="confirmed"),
        payment_type="full_payment",
        payment_method="card",
        status="completed",
        amount_cents=60_000,
        fee_cents=1_770,
        stripe_payment_intent_id="pi_1",
        completed_at=NOW,
    )


@pytest.fixture
def refund(payment):
    return refund_payment(payment=payment, amount_cents=2_000, reason="Guests fell ill", by=STAFF, at=NOW)


def told(status, **values):
    return (200, {"object": "refund", "id": "re_1", "status": status, **values})


def relay(at=NOW):
    return dispatch_outbox(at=at, targets=["stripe"])


def row():
    return OutboxMessage.objects.get(target="stripe")


def test_py7_stripe_executes_with_the_row_as_key(stub, payment, refund):
    stub.on(REFUNDS, told("succeeded"))
    assert relay().failed == 0
    refund.refresh_from_db()
    assert (refund.status, refund.stripe_refund_id, refund.completed_at) == ("completed", "re_1", NOW)
    assert [asked["headers"]["Idempotency-Key"] for asked in stub.requests] == [str(refund.pk)]
    assert stub.requests[0]["form"]["amount"] == "2000"
    assert row().status == "completed"


def test_py7_a_refund_on_its_way_is_asked_for_every_hour(stub, refund):
    stub.on(REFUNDS, told("pending"))
    stub.on(f"{REFUNDS}/re_1", told("pending"), told("succeeded"))
    relay()
    waiting = row()
    assert (waiting.status, waiting.attempts, waiting.next_attempt_at) == (
        "pending",
        0,
        NOW + timedelta(hours=1),
    )
    relay(NOW + timedelta(hours=1))
    relay(NOW + timedelta(hours=2))
    refund.refresh_from_db()
    assert (refund.status, row().status) == ("completed", "completed")
    assert [asked["method"] for asked in stub.requests] == ["POST", "GET", "GET"]


def test_py7_a_refusal_fails_it_at_once(stub, payment, refund):
    stub.on(REFUNDS, (400, {"error": {"type": "invalid_request_error", "code": "charge_disputed"}}))
    assert relay().failed == 0
    refund.refresh_from_db()
    payment.refresh_from_db()
    assert (refund.status, refund.failure_reason, refund.stripe_refund_id) == (
        "failed",
        "charge_disputed",
        None,
    )
    assert (payment.status, payment.refunded_amount_cents) == ("completed", 0)
    assert SystemEvent.objects.filter(action="refund_failed").count() == 1


def test_py7_a_refund_that_fails_later(stub, payment, refund):
    stub.on(REFUNDS, told("pending"))
    stub.on(f"{REFUNDS}/re_1", told("failed", failure_reason="lost_or_stolen_card"))
    relay()
    relay(NOW + timedelta(hours=1))
    refund.refresh_from_db()
    assert (refund.status, refund.failure_reason, refund.stripe_refund_id) == (
        "failed",
        "lost_or_stolen_card",
        "re_1",
    )


def test_e5_silence_is_tried_three_times_with_the_same_key_then_parked(stub, payment, refund):
    stub.on(REFUNDS, (503, {"error": {"type": "api_error"}}))
    at = NOW
    for _turn in range(3):
        assert relay(at).failed == 1
        at += timedelta(minutes=6)
    parked = row()
    refund.refresh_from_db()
    payment.refresh_from_db()
    assert (parked.status, parked.attempts) == ("failed", 3)
    # Stripe may have done it: nothing is restored.
    assert (refund.status, payment.refunded_amount_cents) == ("pending", 2_000)
    assert {asked["headers"]["Idempotency-Key"] for asked in stub.requests} == {str(refund.pk)}


def test_a_refund_that_lost_its_card_payment_is_parked(payment, refund):
    Payment.objects.filter(pk=payment.pk).update(stripe_payment_intent_id=None)
    relay()
    assert (row().status, row().error) == ("failed", "the refund has no card payment")


def test_an_unknown_order_is_undeliverable():
    stray = OutboxMessageFactory(target="stripe", destination="dance")
    with pytest.raises(Undeliverable, match="knows no dance"):
        send_to_provider(stray, NOW)


@pytest.mark.parametrize("status", [200, 400])
def test_py5_a_void_link_is_closed_at_stripe_or_was(stub, status):
    booking = make_booking(make_station())
    stub.on(
        "/v1/checkout/sessions",
        (200, {"object": "checkout.session", "id": "cs_1", "url": "https://p.example"}),
    )
    answer = {"object": "checkout.session", "id": "cs_1"}
    if status == 400:
        answer = {"error": {"type": "invalid_request_error", "message": "already complete"}}
    stub.on("/v1/checkout/sessions/cs_1/expire", (status, answer))
    payment = prepare_booking_checkout(booking=booking, by=GuestActor(), at=NOW)
    kept = keep_link(payment=payment, page=fetch_page(payment=payment), at=NOW)
    assert kept.checkout_url == "https://p.example"
    type(booking).objects.update(deposit_due_cents=9_000)
    prepare_booking_checkout(booking=booking, by=GuestActor(), at=timezone.now())
    assert relay(timezone.now()).failed == 0
    assert (row().destination, row().status) == ("void_checkout", "completed")
