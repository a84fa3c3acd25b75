"""What stands in the lanes of a station: free ones per slot, and the calendar of a week or month."""

from calendar import monthrange
from datetime import date, timedelta

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from bookings.api.answers.schedule import CalendarAnswer, LanesAnswer, calendar_as_dict, lanes_as_dict
from bookings.api.bodies import CalendarQuery, LanesQuery
from bookings.api.scope import readable_station
from bookings.selectors.availability import list_availability
from bookings.selectors.calendar import get_calendar
from common.api.views import HouseAPIView
from common.exceptions import NotFound

CODE = "booking.read"


class LanesView(HouseAPIView):
    """Every slot of the dates with its free lanes, by the notice that staff have to give."""

    permission_codes = {"get": CODE}
    query_serializers = {"get": LanesQuery}
    answer_serializers = {"get": LanesAnswer}
    refusals = {"get": (NotFound,)}

    def get(self, request: Request) -> Response:
        """List slots with their free lanes."""
        station = readable_station(self.actor, CODE, self.query)
        slots = list_availability(
            station=station,
            start=self.query["start"],
            end=self.query["end"],
            at=timezone.now(),
            staff=True,
        )
        place = {"station_id": station.pk, "timezone": station.timezone}
        return Response({**place, "results": lanes_as_dict(slots)})


class CalendarView(HouseAPIView):
    """Bookings and holds by day, slot and lane, with the chefs who cook."""

    permission_codes = {"get": CODE}
    query_serializers = {"get": CalendarQuery}
    answer_serializers = {"get": CalendarAnswer}
    refusals = {"get": (NotFound,)}

    def get(self, request: Request) -> Response:
        """Show a week or a month of a station."""
        station = readable_station(self.actor, CODE, self.query)
        start, end = _span(self.query["date"], self.query["view"])
        place = {"station_id": station.pk, "timezone": station.timezone}
        calendar = get_calendar(station=station, start=start, end=end, at=timezone.now())
        return Response({**place, **calendar_as_dict(calendar)})


def _span(day: date, view: str) -> tuple[date, date]:
    """Return the first and the last date of the week (from Monday) or month of a day."""
    if view == "month":
        return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])
    try:
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=6)
    except OverflowError:
        return day, day
