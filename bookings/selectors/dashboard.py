"""The first page of staff: today and the next 7 days of their stations, in a constant number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import F, Q, Sum

from bookings.enums import LIVE_HOLD_STATUSES, BookingStatus, DepositStatus, PaymentStatus, PaymentType
from bookings.models import Booking, Payment, ReservationHold
from bookings.selectors.stations import list_stations_in_reach
from common.actors import Actor
from identity.enums import StationStatus
from identity.models import Station
from identity.selectors.station_settings import station_settings

DAYS_AHEAD = 7
STATIONS_SHOWN = 12
ROWS_SHOWN = 8
AWAITING = (BookingStatus.NEW, BookingStatus.DEPOSIT_PENDING)
CREDITED = (PaymentStatus.COMPLETED, PaymentStatus.PARTIALLY_REFUNDED, PaymentStatus.REFUNDED)


@dataclass(slots=True)
class SlotCell:
    """One slot of one day: lanes taken out of the station's capacity."""

    date: date
    slot: time
    capacity: int
    bookings: int = 0
    holds: int = 0
    without_chef: int = 0

    @property
    def taken(self) -> int:
        """Lanes in use, by bookings and holds."""
        return self.bookings + self.holds

    @property
    def tone(self) -> str:
        """free, some or full: how the page colours the cell."""
        if self.taken == 0:
            return "free"
        return "full" if self.taken >= self.capacity else "some"


@dataclass(slots=True)
class StationBoard:
    """A station's week: rows are slots, columns are days, the first one today."""

    station: Station
    today: date
    days: list[date]
    rows: list[tuple[time, list[SlotCell]]]
    parties_today: list[Booking] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Figures:
    """Numbers on top of the page; money in cents."""

    parties_today: int
    parties_week: int
    guests_week: int
    booked_week_cents: int
    received_week_cents: int
    without_chef: int
    deposits_overdue: int
    holds: int


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Everything the first page shows, within reach of the actor."""

    figures: Figures
    boards: list[StationBoard]
    without_chef: list[Booking]
    deposits_overdue: list[Booking]
    holds: list[ReservationHold]
    stations_left_out: int


def get_dashboard(*, actor: Actor, at: datetime) -> Dashboard:
    """Return the first page for the actor's stations (booking.read); six queries whatever they hold."""
    stations = list(list_stations_in_reach(actor, "booking.read").exclude(status=StationStatus.INACTIVE))
    shown = stations[:STATIONS_SHOWN]
    first = min((_today(station, at) for station in stations), default=at.date())
    reach = [station.pk for station in stations]
    parties = list(
        Booking.objects.occupying()
        .filter(station__in=reach, date__gte=first, date__lte=first + timedelta(days=DAYS_AHEAD + 1))
        .select_related("chef", "customer", "station")
        .defer("metadata", "menu_items", "notes", "special_requests")
        .order_by("date", "slot", "lane", "pk")
    )
    holds = list(
        ReservationHold.objects.filter(station__in=reach, status__in=LIVE_HOLD_STATUSES)
        .select_related("station")
        .defer("request", "metadata")
        .order_by("expires_at", "pk")
    )
    overdue = list(
        Booking.objects.live()
        .filter(
            station__in=reach,
            status__in=AWAITING,
            hold_on_request=False,
            customer_deposit_deadline__lt=at,
            deposit__status=DepositStatus.PENDING,
        )
        .select_related("customer", "station")
        .order_by("customer_deposit_deadline", "pk")[: ROWS_SHOWN * 10]
    )
    boards = [_board(station, parties, holds, at) for station in shown]
    week = [party for party in parties if _in_week(party, at)]
    chefless = [party for party in week if party.chef_id is None and party.status == BookingStatus.CONFIRMED]
    figures = Figures(
        parties_today=sum(party.date == _today(party.station, at) for party in week),
        parties_week=len(week),
        guests_week=sum(party.party_adults + party.party_kids + party.party_toddlers for party in week),
        booked_week_cents=sum(party.total_due_cents for party in week),
        received_week_cents=_received(reach, since=at - timedelta(days=DAYS_AHEAD)),
        without_chef=len(chefless),
        deposits_overdue=len(overdue),
        holds=len(holds),
    )
    return Dashboard(
        figures=figures,
        boards=boards,
        without_chef=chefless[:ROWS_SHOWN],
        deposits_overdue=overdue[:ROWS_SHOWN],
        holds=holds[:ROWS_SHOWN],
        stations_left_out=len(stations) - len(shown),
    )


def _today(station: Station, at: datetime) -> date:
    return at.astimezone(ZoneInfo(station.timezone)).date()


def _in_week(party: Booking, at: datetime) -> bool:
    today = _today(party.station, at)
    return bool(today <= party.date <= today + timedelta(days=DAYS_AHEAD))


def _received(stations: Sequence[UUID], *, since: datetime) -> int:
    total = (
        Payment.objects.filter(
            Q(booking__station__in=stations) | Q(hold__station__in=stations),
            status__in=CREDITED,
            completed_at__gte=since,
        )
        .exclude(payment_type=PaymentType.REFUND)
        .aggregate(total=Sum(F("amount_cents") - F("refunded_amount_cents")))["total"]
    )
    return int(total or 0)


def _board(
    station: Station, parties: Sequence[Booking], holds: Sequence[ReservationHold], at: datetime
) -> StationBoard:
    today = _today(station, at)
    days = [today + timedelta(days=ahead) for ahead in range(DAYS_AHEAD + 1)]
    own_parties = [party for party in parties if party.station_id == station.pk and party.date in days]
    own_holds = [hold for hold in holds if hold.station_id == station.pk and hold.date in days]
    taken: list[Any] = [*own_parties, *own_holds]
    slots = sorted({*station_settings(station).slots, *(row.slot for row in taken)})
    cells = {
        (day, slot): SlotCell(date=day, slot=slot, capacity=station.slot_capacity)
        for slot in slots
        for day in days
    }
    for party in own_parties:
        cell = cells[party.date, party.slot]
        cell.bookings += 1
        cell.without_chef += party.chef_id is None
    for hold in own_holds:
        cells[hold.date, hold.slot].holds += 1
    return StationBoard(
        station=station,
        today=today,
        days=days,
        rows=[(slot, [cells[day, slot] for day in days]) for slot in slots],
        parties_today=[party for party in own_parties if party.date == today],
    )
