"""Slots in time (S-1, S-4 to S-8): pure rules over a station's local calendar; instants are UTC."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bookings.enums import BookingWindow

HORIZON_DAYS = 365
MAX_GUESTS = 50
MAX_GUESTS_BY_OVERRIDE = 100
REQUESTED_TIME_TOLERANCE = timedelta(minutes=60)

URGENT_UNTIL = timedelta(days=7)
STANDARD_UNTIL = timedelta(days=30)
ADVANCE_UNTIL = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotCalendar:
    """What a station offers; `hours` (open, close) is indexed Monday = 0, None = closed that day."""

    zone: str
    is_active: bool
    slots: tuple[time, ...]
    hours: tuple[tuple[time, time] | None, ...]
    blackout_dates: frozenset[date]
    public_lead: timedelta
    staff_lead: timedelta

    def closed_reason(self, day: date, slot: time) -> str | None:
        """Return why the slot is not offered (S-1): closed, blackout or nonexistent; None = it is."""
        hours = self.hours[day.weekday()]
        if not self.is_active or hours is None or not hours[0] <= slot < hours[1] or slot not in self.slots:
            return "closed"
        if day in self.blackout_dates:
            return "blackout"
        if starts_at(self.zone, day, slot) is None:
            return "nonexistent"
        return None

    def lead(self, *, staff: bool) -> timedelta:
        """Return the notice somebody has to give (S-4)."""
        return self.staff_lead if staff else self.public_lead

    def today(self, at: datetime) -> date:
        """Return the station-local date at that instant."""
        return at.astimezone(ZoneInfo(self.zone)).date()

    def last_date(self, at: datetime) -> date:
        """Return the last date that can be booked (S-5)."""
        return self.today(at) + timedelta(days=HORIZON_DAYS)


@lru_cache(maxsize=16_384)
def starts_at(zone: str, day: date, slot: time) -> datetime | None:
    """Return the instant of a local time, its first occurrence when ambiguous; None inside a gap (S-8)."""
    local = datetime.combine(day, slot, tzinfo=ZoneInfo(zone))
    try:
        instant = local.astimezone(UTC)
        back = instant.astimezone(local.tzinfo)
    except OverflowError:
        return None
    return instant if back.replace(tzinfo=None) == local.replace(tzinfo=None) else None


def length(guests: int) -> timedelta:
    """Return how long a party lasts (S-7)."""
    return timedelta(minutes=min(60 + 3 * guests, 120))


def booking_window(lead: timedelta) -> BookingWindow:
    """Return the class of a lead time: up to 7, 30, 90 days, or longer."""
    if lead <= URGENT_UNTIL:
        return BookingWindow.URGENT
    if lead <= STANDARD_UNTIL:
        return BookingWindow.STANDARD
    return BookingWindow.ADVANCE if lead <= ADVANCE_UNTIL else BookingWindow.LONG_TERM


def party_fits(*, adults: int, kids: int, toddlers: int, override: bool) -> bool:
    """Tell whether a party of this size can be booked (S-6)."""
    limit = MAX_GUESTS_BY_OVERRIDE if override else MAX_GUESTS
    return adults >= 1 and kids >= 0 and toddlers >= 0 and adults + kids + toddlers <= limit


def near_slot(requested: time, slot: time) -> bool:
    """Tell whether a wished-for time lies within an hour of the slot (S-7)."""
    day = date(2000, 1, 1)
    return abs(datetime.combine(day, requested) - datetime.combine(day, slot)) <= REQUESTED_TIME_TOLERANCE
