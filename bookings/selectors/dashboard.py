"""Figures for the first page of the admin: today and the next seven days, within the actor's reach."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Q

from bookings.enums import LIVE_HOLD_STATUSES, BookingStatus
from bookings.models import Booking, ReservationHold
from common.actors import Actor

DAYS_AHEAD = 7
COMPANY_ZONE = "America/Los_Angeles"


@dataclass(frozen=True, slots=True)
class DashboardDay:
    """One date: parties by state, guests, and parties that still want a chef."""

    date: date
    bookings: int
    awaiting_deposit: int
    confirmed: int
    guests: int
    without_chef: int


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Today and the next seven days, and what waits for somebody."""

    today: date
    days: list[DashboardDay]
    parties: list[Booking]
    deposits_waiting: int
    cancellations_waiting: int
    on_hold: int
    live_holds: int


def get_dashboard(actor: Actor, *, at: datetime) -> Dashboard:
    """Return the dashboard as of `at`; today is the company zone's date. Three queries."""
    today = at.astimezone(ZoneInfo(COMPANY_ZONE)).date()
    reachable = Booking.objects.visible_to(actor).live()
    parties = list(
        reachable.filter(date__range=(today, today + timedelta(days=DAYS_AHEAD)))
        .exclude(status=BookingStatus.CANCELLED)
        .select_related("station", "chef", "customer")
        .order_by("date", "slot", "lane", "pk")
    )
    waiting = reachable.occupying().aggregate(
        deposits=Count("pk", filter=Q(status__in=(BookingStatus.NEW, BookingStatus.DEPOSIT_PENDING))),
        cancellations=Count(
            "pk", filter=Q(cancellation_requested_at__isnull=False, cancelled_at__isnull=True)
        ),
        on_hold=Count("pk", filter=Q(hold_on_request=True)),
    )
    return Dashboard(
        today=today,
        days=[
            _day(date_, [party for party in parties if party.date == date_])
            for date_ in (today + timedelta(days=offset) for offset in range(DAYS_AHEAD + 1))
        ],
        parties=parties,
        deposits_waiting=waiting["deposits"],
        cancellations_waiting=waiting["cancellations"],
        on_hold=waiting["on_hold"],
        live_holds=ReservationHold.objects.visible_to(actor).filter(status__in=LIVE_HOLD_STATUSES).count(),
    )


def _day(date_: date, parties: Iterable[Booking]) -> DashboardDay:
    bookings = awaiting = confirmed = guests = without_chef = 0
    for party in parties:
        bookings += 1
        guests += party.party_adults + party.party_kids + party.party_toddlers
        awaiting += party.status in (BookingStatus.NEW, BookingStatus.DEPOSIT_PENDING)
        confirmed += party.status == BookingStatus.CONFIRMED
        without_chef += party.status == BookingStatus.CONFIRMED and party.chef_id is None
    return DashboardDay(date_, bookings, awaiting, confirmed, guests, without_chef)
