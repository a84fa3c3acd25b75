"""The week or month of a station: what stands in which lane, and who cooks."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

from bookings.enums import BookingStatus
from bookings.models import Booking, Chef, ReservationHold
from identity.models import Station


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """A booking or a live hold in its lane; names nobody but the chef's id."""

    kind: str
    id: UUID
    reference: str | None
    date: date
    slot: time
    lane: int
    status: str
    guests: int
    chef_id: UUID | None


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One local date with its entries by slot and lane."""

    date: date
    entries: list[CalendarEntry] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Local dates from start to end, both included; chefs by id."""

    start: date
    end: date
    slot_capacity: int
    days: list[CalendarDay]
    chefs: dict[UUID, str]


def get_calendar(*, station: Station, start: date, end: date, at: datetime) -> Calendar:
    """Return a station's dates with bookings that were not cancelled, live holds and chefs; 3 queries.

    A hold past its deadline no longer counts (H-4).
    """
    days = {
        start + timedelta(days=offset): CalendarDay(start + timedelta(days=offset))
        for offset in range((end - start).days + 1)
    }
    entries = _bookings(station, start, end) + _holds(station, start, end, at)
    for entry in sorted(entries, key=lambda entry: (entry.date, entry.slot, entry.lane, entry.id)):
        days[entry.date].entries.append(entry)
    wanted = {entry.chef_id for entry in entries if entry.chef_id}
    chefs = dict(Chef.objects.filter(pk__in=wanted).values_list("pk", "name"))
    return Calendar(
        start=start, end=end, slot_capacity=station.slot_capacity, days=list(days.values()), chefs=chefs
    )


def _bookings(station: Station, start: date, end: date) -> list[CalendarEntry]:
    rows = (
        Booking.objects.live()
        .filter(station=station, date__range=(start, end))
        .exclude(status=BookingStatus.CANCELLED)
        .values_list(
            "id",
            "reference",
            "date",
            "slot",
            "lane",
            "status",
            "party_adults",
            "party_kids",
            "party_toddlers",
            "chef_id",
        )
    )
    return [
        CalendarEntry("booking", pk, reference, day, slot, lane, status, adults + kids + toddlers, chef_id)
        for pk, reference, day, slot, lane, status, adults, kids, toddlers, chef_id in rows
    ]


def _holds(station: Station, start: date, end: date, at: datetime) -> list[CalendarEntry]:
    rows = (
        ReservationHold.objects.occupying()
        .filter(station=station, date__range=(start, end), expires_at__gte=at)
        .values_list("id", "date", "slot", "lane", "status", "party_adults", "party_kids", "party_toddlers")
    )
    return [
        CalendarEntry("hold", pk, None, day, slot, lane, status, adults + kids + toddlers, None)
        for pk, day, slot, lane, status, adults, kids, toddlers in rows
    ]
