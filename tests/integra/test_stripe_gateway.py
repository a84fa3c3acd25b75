"""The card provider through its own SDK, against a local server."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ImproperlyConfigured

from common.gateways import (
    CardRefund,
    CardRefused,
    CardUnavailable,
    CheckoutOrder,
    CheckoutPage,
    RefundOrder,
    RefundState,
    card_gateway,
)
from tests.integra.stripe_stub import stripe_stub

AT = datetime(2026, 5, 1, 19, tzinfo=UTC)
SESSIONS = "/v1/checkout/sessions"
ORDER = CheckoutOrder(
    key="0190-key",
    amount_cents=10_320,
    currency="USD",
    description="Deposit for MH-00000001",
    metadata={"payment_id": "0190-key", "credited_cents": "10000", "fee_cents": "320"},
    expires_at=AT,
    email="ann@example.com",
)
REFUND = RefundOrder(
    key="0190-refund", payment_intent_id="pi_1", amount_cents=2_500, metadata={"refund_id": "0190-refund"}
)


@pytest.fixture
def stub(settings):
    settings.CARD_GATEWAY = "integra.stripe.StripeGateway"
    settings.STRIPE_API_KEY = "sk_test_nothing"
    settings.CHECKOUT_URL = "https://example.com/checkout"
    with stripe_stub() as server:
        settings.STRIPE_API_BASE = server.url
        yield server


def test_py5_a_page_is_ordered_with_key_and_metadata(stub):
    stub.on(SESSIONS, (200, {"object": "checkout.session", "id": "cs_1", "url": "https://pay.example/1"}))
    assert card_gateway().create_checkout(ORDER) == CheckoutPage(id="cs_1", url="https://pay.example/1")
    (asked,) = stub.requests
    assert asked["headers"]["Idempotency-Key"] == "0190-key"
    assert asked["headers"]["Authorization"] == "Bearer sk_test_nothing"
    assert asked["form"] == {
        "mode": "payment",
        "line_items[0][quantity]": "1",
        "line_items[0][price_data][currency]": "usd",
        "line_items[0][price_data][unit_amount]": "10320",
        "line_items[0][price_data][product_data][name]": "Deposit for MH-00000001",
        "metadata[payment_id]": "0190-key",
        "metadata[credited_cents]": "10000",
        "metadata[fee_cents]": "320",
        "payment_intent_data[metadata][payment_id]": "0190-key",
        "payment_intent_data[metadata][credited_cents]": "10000",
        "payment_intent_data[metadata][fee_cents]": "320",
        "success_url": "https://example.com/checkout?paid=yes",
        "cancel_url": "https://example.com/checkout?paid=no",
        "expires_at": str(int(AT.timestamp())),
        "customer_email": "ann@example.com",
    }


def test_a_page_without_an_address_is_no_page(stub):
    stub.on(SESSIONS, (200, {"object": "checkout.session", "id": "cs_1", "url": None}))
    with pytest.raises(CardUnavailable, match="no_page"):
        card_gateway().create_checkout(ORDER)


def test_a_page_is_closed(stub):
    stub.on(f"{SESSIONS}/cs_1/expire", (200, {"object": "checkout.session", "id": "cs_1"}))
    card_gateway().expire_checkout("cs_1")
    assert [asked["path"] for asked in stub.requests] == [f"{SESSIONS}/cs_1/expire"]


@pytest.mark.parametrize(
    ("told", "state", "failure"),
    [
        ({"status": "succeeded"}, RefundState.SUCCEEDED, ""),
        ({"status": "pending"}, RefundState.PENDING, ""),
        ({"status": "requires_action"}, RefundState.PENDING, ""),
        (
            {"status": "failed", "failure_reason": "expired_or_canceled_card"},
            RefundState.FAILED,
            "expired_or_canceled_card",
        ),
        ({"status": "canceled"}, RefundState.FAILED, "canceled"),
    ],
)
def test_py7_refunds(stub, told, state, failure):
    body = {"object": "refund", "id": "re_1", **told}
    stub.on("/v1/refunds", (200, body))
    stub.on("/v1/refunds/re_1", (200, body))
    expected = CardRefund(id="re_1", state=state, failure=failure)
    assert card_gateway().refund(REFUND) == expected
    assert card_gateway().retrieve_refund("re_1") == expected
    assert stub.requests[0]["form"] == {
        "payment_intent": "pi_1",
        "amount": "2500",
        "metadata[refund_id]": "0190-refund",
    }
    assert stub.requests[0]["headers"]["Idempotency-Key"] == "0190-refund"


def test_a_refusal_says_its_code_only(stub):
    error = {"type": "invalid_request_error", "code": "charge_already_refunded", "message": "ann@example.com"}
    stub.on("/v1/refunds", (400, {"error": error}))
    with pytest.raises(CardRefused) as refusal:
        card_gateway().refund(REFUND)
    assert str(refusal.value) == "charge_already_refunded"


def test_a_refusal_without_a_code(stub):
    stub.on("/v1/refunds", (400, {"error": {"type": "invalid_request_error", "message": "no"}}))
    with pytest.raises(CardRefused, match="InvalidRequestError"):
        card_gateway().refund(REFUND)


def test_the_sdk_repeats_with_the_same_key_and_gives_up(stub):
    stub.on("/v1/refunds", (500, {"error": {"type": "api_error"}}))
    with pytest.raises(CardUnavailable, match="APIError"):
        card_gateway().refund(REFUND)
    assert [asked["headers"]["Idempotency-Key"] for asked in stub.requests] == ["0190-refund"] * 3


def test_a_key_is_needed(stub, settings):
    settings.STRIPE_API_KEY = ""
    with pytest.raises(ImproperlyConfigured, match="STRIPE_API_KEY"):
        card_gateway()
