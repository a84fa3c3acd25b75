"""What bookings adds to the overview of a period."""

from collections.abc import Mapping

from bookings.selectors.figures.parties import read_parties
from bookings.selectors.figures.revenue import read_revenue
from events.figures import FigureSource, Period
from identity.models import Station


def _stations(period: Period) -> list[Station]:
    return list(Station.objects.filter(pk__in=period.stations).order_by("code", "pk"))


def party_totals(period: Period) -> Mapping[str, float | None]:
    """Return the totals of parties; 4 queries."""
    return read_parties(period, _stations(period)).totals


def revenue_totals(period: Period) -> Mapping[str, float | None]:
    """Return the totals of money; 2 queries."""
    return read_revenue(period, []).totals


SOURCES = (
    FigureSource(name="bookings", read=party_totals),
    FigureSource(name="revenue", read=revenue_totals),
)
