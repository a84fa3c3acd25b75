"""The calendar of staff: a week or a month of one station, from which parties are booked and moved."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from bookings.selectors.calendar_board import Board, get_board
from bookings.selectors.stations import list_stations_in_reach, slot_calendar
from common.admin.record_links import RecordLink, record_links
from common.admin.site_pages import SitePage, site_pages, works_by
from identity.enums import StationStatus
from identity.models import Station

if TYPE_CHECKING:
    from common.admin.site import HouseAdminSite

NAME = "calendar"
CODE = "booking.read"
VIEWS = ("week", "month")
FIRST, LAST = date(2000, 1, 1), date(2099, 12, 31)
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Span:
    """Which days are drawn, and where the neighbouring spans begin."""

    view: str
    day: date
    start: date
    end: date

    @classmethod
    def of(cls, view: str, day: date) -> "Span":
        """Return the week from Monday, or the whole weeks that cover the month of the day."""
        first, last = (day, day) if view == "week" else _month_of(day)
        start = first - timedelta(days=first.weekday())
        return cls(view, day, start, last + timedelta(days=6 - last.weekday()))

    @property
    def previous(self) -> date:
        """A day of the span before."""
        return self.day - WEEK if self.view == "week" else self.day.replace(day=1) - timedelta(days=1)

    @property
    def next(self) -> date:
        """A day of the span after."""
        return self.day + WEEK if self.view == "week" else _month_of(self.day)[1] + timedelta(days=1)

    @property
    def title(self) -> str:
        """The span in words."""
        if self.view == "month":
            return f"{self.day:%B %Y}"
        same = self.start.month == self.end.month
        return f"{self.start:%-d}{'' if same else self.start.strftime(' %B')} to {self.end:%-d %B %Y}"


def _month_of(day: date) -> tuple[date, date]:
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def calendar_url(station: Station, *, day: date | None = None, view: str = "week") -> str:
    """Return the address of a station's calendar; without a day it opens at the station's today."""
    query = {"station": station.code, "view": view, **({"date": day.isoformat()} if day else {})}
    return f"{reverse(f'admin:{NAME}')}?{urlencode(query)}"


def show_calendar(request: HttpRequest, site: "HouseAdminSite") -> HttpResponse:
    """Draw the board; a constant number of queries whatever stands on it."""
    actor, now = site.actor(request), timezone.now()
    stations = list(list_stations_in_reach(actor, CODE))
    station = _station(stations, request.GET.get("station", ""))
    if station is None:
        context = {**site.each_context(request), "title": "Calendar", "board": None}
        return TemplateResponse(request, "bookings/admin/calendar.html", context)
    view = request.GET.get("view", "")
    span = Span.of(
        view if view in VIEWS else VIEWS[0], _day(request.GET.get("date", ""), _today(station, now))
    )
    month = span.day.month if span.view == "month" else None
    board = get_board(station=station, start=span.start, end=span.end, at=now, month=month)
    context = {
        **site.each_context(request),
        "title": "Calendar",
        "subtitle": f"{station.code}, {span.title}",
        "board": board,
        "span": span,
        "stations": [
            choice for choice in stations if choice.status != StationStatus.INACTIVE or choice == station
        ],
        "here": quote(request.get_full_path(), safe=""),
        "ways": _ways(station, span, board),
        "may_move": actor.scope("booking.reschedule").includes(station.pk),
        "may_book": actor.scope("booking.create").includes(station.pk),
        "share": f"{round(100 * board.tally.lanes_taken / board.tally.lanes)} %"
        if board.tally.lanes
        else "-",
    }
    return TemplateResponse(request, "bookings/admin/calendar.html", context)


def _station(stations: list[Station], code: str) -> Station | None:
    """Return the station of the code, else the first open one; a code out of reach does not exist (R-4)."""
    if code:
        found = next((station for station in stations if station.code == code), None)
        if found is None:
            raise Http404
        return found
    opened = [station for station in stations if station.status == StationStatus.ACTIVE]
    return next(iter([*opened, *stations]), None)


def _today(station: Station, at: datetime) -> date:
    return slot_calendar(station).today(at)


def _day(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return today
    return min(max(day, FIRST), LAST)


def _ways(station: Station, span: Span, board: Board) -> dict[str, str]:
    """Return the addresses of the buttons above the board."""

    def to(day: date, view: str) -> str:
        return calendar_url(station, day=day, view=view)

    here = board.today if span.start <= board.today <= span.end and span.view == "month" else span.day
    return {
        "previous": to(span.previous, span.view),
        "today": calendar_url(station, view=span.view),
        "next": to(span.next, span.view),
        "week": to(here, "week"),
        "month": to(span.day, "month"),
    }


def _link(station: Any) -> str:
    return calendar_url(station)


site_pages.register(
    "bookings", SitePage(name=NAME, route="calendar/", opens_for=works_by(CODE), view=show_calendar)
)
record_links.register(
    "bookings",
    RecordLink(model="identity.Station", label="Calendar", icon="calendar_month", code=CODE, url=_link),
)
