"""Quote, book, hold and sign."""

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bookings import exceptions
from bookings.api.inputs import BookingInput, QuoteInput, QuoteMailInput, as_request
from bookings.api.public.answers import HoldAnswer, NewHoldAnswer, PublicBookingAnswer, QuoteAnswer
from bookings.selectors.holds import get_hold_by_token
from bookings.services.agreements import CURRENT
from bookings.services.bookings import create_booking
from bookings.services.holds import cancel_hold, create_hold, sign_hold
from bookings.services.offers import offer_quote
from bookings.services.quote_mails import email_quote
from common.api.permissions import PUBLIC
from common.api.serializers import StrictSerializer
from common.api.views import HouseAPIView
from common.exceptions import InvalidTransition, NotFound

PARTY_REFUSALS = (
    exceptions.PartySizeInvalid,
    exceptions.ProteinCountMismatch,
    exceptions.TierNotAvailable,
    exceptions.UnknownPostalCode,
    exceptions.LocationMismatch,
    exceptions.OutsideServiceArea,
    exceptions.CouponInvalid,
    NotFound,
)
SLOT_REFUSALS = (
    exceptions.SlotTaken,
    exceptions.SlotContended,
    exceptions.SlotNotOffered,
    exceptions.SlotInPast,
    exceptions.BeyondHorizon,
    exceptions.LeadTimeTooShort,
    exceptions.AllergensRequired,
    exceptions.QuoteChanged,
)
HOLD_REFUSALS = (NotFound, exceptions.HoldExpired, InvalidTransition)


PARTY_EXAMPLE = {
    "station_id": "01890a5d-ac96-774b-bcce-b302099a8057",
    "date": "2027-06-05",
    "slot": "18:00",
    "adults": 8,
    "kids": 4,
    "menu": {"proteins": {"chicken": 12, "shrimp": 12}, "addons": {"gyoza": 2}},
    "postal_code": "94539",
}
BOOKING_EXAMPLE = {
    **PARTY_EXAMPLE,
    "first_name": "Robin",
    "last_name": "Example",
    "email": "robin@example.com",
    "phone": "+14155550123",
    "address": "5 Oak Avenue, Fremont",
    "allergens": ["none"],
    "terms_accepted": True,
}
SIGNATURE_EXAMPLE = {
    "signer_name": "Robin Example",
    "agreement_version": CURRENT,
    "agreement_text_hash": "0" * 64,
}


class SignatureInput(StrictSerializer):
    """H-2: a typed name under the agreement that /public/policies shows, by its version and hash."""

    signer_name = serializers.CharField(max_length=200)
    agreement_version = serializers.CharField(max_length=20)
    agreement_text_hash = serializers.RegexField(r"^[0-9a-fA-F]{64}$")


class QuoteView(HouseAPIView):
    """Price a party; nothing is kept."""

    permission_codes = {"post": PUBLIC}
    examples = {"post": PARTY_EXAMPLE}
    body_serializers = {"post": QuoteInput}
    answer_serializers = {"post": QuoteAnswer}
    refusals = {"post": PARTY_REFUSALS}

    def post(self, request: Request) -> Response:
        offer = offer_quote(request=as_request(self.body), by=self.actor, at=timezone.now())
        return Response({"station_id": offer.price_book.station_id, **offer.as_dict()})


class QuoteMailView(HouseAPIView):
    """Price a party and mail the quote; nothing else is kept of it."""

    permission_codes = {"post": PUBLIC}
    throttle_scopes = {"post": "public_booking"}
    examples = {"post": {**PARTY_EXAMPLE, "first_name": "Robin", "email": "robin@example.com"}}
    body_serializers = {"post": QuoteMailInput}
    answer_serializers = {"post": QuoteAnswer}
    success_statuses = {"post": 201}
    refusals = {"post": PARTY_REFUSALS}

    def post(self, request: Request) -> Response:
        offer = email_quote(request=as_request(self.body), by=self.actor, at=timezone.now())
        return Response({"station_id": offer.price_book.station_id, **offer.as_dict()}, status=201)


class PublicBookingView(HouseAPIView):
    """Book a party; of many who ask for the same lane at once, one gets it."""

    permission_codes = {"post": PUBLIC}
    idempotent_actions = frozenset({"post"})
    throttle_scopes = {"post": "public_booking"}
    examples = {"post": BOOKING_EXAMPLE}
    body_serializers = {"post": BookingInput}
    answer_serializers = {"post": PublicBookingAnswer}
    success_statuses = {"post": 201}
    refusals = {"post": (*PARTY_REFUSALS, *SLOT_REFUSALS, exceptions.TermsNotAccepted)}

    def post(self, request: Request) -> Response:
        booking = create_booking(request=as_request(self.body), by=self.actor, at=timezone.now())
        return Response(PublicBookingAnswer(booking).data, status=201)


class PublicHoldView(HouseAPIView):
    """Keep a slot for two hours while the agreement is read; the token is shown this once."""

    permission_codes = {"post": PUBLIC}
    idempotent_actions = frozenset({"post"})
    throttle_scopes = {"post": "hold"}
    examples = {"post": BOOKING_EXAMPLE}
    body_serializers = {"post": BookingInput}
    answer_serializers = {"post": NewHoldAnswer}
    success_statuses = {"post": 201}
    refusals = {"post": (*PARTY_REFUSALS, *SLOT_REFUSALS, exceptions.HoldLimitReached)}

    def post(self, request: Request) -> Response:
        hold, token = create_hold(request=as_request(self.body), by=self.actor, at=timezone.now())
        return Response(NewHoldAnswer(hold, context={"token": token}).data, status=201)


class HoldView(HouseAPIView):
    """A hold, for whoever has its token."""

    permission_codes = {"get": PUBLIC, "delete": PUBLIC}
    answer_serializers = {"get": HoldAnswer, "delete": None}
    success_statuses = {"delete": 204}
    refusals = {"get": HOLD_REFUSALS, "delete": HOLD_REFUSALS}

    def get(self, request: Request, token: str) -> Response:
        hold = get_hold_by_token(token=token, at=timezone.now())
        return Response(HoldAnswer(hold).data, headers=self.etag_headers(hold))

    def delete(self, request: Request, token: str) -> Response:
        now = timezone.now()
        cancel_hold(hold=get_hold_by_token(token=token, at=now), by=self.actor, at=now)
        return Response(status=204)


class HoldSignatureView(HouseAPIView):
    """Sign the agreement of a hold; four hours to pay follow."""

    permission_codes = {"post": PUBLIC}
    examples = {"post": SIGNATURE_EXAMPLE}
    body_serializers = {"post": SignatureInput}
    answer_serializers = {"post": HoldAnswer}
    refusals = {"post": HOLD_REFUSALS}

    def post(self, request: Request, token: str) -> Response:
        now = timezone.now()
        hold = sign_hold(hold=get_hold_by_token(token=token, at=now), **self.body, by=self.actor, at=now)
        return Response(HoldAnswer(hold).data)
