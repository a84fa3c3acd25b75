"""Which slots can be booked (S-9), and what to offer instead (D-5); advisory, only a claim decides."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from bookings.calendar import SlotCalendar, starts_at
from bookings.models import ReservationHold, SlotClaim
from bookings.selectors.stations import slot_calendar
from bookings.validators import check_dates
from common.db.statements import Statement
from identity.models import Station

MAX_ALTERNATIVES = 6
ALTERNATIVE_DAYS = 7
RANGES_KEPT = 256

# In plain SQL: building the same with the ORM costs more than running it, and visitors ask it all day. A hold
# past its deadline no longer counts, the next claim frees its lane (H-4).
TAKEN = Statement(
    f"""
SELECT claim.date, claim.slot, count(*)
FROM {SlotClaim._meta.db_table} AS claim
LEFT JOIN {ReservationHold._meta.db_table} AS hold ON hold.id = claim.hold_id
WHERE claim.station_id = %(station)s AND claim.date BETWEEN %(start)s AND %(end)s
    AND (hold.id IS NULL OR hold.expires_at >= %(at)s)
GROUP BY claim.date, claim.slot
"""  # noqa: S608 -- table names of our own models
)

Offered = tuple[date, time, str | None, datetime | None]
Taken = Mapping[tuple[date, time], int]


class SlotAvailability(NamedTuple):
    """One slot of one date; `reason` None = bookable now, `starts_at` None = no such local time."""

    date: date
    slot: time
    available: bool
    reason: str | None
    starts_at: datetime | None
    lanes_free: int


class Alternative(NamedTuple):
    """A slot that can be booked now."""

    date: date
    slot: time
    starts_at: datetime

    def as_json(self) -> dict[str, Any]:
        """Return the member of `alternatives` of D-5."""
        return {
            "date": self.date.isoformat(),
            "slot": self.slot.isoformat("minutes"),
            "starts_at": self.starts_at.isoformat().replace("+00:00", "Z"),
        }


def list_availability(
    *, station: Station, start: date, end: date, at: datetime, staff: bool = False
) -> list[SlotAvailability]:
    """Return every slot of the dates from start to end, both included, at most 62 of them; one query."""
    check_dates(start, end)
    calendar = slot_calendar(station)
    taken = _taken(station, start, end, at)
    return list(_slots(calendar, station.slot_capacity, taken, start, end, at=at, staff=staff))


def list_booked_dates(*, station: Station, start: date, end: date, at: datetime) -> list[date]:
    """Return the dates from start to end without a slot that the public can book."""
    bookable = {
        slot.date
        for slot in list_availability(station=station, start=start, end=end, at=at)
        if slot.available
    }
    return [day for day in _days(start, end) if day not in bookable]


def find_alternatives(
    *,
    station: Station,
    day: date,
    slot: time,
    at: datetime,
    staff: bool = False,
    own: tuple[date, time] | None = None,
) -> list[Alternative]:
    """Return at most 6 slots bookable now, nearest first as D-5 orders them; one query.

    `own` is where the party stands already, which is no alternative for it.
    """
    calendar = slot_calendar(station)
    start, end = _around(day)
    taken = _taken(station, start, end, at)
    open_slots = [
        Alternative(found.date, found.slot, found.starts_at)
        for found in _slots(calendar, station.slot_capacity, taken, start, end, at=at, staff=staff)
        if found.available
        and found.starts_at is not None
        and (found.date, found.slot) not in {(day, slot), own}
    ]
    open_slots.sort(key=lambda found: _rank(found, day, slot))
    return open_slots[:MAX_ALTERNATIVES]


def _rank(found: Alternative, day: date, slot: time) -> tuple[Any, ...]:
    days = abs((found.date - day).days)
    minutes = abs(_minutes(found.slot) - _minutes(slot))
    if days == 0:
        return (0, minutes, found.slot)
    if found.slot == slot:
        return (1, days, found.date)
    return (2, days, found.date, minutes, found.slot)


def _slots(
    calendar: SlotCalendar,
    capacity: int,
    taken: Taken,
    start: date,
    end: date,
    *,
    at: datetime,
    staff: bool,
) -> Iterator[SlotAvailability]:
    earliest = max(at, at + calendar.lead(staff=staff)).astimezone(UTC)
    last = calendar.last_date(at)
    for day, slot, closed, instant in _offered(calendar, start, end):
        free = max(capacity - taken.get((day, slot), 0), 0) if taken else capacity
        reason = closed
        if reason is None:
            if day > last:
                reason = "closed"
            elif instant is not None and instant < earliest:
                reason = "lead_time"
            elif not free:
                reason = "full"
        yield SlotAvailability(day, slot, reason is None, reason, instant, free)


@lru_cache(maxsize=RANGES_KEPT)
def _offered(calendar: SlotCalendar, start: date, end: date) -> tuple[Offered, ...]:
    """Return day, slot, why it is closed and its instant; without clock and claims it can be kept."""
    return tuple(
        (day, slot, calendar.closed_reason(day, slot), starts_at(calendar.zone, day, slot))
        for day in _days(start, end)
        for slot in calendar.slots
    )


def _taken(station: Station, start: date, end: date, at: datetime) -> Taken:
    rows = TAKEN.rows({"station": station.pk, "start": start, "end": end, "at": at})
    return {(day, slot): lanes for day, slot, lanes in rows}


def _days(start: date, end: date) -> Iterator[date]:
    for offset in range((end - start).days + 1):
        yield start + timedelta(days=offset)


def _around(day: date) -> tuple[date, date]:
    return day - timedelta(days=ALTERNATIVE_DAYS), day + timedelta(days=ALTERNATIVE_DAYS)


def _minutes(slot: time) -> int:
    return slot.hour * 60 + slot.minute
