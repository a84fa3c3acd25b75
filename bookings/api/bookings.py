"""/bookings: list, one, create, change; its actions stand in `booking_actions`."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from orjson import Fragment
from rest_framework.request import Request
from rest_framework.response import Response

from bookings import exceptions
from bookings.api.answers.bookings import BookingDetail, BookingRow, ExplanationAnswer
from bookings.api.answers.history import RecommendationsAnswer, recommendations_as_dict
from bookings.api.bodies import ChangeInput
from bookings.api.booking_decisions import BookingDecisions
from bookings.api.filters import BookingFilter, require_blind_parameters
from bookings.api.inputs import StaffBookingInput
from bookings.api.public.orders import PARTY_REFUSALS, SLOT_REFUSALS
from bookings.api.requests import staff_request
from bookings.api.scope import require
from bookings.models import Booking
from bookings.policies import Audience, audience_of, reads_as_chef
from bookings.selectors.booking_rows import READ, fetch_newest_rows, list_booking_rows
from bookings.selectors.bookings import get_booking
from bookings.selectors.chef_scores import recommend_chefs
from bookings.selectors.chefs import list_chefs
from bookings.selectors.explain import explain_booking
from bookings.selectors.explain_to_chef import explain_to_chef
from bookings.selectors.payments import get_paid_cents
from bookings.services.bookings import create_booking
from bookings.services.changes import BookingChanges, change_booking
from bookings.services.disclosures import disclose_booking
from common.api.filters import ORDERING
from common.api.pagination import CursorPagination
from common.api.views import HouseViewSet, ListMixin
from common.exceptions import InvalidTransition, PermissionDenied


class BookingViewSet(BookingDecisions, ListMixin, HouseViewSet):
    """Parties within the caller's reach: of their stations, of their own e-mail, or those they cook for."""

    permission_codes = {
        "list": "booking.read",
        "retrieve": "booking.read",
        "create": "booking.create",
        "partial_update": "booking.update",
        "destroy": "booking.delete",
        "explain": "booking.read",
        "chef_recommendations": "booking.read",
        **BookingDecisions.codes,
    }
    idempotent_actions = frozenset({"create"})
    conditional_actions = frozenset({"partial_update", "destroy", *BookingDecisions.codes})
    tagged_actions = frozenset({"retrieve", "create", "partial_update", *BookingDecisions.codes})
    # A detail tells of customer, payments and deposit too, and to a chef by the day.
    composed_actions = frozenset({"retrieve"})
    body_serializers = {
        "create": StaffBookingInput,
        "partial_update": ChangeInput,
        **BookingDecisions.bodies,
    }
    answer_serializers = {
        "retrieve": BookingDetail,
        "destroy": None,
        "explain": ExplanationAnswer,
        "chef_recommendations": RecommendationsAnswer,
    }
    success_statuses = {"create": 201, "destroy": 204}
    examples = BookingDecisions.samples
    serializer_class = BookingRow
    filterset_class = BookingFilter
    # Keys are UUIDv7: newest first, by the one index that serves every scope.
    ordering = ("-id",)
    ordering_fields = ("created_at", "date", "starts_at")
    refusals = {
        "create": (*PARTY_REFUSALS, *SLOT_REFUSALS, exceptions.TermsNotAccepted),
        "partial_update": (
            *PARTY_REFUSALS,
            exceptions.EditCutoffPassed,
            exceptions.AllergensRequired,
            InvalidTransition,
        ),
        **BookingDecisions.problems,
    }

    def get_queryset(self) -> QuerySet[Any]:
        asked = self.request.query_params.get(ORDERING, "")
        return list_booking_rows(
            self.actor,
            also=[name for name in self.ordering_fields if name in asked.replace("-", "").split(",")],
        )

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List parties, the newest first."""
        if reads_as_chef(self.actor):
            require_blind_parameters(request.query_params)
        if request.query_params.keys() - {"limit"} or self.actor.scope(READ).own:
            return super().list(request, *args, **kwargs)
        pages = CursorPagination()
        rows = fetch_newest_rows(self.actor, pages.get_limit(request) + 1)
        page = pages.first_page(rows, request, model=Booking, ordering=self.ordering)
        return pages.get_paginated_response([Fragment(row["row"]) for row in page])

    def retrieve(self, request: Request, pk: Any) -> Response:
        """Return one booking in clear text; a chef knows the contact from 7 days before to 1 day after."""
        booking = get_booking(self.actor, pk)
        disclosed = disclose_booking(booking=booking, by=self.actor, at=timezone.now())
        context = {"view": self, "disclosed": disclosed, "paid_cents": get_paid_cents(booking.pk)}
        return Response(BookingDetail(booking, context=context).data, headers=self.etag_headers(booking))

    def create(self, request: Request) -> Response:
        """Book a party; a taken slot answers 409 with alternatives."""
        order = staff_request(self.actor, self.body)
        return self.answer(create_booking(request=order, by=self.actor, at=timezone.now()))

    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change guests, menu, allergens, venue or notes; the party is priced anew."""
        booking = require(self.actor, "change", get_booking(self.actor, pk))
        if "notes" in self.body and audience_of(self.actor, booking.station_id) is not Audience.STAFF:
            raise PermissionDenied("Internal notes are for staff.")
        changed = change_booking(
            booking=booking,
            changes=BookingChanges(**self.body),
            expected_version=self.expected_version(booking),
            by=self.actor,
            at=timezone.now(),
        )
        return self.answer(changed)

    def explain(self, request: Request, pk: Any) -> Response:
        """Say why the booking is in its state, what blocks it, and what happens next by itself."""
        booking = get_booking(self.actor, pk)
        for_chef = audience_of(self.actor, booking.station_id) is Audience.CHEF
        explain = explain_to_chef if for_chef else explain_booking
        return Response(ExplanationAnswer(explain(booking=booking, at=timezone.now())).data)

    def chef_recommendations(self, request: Request, pk: Any) -> Response:
        """Name the chefs for the party, the best first, with the parts of each score (BK-16).

        Of those whom the caller may know: a chef stands there alone, a host learns of none.
        """
        booking = get_booking(self.actor, pk)
        known = set(list_chefs(self.actor).values_list("pk", flat=True))
        found = [item for item in recommend_chefs(booking) if item.chef.pk in known]
        return Response(recommendations_as_dict(found))
