"""Paying the deposit of a hold by card (H-3, PY-5)."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bookings import exceptions
from bookings.api.checkouts import CheckoutAnswer, CheckoutView, checkout_as_dict
from bookings.api.public.orders import HOLD_REFUSALS
from bookings.models import Payment, ReservationHold
from bookings.selectors.holds import get_hold_by_token
from bookings.services.checkout import prepare_hold_checkout
from bookings.services.holds import pay_hold
from common.api.permissions import PUBLIC
from events.exceptions import ProviderError


class HoldPaymentAnswer(CheckoutAnswer):
    """Where to pay; a hold without deposit becomes its booking at once, and the rest is null."""

    payment_id = serializers.UUIDField(allow_null=True)
    payment_type = serializers.ChoiceField(choices=["deposit"], allow_null=True)
    checkout_url = serializers.URLField(allow_null=True)
    expires_at = serializers.DateTimeField(allow_null=True)
    booking_id = serializers.UUIDField(allow_null=True)


class HoldPaymentView(CheckoutView):
    """The deposit of a signed hold; once it is paid, the hold is a confirmed booking."""

    permission_codes = {"post": PUBLIC}
    answer_serializers = {"post": HoldPaymentAnswer}
    refusals = {"post": (*HOLD_REFUSALS, exceptions.SlotContended, exceptions.SlotTaken, ProviderError)}

    def prepare_payment(self) -> Payment | None:
        now = timezone.now()
        hold = self._hold()
        if hold.deposit_cents == 0:
            return None
        return prepare_hold_checkout(hold=hold, by=self.actor, at=now)

    def post(self, request: Request, token: str) -> Response:
        """Return the link at which the deposit is paid by card."""
        if self.payment is not None:
            return Response({**checkout_as_dict(self.kept_payment()), "booking_id": None}, status=201)
        hold = self._hold()
        booking = pay_hold(hold=hold, method="card", reference="", by=self.actor, at=timezone.now())
        nothing: dict[str, Any] = dict.fromkeys(HoldPaymentAnswer().fields)
        zero = {"amount_cents": 0, "fee_cents": 0, "charged_cents": 0, "currency": booking.currency}
        return Response({**nothing, **zero, "booking_id": booking.pk}, status=201)

    def _hold(self) -> ReservationHold:
        return get_hold_by_token(token=self.kwargs["token"], at=timezone.now())
