"""Site data: stations, free slots, booked dates, prices, the agreement; may be cached a minute (S-9)."""

from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db.models import QuerySet
from django.utils import timezone
from orjson import Fragment
from rest_framework.request import Request
from rest_framework.response import Response

from bookings.api.public.answers import (
    AvailabilityAnswer,
    BookedDatesAnswer,
    PoliciesAnswer,
    PriceListAnswer,
    StationAnswer,
)
from bookings.api.public.places import PlaceQuery, RangeQuery, station_of
from bookings.exceptions import OutsideServiceArea, UnknownPostalCode
from bookings.selectors.availability import list_availability, list_booked_dates
from bookings.selectors.price_books import get_price_book
from bookings.services.agreements import agreement_of
from common.api.permissions import PUBLIC
from common.api.renderers import dumps
from common.api.views import HouseAPIView, HouseViewSet, ListMixin
from common.exceptions import NotFound
from identity.models import Station
from identity.selectors.stations import list_active_stations

SLOTS_KEPT = 16_384
FOR_A_MINUTE = {"Cache-Control": "public, max-age=60"}
NO_PLACE = (NotFound, OutsideServiceArea, UnknownPostalCode)


class PublicStationViewSet(ListMixin, HouseViewSet):
    """The stations that take bookings."""

    permission_codes = {"list": PUBLIC}
    serializer_class = StationAnswer
    ordering = ("code",)

    def get_queryset(self) -> QuerySet[Station]:
        return list_active_stations()


class AvailabilityView(HouseAPIView):
    """Every slot of the dates from start to end, bookable or why not; only a booking decides."""

    permission_codes = {"get": PUBLIC}
    query_serializers = {"get": RangeQuery}
    answer_serializers = {"get": AvailabilityAnswer}
    refusals = {"get": NO_PLACE}

    def get(self, request: Request) -> Response:
        seconds = settings.AVAILABILITY_CACHE_SECONDS
        key = "availability:" + request.META["QUERY_STRING"]
        body: bytes | None = cache.get(key) if seconds else None
        if body is None:
            body = dumps(self._body())
            if seconds:
                cache.set(key, body, seconds)
        return Response(Fragment(body), headers=FOR_A_MINUTE)

    def _body(self) -> dict[str, Any]:
        station = station_of(self.query)
        slots = list_availability(
            station=station, start=self.query["start"], end=self.query["end"], at=timezone.now()
        )
        return {
            "station_id": station.pk,
            "timezone": station.timezone,
            "results": [_shown(slot.date, slot.slot, slot.reason, slot.starts_at) for slot in slots],
        }


@lru_cache(maxsize=SLOTS_KEPT)
def _shown(day: date, slot: time, reason: str | None, starts_at: datetime | None) -> Fragment:
    """Return a slot as it leaves the API: a visitor asks for a hundred of them, and they seldom change."""
    return Fragment(
        dumps(
            {
                "date": day,
                "slot": slot.isoformat("minutes"),
                "available": reason is None,
                "reason": reason,
                "starts_at": starts_at,
            }
        )
    )


class BookedDatesView(HouseAPIView):
    """Dates from start to end without any slot that the public can book."""

    permission_codes = {"get": PUBLIC}
    query_serializers = {"get": RangeQuery}
    answer_serializers = {"get": BookedDatesAnswer}
    refusals = {"get": NO_PLACE}

    def get(self, request: Request) -> Response:
        station = station_of(self.query)
        dates = list_booked_dates(
            station=station, start=self.query["start"], end=self.query["end"], at=timezone.now()
        )
        return Response({"station_id": station.pk, "results": dates}, headers=FOR_A_MINUTE)


class PriceListView(HouseAPIView):
    """What the station asks now, in cents; a quote adds rules, tax and travel."""

    permission_codes = {"get": PUBLIC}
    query_serializers = {"get": PlaceQuery}
    answer_serializers = {"get": PriceListAnswer}
    refusals = {"get": NO_PLACE}

    def get(self, request: Request) -> Response:
        book = get_price_book(station=station_of(self.query), at=timezone.now()).as_dict()
        book.pop("rules")
        return Response(book, headers=FOR_A_MINUTE)


class PoliciesView(HouseAPIView):
    """The agreement that a hold is signed under, with the station's figures of today (H-2)."""

    permission_codes = {"get": PUBLIC}
    query_serializers = {"get": PlaceQuery}
    answer_serializers = {"get": PoliciesAnswer}
    refusals = {"get": NO_PLACE}

    def get(self, request: Request) -> Response:
        station = station_of(self.query)
        agreement = agreement_of(station)
        shown = {
            "code": "agreement",
            "version": agreement.version,
            "text": agreement.text,
            "text_hash": agreement.text_hash,
        }
        return Response({"station_id": station.pk, "results": [shown]}, headers=FOR_A_MINUTE)
