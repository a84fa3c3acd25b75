"""Parties and guests, how far ahead they are booked, who did not come, how full the slots are."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Aggregate, Count, DurationField, ExpressionWrapper, F, Sum
from django.db.models.functions import Trunc

from bookings.enums import BookingSource, BookingStatus, BookingWindow
from bookings.models import Booking
from bookings.selectors.figures.periods import (
    around,
    bucket_of,
    buckets,
    days_of,
    local_day,
    share,
    total,
    unit_of,
)
from bookings.selectors.stations import slot_calendar
from events.figures import Period
from identity.models import Station

DAY = timedelta(days=1)


class Median(Aggregate):
    """The middle value of a column, in PostgreSQL's words."""

    function = "percentile_cont"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyFigures:
    """Figures of parties by their own date (`totals`, `periods`, `stations`) and by the date of booking.

    `occupancy` has one row per station and period. Shares lie between 0 and 1, None: nothing to share.
    """

    unit: str
    totals: Mapping[str, float | None]
    periods: list[dict[str, Any]]
    stations: list[dict[str, Any]]
    occupancy: list[dict[str, Any]]
    sources: list[dict[str, Any]]
    windows: list[dict[str, Any]]


def read_parties(period: Period, stations: list[Station], *, unit: str = "") -> PartyFigures:
    """Return the figures of parties; 3 queries. Lanes are those of the stations' present settings."""
    unit = unit_of(period, unit)
    rows = _by_status(period, unit)
    offered = {
        (station.pk, first): lanes
        for station in stations
        for first, lanes in _lanes_offered(station, period, unit).items()
    }
    firsts = buckets(period, unit)
    by_source = _booked(period)
    booked = total(by_source, "booked")
    return PartyFigures(
        unit=unit,
        totals={
            **_summary(rows),
            **_fill(rows, sum(offered.values())),
            "booked": booked,
            "lead_days_median": _median_lead(period),
        },
        periods=[
            {
                "start": first,
                **_summary(found := [row for row in rows if row["first"] == first]),
                **_fill(found, sum(offered[station.pk, first] for station in stations)),
            }
            for first in firsts
        ],
        stations=[
            {
                "station_id": station.pk,
                "code": station.code,
                **_summary(found := [row for row in rows if row["station_id"] == station.pk]),
                **_fill(found, sum(offered[station.pk, first] for first in firsts)),
            }
            for station in stations
        ],
        occupancy=_occupancy(rows, offered),
        sources=[
            {"source": source.value, "booked": count}
            for source in BookingSource
            if (count := total(by_source, "booked", source=source.value))
        ],
        windows=[
            {"window": window.value, "booked": total(by_source, "booked", booking_window=window.value)}
            for window in BookingWindow
        ],
    )


def _by_status(period: Period, unit: str) -> list[dict[str, Any]]:
    rows = (
        Booking.objects.live()
        .filter(station__in=period.stations, date__range=(period.start, period.end))
        .values("station_id", "status", first=Trunc("date", unit))
        .annotate(count=Count("pk"), guests=Sum(F("party_adults") + F("party_kids") + F("party_toddlers")))
        .order_by()
    )
    return [dict(row) for row in rows]


def _summary(rows: list[dict[str, Any]]) -> dict[str, float | None]:
    states = {status.value: total(rows, "count", status=status.value) for status in BookingStatus}
    every = sum(states.values())
    came = states[BookingStatus.COMPLETED] + states[BookingStatus.NO_SHOW]
    cancelled = states[BookingStatus.CANCELLED]
    return {
        "parties": every - cancelled,
        "guests": total(rows, "guests") - total(rows, "guests", status=BookingStatus.CANCELLED.value),
        **states,
        "no_show_rate": share(states[BookingStatus.NO_SHOW], came),
        "cancellation_rate": share(cancelled, every),
    }


def _fill(rows: list[dict[str, Any]], offered: int) -> dict[str, float | None]:
    taken = total(rows, "count") - total(rows, "count", status=BookingStatus.CANCELLED.value)
    return {"lanes_taken": taken, "lanes_offered": offered, "occupancy": share(taken, offered)}


def _occupancy(rows: list[dict[str, Any]], offered: Mapping[tuple[UUID, date], int]) -> list[dict[str, Any]]:
    taken: Counter[tuple[UUID, date]] = Counter()
    for row in rows:
        if row["status"] != BookingStatus.CANCELLED:
            taken[row["station_id"], row["first"]] += row["count"]
    return [
        {
            "station_id": station_id,
            "start": first,
            "lanes_taken": taken[station_id, first],
            "lanes_offered": lanes,
            "occupancy": share(taken[station_id, first], lanes),
        }
        for (station_id, first), lanes in offered.items()
    ]


def _lanes_offered(station: Station, period: Period, unit: str) -> Counter[date]:
    """Count lanes per bucket; a time that the clocks skip one day a year counts like any other."""
    calendar, lanes = slot_calendar(station), Counter[date]()
    per_weekday = [
        sum(hours is not None and hours[0] <= slot < hours[1] for slot in calendar.slots)
        for hours in calendar.hours
    ]
    for day in days_of(period):
        open_slots = 0 if day in calendar.blackout_dates else per_weekday[day.weekday()]
        lanes[bucket_of(day, unit)] += open_slots * station.slot_capacity if calendar.is_active else 0
    return lanes


def _booked_rows(period: Period) -> Any:
    day = local_day("created_at", "station__timezone")
    return (
        Booking.objects.live()
        .filter(around("created_at", period), station__in=period.stations)
        .annotate(booked_on=day)
        .filter(booked_on__range=(period.start, period.end))
    )


def _booked(period: Period) -> list[dict[str, Any]]:
    rows = _booked_rows(period).values("source", "booking_window").annotate(booked=Count("pk")).order_by()
    return list(rows)


def _median_lead(period: Period) -> float | None:
    lead = ExpressionWrapper(F("starts_at") - F("created_at"), output_field=DurationField())
    median = _booked_rows(period).aggregate(median=Median(lead))["median"]
    return round(median / DAY, 1) if median is not None else None
