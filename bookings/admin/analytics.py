"""Figures of a period as charts: parties, money by method, no-shows, lead time, occupancy."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from bookings.enums import BookingSource, BookingStatus, BookingWindow, PaymentMethod
from bookings.selectors.figures.parties import PartyFigures, read_parties
from bookings.selectors.figures.periods import CODE, MAX_DAYS, read_period
from bookings.selectors.figures.revenue import RevenueFigures, read_revenue
from bookings.selectors.stations import list_stations_in_reach
from common.admin.charts import Bar, Columns, Series, bars, stacked
from common.admin.display import money
from common.admin.record_links import RecordLink, record_links
from common.admin.site_pages import SitePage, site_pages, works_by
from common.exceptions import NotFound
from identity.models import Station

if TYPE_CHECKING:
    from uuid import UUID

    from common.admin.site import HouseAdminSite

NAME = "analytics"
PRESETS = (("30", "30 days", -29, 0), ("90", "90 days", -89, 0), ("365", "12 months", -364, 0))
AHEAD = ("ahead", "Next 90 days", 0, 89)
DEFAULT = "90"
WINDOWS = {
    BookingWindow.URGENT: "up to 7 days",
    BookingWindow.STANDARD: "8 to 30 days",
    BookingWindow.ADVANCE: "31 to 90 days",
    BookingWindow.LONG_TERM: "over 90 days",
}
STATES = (
    (BookingStatus.COMPLETED, 4),
    (BookingStatus.CONFIRMED, 1),
    (BookingStatus.DEPOSIT_PENDING, 3),
    (BookingStatus.NEW, 2),
    (BookingStatus.NO_SHOW, 5),
)


def show_analytics(request: HttpRequest, site: "HouseAdminSite") -> HttpResponse:
    """Draw the figures of a station, or of all in reach; a constant number of queries."""
    actor, now = site.actor(request), timezone.now()
    today = now.astimezone(ZoneInfo(settings.COMPANY_TIME_ZONE)).date()
    chosen, start, end = _span(request.GET, today)
    choices = list(list_stations_in_reach(actor, CODE))
    station = next((one for one in choices if one.code == request.GET.get("station")), None)
    if station is None and request.GET.get("station"):
        raise Http404
    try:
        period, stations = read_period(
            actor, start=start, end=end, station_id=station.pk if station else None, at=now
        )
    except NotFound as missing:
        raise Http404 from missing
    parties, revenue = read_parties(period, stations), read_revenue(period, stations)
    context = {
        **site.each_context(request),
        "title": "Analytics",
        "choices": choices,
        "chosen_station": station,
        "presets": [*PRESETS, AHEAD],
        "chosen": chosen,
        "start": start,
        "end": end,
        "tiles": list(_tiles(parties.totals, revenue.totals)),
        **_charts(parties, revenue),
        "heat": _heat(parties, stations),
        "heat_days": [_day(row["start"], parties.unit) for row in parties.periods],
    }
    return TemplateResponse(request, "bookings/admin/analytics.html", context)


def _span(query: Mapping[str, str], today: date) -> tuple[str, date, date]:
    """Return which preset is chosen, and the dates; wrong dates count as none."""
    try:
        start, end = date.fromisoformat(query.get("start", "")), date.fromisoformat(query.get("end", ""))
    except ValueError:
        pass
    else:
        if not query.get("period") and 0 <= (end - start).days < MAX_DAYS:
            return "", start, end
    offered = {name: (before, after) for name, _label, before, after in (*PRESETS, AHEAD)}
    chosen = query.get("period", DEFAULT)
    before, after = offered.get(chosen, offered[DEFAULT])
    return (
        chosen if chosen in offered else DEFAULT,
        today + timedelta(days=before),
        today + timedelta(days=after),
    )


def _tiles(parties: Mapping[str, Any], revenue: Mapping[str, Any]) -> Sequence[tuple[str, str, str, str]]:
    lead = parties["lead_days_median"]
    return (
        ("Parties", str(parties["parties"]), "event", f"{parties['guests']} guests"),
        ("Booked", str(parties["booked"]), "edit_calendar", "made in this period"),
        ("Lead time", "-" if lead is None else f"{lead:g} d", "schedule", "median of those booked"),
        ("Occupancy", _percent(parties["occupancy"]), "grid_view", f"of {parties['lanes_offered']} lanes"),
        ("No-shows", str(parties["no_show"]), "person_off", _percent(parties["no_show_rate"])),
        ("Cancelled", str(parties["cancelled"]), "event_busy", _percent(parties["cancellation_rate"])),
        ("Received", _dollars(revenue["net_cents"]), "payments", "after refunds"),
        (
            "Sold",
            _dollars(revenue["sold_cents"]),
            "sell",
            f"{_dollars(revenue['average_party_cents'])} a party",
        ),
    )


def _charts(parties: PartyFigures, revenue: RevenueFigures) -> dict[str, Columns | list[Bar]]:
    days = [_day(row["start"], parties.unit) for row in parties.periods]
    per = {"day": "day", "week": "week", "month": "month"}[parties.unit]

    def of(rows: Sequence[Mapping[str, Any]], name: str) -> list[float]:
        return [row[name] or 0 for row in rows]

    return {
        "by_state": stacked(
            f"Parties per {per}",
            days,
            [Series(str(state.label), tone, of(parties.periods, state.value)) for state, tone in STATES],
            words=_count,
        ),
        "by_money": stacked(
            f"Received per {per}",
            days,
            [Series("After refunds", 1, of(revenue.periods, "net_cents"))],
            words=_dollars,
        ),
        "by_no_show": stacked(
            f"No-shows and cancellations per {per}",
            days,
            [
                Series("No-shows", 5, of(parties.periods, "no_show")),
                Series("Cancelled", 4, of(parties.periods, "cancelled")),
            ],
            words=_count,
        ),
        "by_method": bars(
            [
                (str(PaymentMethod(row["method"]).label), row["net_cents"], _dollars(row["net_cents"]))
                for row in revenue.methods
                if row["received_cents"] or row["refunded_cents"]
            ]
        ),
        "by_window": bars(
            [
                (WINDOWS[BookingWindow(row["window"])], row["booked"], _count(row["booked"]))
                for row in parties.windows
            ]
        ),
        "by_source": bars(
            [
                (str(BookingSource(row["source"]).label), row["booked"], _count(row["booked"]))
                for row in parties.sources
            ]
        ),
        "by_station": bars(
            [(row["code"], row["occupancy"] or 0, _percent(row["occupancy"])) for row in parties.stations],
            whole=1,
        ),
    }


def _heat(parties: PartyFigures, stations: list[Station]) -> list[tuple[str, list[tuple[str, int, str]]]]:
    """Return rows of (station, cells); a cell is its percentage in words, its shade 0-100 and a title."""
    codes = {station.pk: station.code for station in stations}
    found: dict[UUID, list[tuple[str, int, str]]] = {pk: [] for pk in codes}
    for row in parties.occupancy:
        share = row["occupancy"]
        shade = min(round(100 * share), 100) if share is not None else 0
        title = f"{row['lanes_taken']} of {row['lanes_offered']} lanes"
        found[row["station_id"]].append((_percent(share), shade, title))
    return [(codes[pk], cells) for pk, cells in found.items()]


def _day(first: date, unit: str) -> str:
    return f"{first:%b %Y}" if unit == "month" else f"{first:%-d %b}"


def _count(value: float) -> str:
    return f"{value:g}"


def _dollars(cents: float | None) -> str:
    return "-" if cents is None else money(round(cents)).removesuffix(".00")


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f} %".replace(".0 %", " %")


def _link(station: Any) -> str:
    return f"{reverse(f'admin:{NAME}')}?station={station.code}"


site_pages.register(
    "bookings",
    SitePage(name=NAME, route="analytics/", opens_for=works_by(CODE), view=show_analytics),
)
record_links.register(
    "bookings",
    RecordLink(model="identity.Station", label="Analytics", icon="monitoring", code=CODE, url=_link),
)
