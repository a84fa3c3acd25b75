"""/holds: slots kept while the agreement is signed and the deposit paid (H-1 to H-5)."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django_filters import CharFilter, ChoiceFilter, DateFilter, UUIDFilter
from rest_framework.request import Request
from rest_framework.response import Response

from bookings import exceptions
from bookings.api.answers.bookings import BookingRow
from bookings.api.answers.holds import HoldDetail, HoldRow, NewHoldRow
from bookings.api.filters import MAX_SEARCH
from bookings.api.inputs import StaffBookingInput, as_request
from bookings.api.public.orders import BOOKING_EXAMPLE, PARTY_REFUSALS, SLOT_REFUSALS
from bookings.api.scope import require_at, station_meant
from bookings.enums import BookingSource, HoldStatus
from bookings.models import ReservationHold
from bookings.selectors.contacts import find_contact_condition
from bookings.selectors.holds import get_hold, list_holds
from bookings.services.disclosures import disclose_hold
from bookings.services.holds import cancel_hold, convert_hold, create_hold
from common.api.filters import HouseFilterSet
from common.api.serializers import EmptyInput
from common.api.views import HouseViewSet, ListMixin
from common.exceptions import InvalidTransition

CODE = "hold.manage"
GONE = (exceptions.HoldExpired, InvalidTransition, exceptions.SlotContended)


class HoldFilter(HouseFilterSet):
    """`q` is a pasted e-mail or phone (P-2)."""

    status = ChoiceFilter(choices=HoldStatus.choices)
    station_id = UUIDFilter()
    date = DateFilter()
    date__gte = DateFilter(field_name="date", lookup_expr="gte")
    date__lt = DateFilter(field_name="date", lookup_expr="lt")
    q = CharFilter(method="search", max_length=MAX_SEARCH)

    def search(self, queryset: QuerySet[ReservationHold], _name: str, text: str) -> QuerySet[ReservationHold]:
        contact = find_contact_condition(text)
        return queryset.none() if contact is None else queryset.filter(contact)


class HoldViewSet(ListMixin, HouseViewSet):
    """Holds of the stations that the caller works for."""

    permission_codes = {
        "list": CODE,
        "retrieve": CODE,
        "create": CODE,
        "cancel": CODE,
        "convert": CODE,
    }
    idempotent_actions = frozenset({"create", "convert"})
    tolerant_actions = frozenset({"cancel", "convert"})
    tagged_actions = frozenset({"retrieve", "create", "cancel", "convert"})
    body_serializers = {"create": StaffBookingInput, "cancel": EmptyInput, "convert": EmptyInput}
    answer_serializers = {"retrieve": HoldDetail, "create": NewHoldRow, "convert": BookingRow}
    success_statuses = {"create": 201, "convert": 201}
    serializer_class = HoldRow
    filterset_class = HoldFilter
    ordering = ("-id",)
    ordering_fields = ("created_at", "date")
    refusals = {
        "create": (*PARTY_REFUSALS, *SLOT_REFUSALS, exceptions.HoldLimitReached),
        "cancel": GONE,
        "convert": (*GONE, exceptions.SlotTaken),
    }
    examples = {"create": BOOKING_EXAMPLE}

    def get_queryset(self) -> QuerySet[ReservationHold]:
        return list_holds(self.actor)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List holds, the newest first."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, pk: Any) -> Response:
        """Return one hold in clear text; each reading is audited (P-3)."""
        hold = get_hold(self.actor, pk)
        disclose_hold(hold=hold, by=self.actor)
        return self.answer(hold)

    def create(self, request: Request) -> Response:
        """Keep a slot for a customer, who gets the link by e-mail; the token is shown this once."""
        station_id = station_meant(self.actor, self.body.get("station_id"))
        require_at(self.actor, CODE, station_id)
        source = self.body.get("source", BookingSource.ADMIN)
        order = as_request({**self.body, "station_id": station_id, "source": source})
        hold, token = create_hold(request=order, by=self.actor, at=timezone.now())
        context = {**self.get_serializer_context(), "token": token}
        return Response(NewHoldRow(hold, context=context).data, status=201, headers=self.etag_headers(hold))

    def cancel(self, request: Request, pk: Any) -> Response:
        """Give the slot back (H-5)."""
        hold = get_hold(self.actor, pk)
        cancelled = cancel_hold(
            hold=hold, expected_updated_at=self._seen(hold), by=self.actor, at=timezone.now()
        )
        return self.answer(cancelled)

    def convert(self, request: Request, pk: Any) -> Response:
        """Make a signed hold a booking without waiting for its deposit (H-3)."""
        hold = get_hold(self.actor, pk)
        booking = convert_hold(
            hold=hold, expected_updated_at=self._seen(hold), by=self.actor, at=timezone.now()
        )
        return self.answer(booking)

    def _seen(self, hold: ReservationHold) -> datetime | None:
        """Return the state of the hold that the caller saw, if If-Match says so; a stale one is 412."""
        self.check_version(hold)
        return hold.updated_at if "If-Match" in self.request.headers else None
