"""Figures of a period, of one station or of all in reach (R-9: rows without a station are the company's)."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bookings.api.answers.analytics import BookingFiguresAnswer, OverviewAnswer, RevenueFiguresAnswer
from bookings.selectors.figures.parties import read_parties
from bookings.selectors.figures.periods import CODE, UNITS, read_period
from bookings.selectors.figures.revenue import read_revenue
from common.api.serializers import QuerySerializer
from common.api.views import HouseAPIView
from common.exceptions import NotFound, ValidationFailed
from events.figures import Period
from events.registry import figures
from identity.models import Station

DEFAULT_DAYS = 30
CURRENCY = "USD"


class PeriodQuery(QuerySerializer):
    """Station-local dates, both included; without them the 30 days up to today in the company's zone."""

    station_id = serializers.UUIDField(required=False)
    start = serializers.DateField(required=False)
    end = serializers.DateField(required=False)


class UnitQuery(PeriodQuery):
    """`unit` cuts the period; without it its length decides."""

    unit = serializers.ChoiceField(choices=UNITS, required=False)


class FiguresView(HouseAPIView):
    """What the views of figures share."""

    permission_codes = {"get": CODE}
    query_serializers = {"get": UnitQuery}
    refusals = {"get": (NotFound, ValidationFailed)}

    def period(self) -> tuple[Period, list[Station]]:
        """Return the period that the query asks for, within the actor's reach."""
        at = timezone.now()
        end = self.query.get("end", at.astimezone(ZoneInfo(settings.COMPANY_TIME_ZONE)).date())
        start = self.query.get("start", date.fromordinal(max(end.toordinal() - DEFAULT_DAYS + 1, 1)))
        station_id = self.query.get("station_id")
        return read_period(self.actor, start=start, end=end, station_id=station_id, at=at)

    @staticmethod
    def answer(period: Period, members: dict[str, Any]) -> Response:
        """Return the period with its figures."""
        place = {"start": period.start, "end": period.end, "stations": period.stations}
        return Response({**place, **members})


class OverviewView(FiguresView):
    """The totals of every area that some app counts."""

    query_serializers = {"get": PeriodQuery}
    answer_serializers = {"get": OverviewAnswer}

    def get(self, request: Request) -> Response:
        """Count everything in a period."""
        period, _stations = self.period()
        return self.answer(period, {"figures": {source.name: source.read(period) for source in figures}})


class BookingFiguresView(FiguresView):
    """Parties, guests, no-shows, lead time and occupancy."""

    answer_serializers = {"get": BookingFiguresAnswer}

    def get(self, request: Request) -> Response:
        """Count the parties of a period."""
        period, stations = self.period()
        found = read_parties(period, stations, unit=self.query.get("unit", ""))
        members = {
            "unit": found.unit,
            "totals": found.totals,
            "periods": found.periods,
            "by_station": found.stations,
            "by_occupancy": found.occupancy,
            "by_source": found.sources,
            "by_window": found.windows,
        }
        return self.answer(period, members)


class RevenueFiguresView(FiguresView):
    """Money received by method, refunded, and the worth of the parties."""

    answer_serializers = {"get": RevenueFiguresAnswer}

    def get(self, request: Request) -> Response:
        """Add up the money of a period."""
        period, stations = self.period()
        found = read_revenue(period, stations, unit=self.query.get("unit", ""))
        members = {
            "unit": found.unit,
            "currency": CURRENCY,
            "totals": found.totals,
            "periods": found.periods,
            "by_method": found.methods,
            "by_station": found.stations,
        }
        return self.answer(period, members)
