"""Paying by card: the link for what a booking owes (PY-5)."""

from abc import ABC, abstractmethod
from typing import Any, cast

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bookings.enums import PaymentType
from bookings.exceptions import SlotContended
from bookings.models import Payment
from bookings.selectors.bookings import get_booking
from bookings.services.card_links import link_until
from bookings.services.checkout import check_open, fetch_page, keep_link, prepare_booking_checkout
from common.api.serializers import EmptyInput
from common.api.views import HouseAPIView
from common.exceptions import InvalidTransition, NotFound
from common.gateways import CheckoutPage
from events.exceptions import ProviderError

CODE = "booking.update"


class CheckoutAnswer(serializers.Serializer[Any]):
    """Where to pay; `charged_cents` is the amount plus the card fee."""

    payment_id = serializers.UUIDField()
    payment_type = serializers.ChoiceField(choices=PaymentType.choices)
    amount_cents = serializers.IntegerField(help_text="What counts towards the price")
    fee_cents = serializers.IntegerField(help_text="Card fee on top, not given back")
    charged_cents = serializers.IntegerField()
    currency = serializers.CharField()
    checkout_url = serializers.URLField()
    expires_at = serializers.DateTimeField()


def checkout_as_dict(payment: Payment) -> dict[str, Any]:
    """Return the members of CheckoutAnswer."""
    return {
        "payment_id": payment.pk,
        "payment_type": payment.payment_type,
        "amount_cents": payment.amount_cents,
        "fee_cents": payment.fee_cents,
        "charged_cents": payment.amount_cents + payment.fee_cents,
        "currency": payment.currency,
        "checkout_url": payment.checkout_url,
        "expires_at": link_until(payment),
    }


class CheckoutView(HouseAPIView, ABC):
    """Views that hand out a link: the provider is called before the transaction that keeps it."""

    idempotent_actions = frozenset({"post"})
    body_serializers = {"post": EmptyInput}
    answer_serializers = {"post": CheckoutAnswer}
    success_statuses = {"post": 201}
    payment: Payment | None = None
    page: CheckoutPage | None = None

    @abstractmethod
    def prepare_payment(self) -> Payment | None:
        """Return the open payment of what is owed, written in a transaction of its own."""

    def prepare(self) -> None:
        """Write the payment, then ask the provider for its page."""
        _checked = self.body
        self.payment = self.prepare_payment()
        if self.payment is not None:
            self.page = fetch_page(payment=self.payment)

    def kept_payment(self) -> Payment:
        """Return the payment with its link, the last step."""
        payment = cast("Payment", self.payment)
        return check_open(keep_link(payment=payment, page=self.page, at=timezone.now()))


class BookingCheckoutView(CheckoutView):
    """The open card payment of a booking: its deposit, else its balance."""

    permission_codes = {"post": CODE}
    conditional_actions = frozenset({"post"})
    refusals = {"post": (InvalidTransition, SlotContended, ProviderError, NotFound)}

    def prepare_payment(self) -> Payment:
        booking = get_booking(self.actor, self.kwargs["pk"], code=CODE)
        return prepare_booking_checkout(
            booking=booking,
            expected_version=self.expected_version(booking),
            by=self.actor,
            at=timezone.now(),
        )

    def post(self, request: Request, pk: Any) -> Response:
        """Return the link at which the deposit, else the balance, is paid by card."""
        return Response(checkout_as_dict(self.kept_payment()), status=201)
