"""How long a chef is on the road (BK-15): miles, and the hour at which the chef leaves; pure."""

from datetime import datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

MINUTES_PER_MILE = 2
RUSH_FACTOR = Decimal("1.5")
RUSH_FROM, RUSH_UNTIL = time(15), time(19)
SATURDAY = 5


def travel_minutes(miles: Decimal, *, leaves_at: datetime, zone: str) -> Decimal:
    """Return the minutes for road miles; half as long again when leaving Mon-Fri 15:00-19:00 local."""
    local = leaves_at.astimezone(ZoneInfo(zone))
    is_rush = local.weekday() < SATURDAY and RUSH_FROM <= local.time() < RUSH_UNTIL
    return miles * MINUTES_PER_MILE * (RUSH_FACTOR if is_rush else 1)


def as_delta(minutes: Decimal) -> timedelta:
    """Return minutes as a span of time, to the second."""
    return timedelta(seconds=int(minutes * 60))
