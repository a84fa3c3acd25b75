"""Outbox target `stripe`: refunds and void links, executed by the card provider with stable keys (E-6)."""

from datetime import datetime, timedelta
from uuid import UUID

from bookings.enums import PaymentStatus
from bookings.models import Payment
from bookings.services.card_refunds import settle_card_refund
from common.actors import SystemActor
from common.gateways import CardRefund, CardRefused, RefundOrder, RefundState, card_gateway
from events.exceptions import DeliveryDeferred, Undeliverable
from events.models import OutboxMessage

STRIPE = SystemActor("stripe")
ASK_AGAIN = timedelta(hours=1)
OUTCOMES = {
    RefundState.PENDING: PaymentStatus.PENDING,
    RefundState.SUCCEEDED: PaymentStatus.COMPLETED,
    RefundState.FAILED: PaymentStatus.FAILED,
}


def send_to_provider(message: OutboxMessage, at: datetime) -> int | None:
    """Execute one order; the courier of target `stripe`.

    An order that the provider refuses is settled as failed; one it did not answer is tried again with the
    same key. A refund on its way is asked for every hour.
    """
    if message.destination == "refund":
        _refund(UUID(message.payload["refund_id"]), at=at)
    elif message.destination == "void_checkout":
        _void(message.payload["page"])
    else:
        raise Undeliverable(f"the card provider knows no {message.destination}")
    return None


def _refund(refund_id: UUID, *, at: datetime) -> None:
    refund = Payment.objects.select_related("refunded_payment").get(pk=refund_id)
    if refund.status != PaymentStatus.PENDING:
        return
    told = _ask(refund)
    settle_card_refund(
        refund_id=refund_id,
        stripe_refund_id=told.id,
        outcome=OUTCOMES[told.state],
        failure=told.failure,
        by=STRIPE,
        at=at,
    )
    if told.state == RefundState.PENDING:
        raise DeliveryDeferred(at + ASK_AGAIN, "refund_pending")


def _ask(refund: Payment) -> CardRefund:
    gateway = card_gateway()
    if refund.stripe_refund_id is not None:
        # The same key would get the first answer for ever.
        return gateway.retrieve_refund(refund.stripe_refund_id)
    original = refund.refunded_payment
    if original is None or original.stripe_payment_intent_id is None:
        raise Undeliverable("the refund has no card payment")
    order = RefundOrder(
        key=str(refund.pk),
        payment_intent_id=original.stripe_payment_intent_id,
        amount_cents=refund.amount_cents,
        metadata={"refund_id": str(refund.pk), "payment_id": str(original.pk)},
    )
    try:
        return gateway.refund(order)
    except CardRefused as refusal:
        return CardRefund(id="", state=RefundState.FAILED, failure=str(refusal))


def _void(page: str) -> None:
    try:
        card_gateway().expire_checkout(page)
    except CardRefused:
        # Paid or closed already: what was paid comes by webhook.
        return
