"""/payment-events: money that arrived by itself, and the bookings it may be for (section 7)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from django_filters import ChoiceFilter, IsoDateTimeFilter, UUIDFilter
from django_filters.rest_framework import BooleanFilter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bookings.enums import PaymentMethod
from bookings.exceptions import SlotContended
from bookings.selectors.bookings import get_booking
from common.api.filters import HouseFilterSet
from common.api.serializers import ReasonInput, StrictSerializer
from common.api.views import HouseViewSet
from common.crypto.normalize import normalize_phone
from common.exceptions import InvalidTransition, NotFound, PermissionDenied
from integra.api.answers import PaymentEventRow
from integra.enums import QUEUED_PAYMENT_STATUSES, PaymentEventStatus, PaymentProvider
from integra.exceptions import AlreadyMatched
from integra.models import PaymentEvent
from integra.selectors.candidates import find_candidates
from integra.selectors.payment_events import get_payment_event, list_payment_events
from integra.services.matches import match_event, unmatch_event
from integra.services.payment_events import ToldPayment, enter_payment_event
from integra.services.queue import CODE, ignore_event

MAX_CENTS = 100_000_000


class PaymentEventInput(StrictSerializer):
    """Money entered by hand; `reference` is its number at the bank, by which a repeat is known."""

    examples: ClassVar[Mapping[str, Any]] = {
        "reference": "ZL-48213",
        "memo": "MH-7K3Q9D",
        "sender_handle": "@ann-lee",
    }

    reference = serializers.CharField(max_length=255)
    amount_cents = serializers.IntegerField(min_value=1, max_value=MAX_CENTS)
    method = serializers.ChoiceField(choices=PaymentMethod.choices)
    occurred_at = serializers.DateTimeField()
    station_id = serializers.UUIDField(required=False, allow_null=True)
    memo = serializers.CharField(max_length=500, required=False, allow_blank=True)
    sender_name = serializers.CharField(max_length=200, required=False, allow_blank=True)
    sender_email = serializers.EmailField(max_length=254, required=False)
    sender_phone = serializers.CharField(max_length=30, required=False)
    sender_handle = serializers.CharField(max_length=100, required=False)

    def validate_sender_phone(self, value: str) -> str:
        try:
            return normalize_phone(value)
        except ValueError:
            raise serializers.ValidationError("This is no phone number.") from None


class MatchInput(StrictSerializer):
    booking_id = serializers.UUIDField()
    notes = serializers.CharField(max_length=500, required=False, allow_blank=True)


class PaymentEventFilter(HouseFilterSet):
    """`queued`: what waits for staff."""

    status = ChoiceFilter(choices=PaymentEventStatus.choices)
    provider = ChoiceFilter(choices=PaymentProvider.choices)
    method = ChoiceFilter(choices=PaymentMethod.choices)
    station_id = UUIDFilter()
    occurred_at__gte = IsoDateTimeFilter(field_name="occurred_at", lookup_expr="gte")
    occurred_at__lt = IsoDateTimeFilter(field_name="occurred_at", lookup_expr="lt")
    queued = BooleanFilter(method="only_queued")

    def only_queued(
        self, queryset: QuerySet[PaymentEvent], _name: str, wanted: bool
    ) -> QuerySet[PaymentEvent]:
        rows = {"status__in": QUEUED_PAYMENT_STATUSES}
        return queryset.filter(**rows) if wanted else queryset.exclude(**rows)


class PaymentEventViewSet(HouseViewSet):
    """Events of the caller's stations, and of the company where the right reaches that far."""

    permission_codes = dict.fromkeys(("list", "create", "match", "unmatch", "ignore"), CODE)
    body_serializers = {
        "create": PaymentEventInput,
        "match": MatchInput,
        "unmatch": ReasonInput,
        "ignore": ReasonInput,
    }
    success_statuses = {"create": 201}
    repeat_statuses = {"create": 200}
    tagged_actions = frozenset({"create", "match", "unmatch", "ignore"})
    serializer_class = PaymentEventRow
    filterset_class = PaymentEventFilter
    ordering = ("-id",)
    ordering_fields = ("occurred_at", "amount_cents")
    refusals = {
        "match": (AlreadyMatched, InvalidTransition, NotFound, SlotContended),
        "unmatch": (InvalidTransition, SlotContended),
        "ignore": (AlreadyMatched, InvalidTransition),
    }
    examples = {
        "create": {
            "reference": "ZL-48213",
            "amount_cents": 10_000,
            "method": "zelle",
            "occurred_at": "2027-05-01T12:00:00Z",
            "memo": "MH-12AB34CD",
            "sender_name": "Robin Example",
        },
        "match": {"booking_id": "01890a5d-ac96-774b-bcce-b302099a8057"},
        "unmatch": {"reason": "It was for another party"},
        "ignore": {"reason": "A refund of a supplier"},
    }

    def get_queryset(self) -> QuerySet[PaymentEvent]:
        return list_payment_events(self.actor)

    def list(self, request: Request) -> Response:
        """List money with its match, or with the best three bookings and all parts of their scores."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response(self._rows([*page]))

    def create(self, request: Request) -> Response:
        """Enter money that arrived; the same reference again changes nothing (PY-8)."""
        values = dict(self.body)
        station_id = values.get("station_id")
        if not self.actor.scope(CODE).includes(station_id):
            raise PermissionDenied("Name a station of yours.")
        told = ToldPayment(provider=PaymentProvider.MANUAL, provider_id=values.pop("reference"), **values)
        event, is_new = enter_payment_event(told=told, by=self.actor, at=timezone.now())
        return self._answer(get_payment_event(self.actor, event.pk), status=201 if is_new else 200)

    def match(self, request: Request, pk: Any) -> Response:
        """Match money to a booking by hand: it counts there, and may confirm it (T3)."""
        event = get_payment_event(self.actor, pk)
        booking = get_booking(self.actor, self.body["booking_id"], code=CODE)
        notes = self.body.get("notes", "")
        match_event(event=event, booking=booking, notes=notes, by=self.actor, at=timezone.now())
        return self._answer(get_payment_event(self.actor, pk))

    def unmatch(self, request: Request, pk: Any) -> Response:
        """Take a match back: its payment fails, and the booking may wait for its deposit again (T8)."""
        return self._act(pk, unmatch_event, **self.body)

    def ignore(self, request: Request, pk: Any) -> Response:
        """Take an event out of the queue with a note: it is no customer's money."""
        return self._act(pk, ignore_event, note=self.body["reason"])

    def _act(self, pk: Any, service: Callable[..., object], **values: Any) -> Response:
        event = get_payment_event(self.actor, pk)
        service(event=event, **values, by=self.actor, at=timezone.now())
        return self._answer(get_payment_event(self.actor, pk))

    def _answer(self, event: PaymentEvent, *, status: int = 200) -> Response:
        return Response(self._rows([event])[0], status=status, headers=self.etag_headers(event))

    def _rows(self, events: Sequence[PaymentEvent]) -> Any:
        waiting = [event for event in events if event.status in QUEUED_PAYMENT_STATUSES]
        found = find_candidates(waiting, at=timezone.now())
        return PaymentEventRow(events, many=True, context={"view": self, "found": found}).data
