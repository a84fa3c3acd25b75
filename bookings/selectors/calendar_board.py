"""The calendar that staff work with: a station's days, their slots, and what stands in each lane."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal
from uuid import UUID

from bookings.calendar import SlotCalendar, starts_at
from bookings.enums import OCCUPYING_STATUSES, BookingStatus
from bookings.models import Booking, ReservationHold
from bookings.selectors.stations import slot_calendar
from identity.models import Station


@dataclass(frozen=True, slots=True)
class Party:
    """A booking in its lane; of its host only the first name and an initial."""

    id: UUID
    reference: str
    lane: int
    status: str
    host: str
    guests: int
    chef: str
    asks_to_cancel: bool
    is_held: bool

    @property
    def occupies(self) -> bool:
        """Tell whether it takes its lane still (S-2), so that it can be moved."""
        return self.status in OCCUPYING_STATUSES

    @property
    def state(self) -> str:
        """Return the state in words."""
        return str(BookingStatus(self.status).label)

    @property
    def lacks_chef(self) -> bool:
        """Tell whether it is confirmed and nobody cooks."""
        return self.status == BookingStatus.CONFIRMED and not self.chef


@dataclass(frozen=True, slots=True)
class Hold:
    """A slot that is kept while an agreement is signed and its deposit paid."""

    id: UUID
    lane: int
    guests: int
    is_signed: bool
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class BoardSlot:
    """One slot of one day; `closed` says why nothing is offered (S-1), `notice` that it is too late (S-4)."""

    date: date
    slot: time
    closed: Literal["", "closed", "blackout", "nonexistent", "beyond"]
    notice: bool
    parties: list[Party]
    holds: list[Hold]
    free: int

    @property
    def bookable(self) -> bool:
        """Tell whether staff can book it now without an override."""
        return not self.closed and not self.notice and self.free > 0


@dataclass(frozen=True, slots=True)
class BoardDay:
    """One local date."""

    date: date
    is_today: bool
    is_past: bool
    in_focus: bool
    slots: list[BoardSlot]

    @property
    def closed(self) -> str:
        """Return the one reason why the whole day offers nothing and holds nothing, or an empty string."""
        reasons = {cell.closed for cell in self.slots}
        empty = not any(cell.parties or cell.holds for cell in self.slots)
        return next(iter(reasons)) if empty and len(reasons) == 1 else ""


@dataclass(frozen=True, slots=True)
class Tally:
    """What stands on the board, in numbers; lanes are those of offered slots."""

    parties: int
    guests: int
    holds: int
    without_chef: int
    lanes_taken: int
    lanes: int


@dataclass(frozen=True, slots=True)
class Board:
    """Local dates from start to end, both included."""

    station: Station
    today: date
    start: date
    end: date
    slots: list[time]
    days: list[BoardDay]
    tally: Tally


def get_board(*, station: Station, start: date, end: date, at: datetime, month: int | None = None) -> Board:
    """Return the days from start to end with parties that were not cancelled and live holds; 2 queries.

    With `month`, the days of other months are out of focus.
    """
    calendar = slot_calendar(station)
    today = calendar.today(at)
    parties, holds = _parties(station, start, end), _holds(station, start, end, at)
    slots = sorted({*calendar.slots, *(slot for _day, slot in (*parties, *holds))})
    days = [
        BoardDay(
            date=day,
            is_today=day == today,
            is_past=day < today,
            in_focus=month is None or day.month == month,
            slots=[
                _cell(
                    station, calendar, (day, slot), parties=parties[day, slot], holds=holds[day, slot], at=at
                )
                for slot in slots
            ],
        )
        for day in _dates(start, end)
    ]
    focus = [cell for day in days if day.in_focus for cell in day.slots]
    return Board(station, today, start, end, slots, days, _tally(focus, station.slot_capacity))


def _cell(
    station: Station,
    calendar: SlotCalendar,
    place: tuple[date, time],
    *,
    parties: list[Party],
    holds: list[Hold],
    at: datetime,
) -> BoardSlot:
    day, slot = place
    closed = calendar.closed_reason(day, slot) or ("beyond" if day > calendar.last_date(at) else "")
    begins = starts_at(calendar.zone, day, slot)
    taken = sum(party.occupies for party in parties) + len(holds)
    return BoardSlot(
        date=day,
        slot=slot,
        closed=closed,  # type: ignore[arg-type]  # closed_reason names these words
        notice=begins is None or begins < at + calendar.lead(staff=True),
        parties=parties,
        holds=holds,
        free=0 if closed else max(station.slot_capacity - taken, 0),
    )


def _tally(cells: Sequence[BoardSlot], capacity: int) -> Tally:
    parties = [party for cell in cells for party in cell.parties]
    offered = [cell for cell in cells if not cell.closed]
    return Tally(
        parties=len(parties),
        guests=sum(party.guests for party in parties),
        holds=sum(len(cell.holds) for cell in cells),
        without_chef=sum(party.lacks_chef for party in parties),
        lanes_taken=sum(min(len(cell.parties) + len(cell.holds), capacity) for cell in offered),
        lanes=len(offered) * capacity,
    )


def _dates(start: date, end: date) -> Iterator[date]:
    for offset in range((end - start).days + 1):
        yield start + timedelta(days=offset)


def _parties(station: Station, start: date, end: date) -> defaultdict[tuple[date, time], list[Party]]:
    rows = (
        Booking.objects.live()
        .filter(station=station, date__range=(start, end))
        .exclude(status=BookingStatus.CANCELLED)
        .order_by("date", "slot", "lane", "pk")
        .values_list(
            "pk",
            "reference",
            "date",
            "slot",
            "lane",
            "status",
            "party_adults",
            "party_kids",
            "party_toddlers",
            "customer__first_name",
            "customer__last_name",
            "chef__name",
            "cancellation_requested_at",
            "hold_on_request",
        )
    )
    found: defaultdict[tuple[date, time], list[Party]] = defaultdict(list)
    for pk, reference, day, slot, lane, status, *guests, first, last, chef, asked_at, held in rows:
        host = f"{first} {last[:1]}." if last else first
        party = Party(pk, reference, lane, status, host, sum(guests), chef or "", asked_at is not None, held)
        found[day, slot].append(party)
    return found


def _holds(
    station: Station, start: date, end: date, at: datetime
) -> defaultdict[tuple[date, time], list[Hold]]:
    # A hold past its deadline no longer counts (H-4).
    rows = (
        ReservationHold.objects.occupying()
        .filter(station=station, date__range=(start, end), expires_at__gte=at)
        .order_by("date", "slot", "lane", "pk")
        .values_list(
            "pk",
            "date",
            "slot",
            "lane",
            "party_adults",
            "party_kids",
            "party_toddlers",
            "agreement_signed_at",
            "expires_at",
        )
    )
    found: defaultdict[tuple[date, time], list[Hold]] = defaultdict(list)
    for pk, day, slot, lane, *guests, signed_at, expires_at in rows:
        found[day, slot].append(Hold(pk, lane, sum(guests), signed_at is not None, expires_at))
    return found
