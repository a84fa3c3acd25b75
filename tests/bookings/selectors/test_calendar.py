from datetime import time, timedelta

import pytest

from bookings.models import ReservationHold
from bookings.selectors.calendar import CalendarDay, CalendarEntry, get_calendar
from tests.bookings.parties import DAY, NOON, NOW, make_booking, make_chef, make_station

pytestmark = pytest.mark.django_db


@pytest.fixture
def station():
    return make_station(slot_capacity=3)


def make_hold(station, **values):
    return ReservationHold.objects.create(
        **{
            "station": station,
            "date": DAY,
            "slot": NOON,
            "lane": 2,
            "starts_at": NOW + timedelta(days=36),
            "name": "Bea Kim",
            "email": "bea@example.com",
            "phone": "+15105550142",
            "request": {},
            "party_adults": 5,
            "party_kids": 1,
            "deposit_cents": 10_000,
            "signing_token_hash": "0" * 64,
            "signing_deadline_at": NOW + timedelta(hours=2),
            **values,
        }
    )


def test_calendar_shows_lanes_holds_and_chefs(station, django_assert_num_queries):
    chef = make_chef(station, name="Ken")
    late = make_booking(station, slot=time(18), status="confirmed", chef=chef)
    first = make_booking(station, party_kids=2)
    hold = make_hold(station)
    make_booking(station, lane=3, status="cancelled", cancelled_at=NOW, cancellation_reason_code="other")
    make_booking(station, lane=3, status="completed", deleted_at=NOW, delete_reason="Entered twice")
    make_booking(make_station())
    make_booking(station, date=DAY + timedelta(days=2))
    with django_assert_num_queries(3):
        calendar = get_calendar(station=station, start=DAY, end=DAY + timedelta(days=1), at=NOW)
    assert calendar.days == [
        CalendarDay(
            DAY,
            [
                CalendarEntry(
                    "booking", first.pk, first.reference, DAY, NOON, 1, "deposit_pending", 10, None
                ),
                CalendarEntry("hold", hold.pk, None, DAY, NOON, 2, "pending", 6, None),
                CalendarEntry("booking", late.pk, late.reference, DAY, time(18), 1, "confirmed", 8, chef.pk),
            ],
        ),
        CalendarDay(DAY + timedelta(days=1), []),
    ]
    assert (calendar.slot_capacity, calendar.chefs) == (3, {chef.pk: "Ken"})


def test_h4_an_overdue_hold_stands_in_no_lane(station):
    """H-4, S-9: the calendar says what availability says."""
    hold = make_hold(station)
    shown = [
        [entry.id for entry in get_calendar(station=station, start=DAY, end=DAY, at=at).days[0].entries]
        for at in (hold.signing_deadline_at, hold.signing_deadline_at + timedelta(microseconds=1))
    ]
    assert shown == [[hold.pk], []]
