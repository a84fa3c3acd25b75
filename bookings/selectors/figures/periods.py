"""Periods of figures: whose stations, which dates, cut into days, weeks or months."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import DateField, DateTimeField, F, Func, Q
from django.db.models.functions import Cast

from bookings.selectors.stations import list_stations_in_reach
from common.actors import Actor
from common.exceptions import FieldError, NotFound, ValidationFailed
from events.figures import Period
from identity.models import Station

CODE, COMPANY_CODE = "analytics.station", "analytics.all"
MAX_DAYS = 731
FIRST_DATE, LAST_DATE = date(1900, 1, 1), date(9000, 1, 1)
UNITS = ("day", "week", "month")
DAYS_UNTIL, WEEKS_UNTIL = 45, 200
"""Periods up to so many days are drawn by day, by week; longer ones by month."""


def read_period(
    actor: Actor, *, start: date, end: date, station_id: UUID | None, at: datetime
) -> tuple[Period, list[Station]]:
    """Return the period and its stations: the one given, else all in reach; one query.

    Raises NotFound for a station out of reach (R-4), ValidationFailed for wrong or too many dates.
    """
    if not 0 <= (end - start).days < MAX_DAYS:
        message = f"The period holds 1 to {MAX_DAYS} dates, start before end."
        raise ValidationFailed([FieldError("/end", "invalid", message)])
    company = actor.scope(COMPANY_CODE).everywhere
    stations = list(list_stations_in_reach(actor, COMPANY_CODE if company else CODE))
    if station_id is not None:
        stations = [station for station in stations if station.pk == station_id]
        if not stations:
            raise NotFound("There is no such station.")
    period = Period(
        start=start,
        end=end,
        stations=tuple(station.pk for station in stations),
        whole_company=company and station_id is None,
        at=at,
    )
    return period, stations


def unit_of(period: Period, unit: str = "") -> str:
    """Return the unit asked for, else the one that fits the length of the period."""
    if unit in UNITS:
        return unit
    days = (period.end - period.start).days + 1
    return "day" if days <= DAYS_UNTIL else "week" if days <= WEEKS_UNTIL else "month"


def bucket_of(day: date, unit: str) -> date:
    """Return the first day of the day's bucket: itself, its Monday, the first of its month."""
    if unit == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if unit == "month" else day


def buckets(period: Period, unit: str) -> list[date]:
    """Return the first days of all buckets that the period touches, in order."""
    return list(dict.fromkeys(bucket_of(day, unit) for day in days_of(period)))


def days_of(period: Period) -> Iterator[date]:
    """Yield the dates of the period."""
    for offset in range((period.end - period.start).days + 1):
        yield period.start + timedelta(days=offset)


def local_day(column: str, zone: str) -> Cast:
    """Return the expression for the date of an instant in the zone that another column names."""
    return Cast(Func(F(zone), F(column), function="timezone", output_field=DateTimeField()), DateField())


def around(column: str, period: Period) -> Q:
    """Keep instants that can lie in the period in any zone of the world: what an index can find."""
    midnight = time(tzinfo=UTC)
    first = datetime.combine(max(period.start, FIRST_DATE) - timedelta(days=1), midnight)
    last = datetime.combine(min(period.end, LAST_DATE) + timedelta(days=2), midnight)
    return Q(**{f"{column}__gte": first, f"{column}__lt": last})


def share(part: int, whole: int) -> float | None:
    """Return part / whole to four places, None without a whole."""
    return round(part / whole, 4) if whole else None


def total(rows: Sequence[dict[str, Any]], name: str, **where: Any) -> int:
    """Return the sum of a column over the rows that carry these values; None counts as 0."""
    kept = (row for row in rows if all(row[key] == value for key, value in where.items()))
    return sum(row[name] or 0 for row in kept)
