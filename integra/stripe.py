"""Card payments by Stripe's own SDK; chosen by CARD_GATEWAY, its key comes from the environment."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from stripe import (
    CardError,
    InvalidRequestError,
    Refund,
    RequestsClient,
    StripeClient,
    StripeError,
)

from common.gateways import (
    CardRefund,
    CardRefused,
    CardUnavailable,
    CheckoutOrder,
    CheckoutPage,
    RefundOrder,
    RefundState,
)

if TYPE_CHECKING:
    from stripe.params.checkout import SessionCreateParams

TIMEOUT_SECONDS = 10
RETRIES = 2
STATES = {
    "succeeded": RefundState.SUCCEEDED,
    "failed": RefundState.FAILED,
    "canceled": RefundState.FAILED,
}


class StripeGateway:
    """The provider in production; every write carries the caller's idempotency key."""

    def __init__(self) -> None:
        if not settings.STRIPE_API_KEY:
            raise ImproperlyConfigured("Setting STRIPE_API_KEY is missing: set it in the environment.")
        self._client = StripeClient(
            settings.STRIPE_API_KEY,
            base_addresses={"api": settings.STRIPE_API_BASE},
            max_network_retries=RETRIES,
            http_client=RequestsClient(timeout=TIMEOUT_SECONDS),
        )

    def create_checkout(self, order: CheckoutOrder) -> CheckoutPage:
        metadata = dict(order.metadata)
        params: SessionCreateParams = {
            "mode": "payment",
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": order.currency.lower(),
                        "unit_amount": order.amount_cents,
                        "product_data": {"name": order.description},
                    },
                }
            ],
            "metadata": metadata,
            "payment_intent_data": {"metadata": metadata},
            "success_url": f"{settings.CHECKOUT_URL}?paid=yes",
            "cancel_url": f"{settings.CHECKOUT_URL}?paid=no",
            "expires_at": int(order.expires_at.timestamp()),
        }
        if order.email:
            params["customer_email"] = order.email
        with _translated():
            session = self._client.v1.checkout.sessions.create(params, {"idempotency_key": order.key})
        if session.url is None:
            raise CardUnavailable("no_page")
        return CheckoutPage(id=session.id, url=session.url)

    def expire_checkout(self, page_id: str) -> None:
        with _translated():
            self._client.v1.checkout.sessions.expire(page_id)

    def refund(self, order: RefundOrder) -> CardRefund:
        with _translated():
            refund = self._client.v1.refunds.create(
                {
                    "payment_intent": order.payment_intent_id,
                    "amount": order.amount_cents,
                    "metadata": dict(order.metadata),
                },
                {"idempotency_key": order.key},
            )
        return _told(refund)

    def retrieve_refund(self, refund_id: str) -> CardRefund:
        with _translated():
            return _told(self._client.v1.refunds.retrieve(refund_id))


def _told(refund: Refund) -> CardRefund:
    state = STATES.get(refund.status or "", RefundState.PENDING)
    failure = getattr(refund, "failure_reason", None) or (
        refund.status if state == RefundState.FAILED else ""
    )
    return CardRefund(id=refund.id, state=state, failure=failure or "")


@contextmanager
def _translated() -> Iterator[None]:
    """Turn Stripe's errors into those of the gateway; their words may quote a person and are left out."""
    try:
        yield
    except (InvalidRequestError, CardError) as error:
        raise CardRefused(error.code or type(error).__name__) from None
    except StripeError as error:
        raise CardUnavailable(type(error).__name__) from None
