"""The offline card provider: answers at once, keeps a record, and the same key gives the same answer."""

import json
from datetime import UTC, datetime

from common.gateways import CardRefund, CheckoutOrder, RefundOrder, RefundState, card_gateway

AT = datetime(2026, 5, 1, 19, tzinfo=UTC)


def test_the_offline_gateway_answers_and_keeps_a_record(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    settings.CHECKOUT_URL = "https://example.com/checkout"
    gateway = card_gateway()
    order = CheckoutOrder(
        key="k1",
        amount_cents=10_320,
        currency="USD",
        description="Deposit for MH-1",
        metadata={"payment_id": "k1"},
        expires_at=AT,
        email="ann@example.com",
    )
    page = gateway.create_checkout(order)
    assert (page.id, page.url) == ("cs_offline_k1", "https://example.com/checkout?page=k1")
    assert gateway.create_checkout(order) == page
    gateway.expire_checkout(page.id)
    refund = gateway.refund(
        RefundOrder(key="k2", payment_intent_id="pi_1", amount_cents=500, metadata={"refund_id": "k2"})
    )
    assert refund == CardRefund(id="re_offline_k2", state=RefundState.SUCCEEDED)
    assert gateway.retrieve_refund(refund.id) == refund
    file = tmp_path / "outbox" / "cards.jsonl"
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    assert [row["did"] for row in rows] == [
        "create_checkout",
        "create_checkout",
        "expire_checkout",
        "refund",
        "retrieve_refund",
    ]
    assert (rows[0]["amount_cents"], rows[0]["expires_at"], rows[3]["payment_intent_id"]) == (
        10_320,
        "2026-05-01T19:00:00Z",
        "pi_1",
    )
    assert file.stat().st_mode & 0o077 == 0
