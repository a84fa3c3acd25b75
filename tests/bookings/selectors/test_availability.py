"""S-9 and D-5: what can be booked, and what to offer instead."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bookings.models import ReservationHold
from bookings.selectors.availability import (
    Alternative,
    SlotAvailability,
    find_alternatives,
    list_availability,
    list_booked_dates,
)
from bookings.services.bookings import create_booking
from bookings.services.holds import create_hold
from common.actors import GuestActor
from common.exceptions import ValidationFailed
from identity.models import Station
from tests.factories.bookings import DAY, NOON, NOW, make_request, make_selling_station

pytestmark = pytest.mark.django_db
GUEST = GuestActor()
HOURS = (time(12), time(15), time(18), time(21))


@pytest.fixture
def station():
    return make_selling_station()


def book(station, **fields):
    return create_booking(request=make_request(station, **fields), by=GUEST, at=NOW)


def slots_of(station, day, *, at=NOW, **options):
    return list_availability(station=station, start=day, end=day, at=at, **options)


def slot_is(day, slot, reason, starts_at, lanes_free):
    return SlotAvailability(
        date=day,
        slot=slot,
        available=reason is None,
        reason=reason,
        starts_at=starts_at,
        lanes_free=lanes_free,
    )


def reasons(station, day, **options):
    return [slot.reason for slot in slots_of(station, day, **options)]


def test_s9_every_slot_with_its_start_and_free_lanes(station):
    station.slot_capacity = 2
    station.save()
    book(station)
    book(station)
    book(station, slot=time(15))
    assert slots_of(station, DAY) == [
        slot_is(DAY, time(12), "full", datetime(2026, 6, 6, 19, tzinfo=UTC), 0),
        slot_is(DAY, time(15), None, datetime(2026, 6, 6, 22, tzinfo=UTC), 1),
        slot_is(DAY, time(18), None, datetime(2026, 6, 7, 1, tzinfo=UTC), 2),
        slot_is(DAY, time(21), None, datetime(2026, 6, 7, 4, tzinfo=UTC), 2),
    ]


def test_s4_s9_lead_time_differs_for_staff(station):
    noon_in_two_days = datetime(2026, 6, 4, 19, 0, 1, tzinfo=UTC)
    assert reasons(station, DAY, at=noon_in_two_days) == ["lead_time", None, None, None]
    assert reasons(station, DAY, at=noon_in_two_days, staff=True) == [None] * 4
    assert reasons(station, DAY, at=noon_in_two_days - timedelta(seconds=1)) == [None] * 4
    assert reasons(station, DAY - timedelta(days=9), at=noon_in_two_days) == ["lead_time"] * 4


def test_s1_s5_closed_blackout_and_horizon(station):
    station.business_hours = {"saturday": {"open": "15:00", "close": "21:00"}}
    station.settings = {"blackout_dates": ["2026-06-13"]}
    station.save()
    assert reasons(station, DAY) == ["closed", None, None, "closed"]
    assert reasons(station, date(2026, 6, 7)) == ["closed"] * 4
    assert reasons(station, date(2026, 6, 13)) == ["closed", "blackout", "blackout", "closed"]
    assert reasons(station, date(2027, 5, 8)) == ["closed"] * 4
    assert reasons(station, date(2027, 5, 1)) == ["closed", None, None, "closed"]


def test_s8_a_local_time_in_the_gap_is_nonexistent(station):
    station.business_hours = {"sunday": {"open": "00:00", "close": "23:00"}}
    station.settings = {"slots": ["02:30", "12:00"]}
    station.save()
    gap = date(2027, 3, 14)
    assert slots_of(station, gap, at=NOW) == [
        slot_is(gap, time(2, 30), "nonexistent", None, 1),
        slot_is(gap, time(12), None, datetime(2027, 3, 14, 19, tzinfo=UTC), 1),
    ]


def test_s3_lanes_above_a_lowered_capacity_are_not_free(station):
    station.slot_capacity = 3
    station.save()
    for _lane in range(3):
        book(station)
    Station.objects.update(slot_capacity=1)
    station.refresh_from_db()
    assert slots_of(station, DAY)[0][2:] == (False, "full", datetime(2026, 6, 6, 19, tzinfo=UTC), 0)


def test_h4_a_hold_blocks_until_its_deadline(station):
    create_hold(request=make_request(station), by=GUEST, at=NOW)
    deadline = ReservationHold.objects.get().signing_deadline_at
    assert reasons(station, DAY, at=deadline)[0] == "full"
    assert reasons(station, DAY, at=deadline + timedelta(seconds=1))[0] is None


@pytest.mark.parametrize(("days", "queries"), [(0, 1), (30, 1), (61, 1)])
def test_s9_constant_number_of_queries(station, days, queries, django_assert_num_queries):
    book(station)
    with django_assert_num_queries(queries):
        found = list_availability(station=station, start=DAY, end=DAY + timedelta(days=days), at=NOW)
    assert len(found) == (days + 1) * 4


@pytest.mark.parametrize("days", [-1, 62])
def test_s9_range_of_at_most_62_days(station, days):
    with pytest.raises(ValidationFailed) as caught:
        list_availability(station=station, start=DAY, end=DAY + timedelta(days=days), at=NOW)
    assert [error.pointer for error in caught.value.errors] == ["/end"]


def test_s9_booked_dates_have_no_slot_left(station):
    for slot in HOURS:
        book(station, slot=slot)
    book(station, date=date(2026, 6, 7))
    station.settings = {"blackout_dates": ["2026-06-08"]}
    station.save()
    start, end = date(2026, 6, 5), date(2026, 6, 9)
    assert list_booked_dates(station=station, start=start, end=end, at=NOW) == [DAY, date(2026, 6, 8)]


def alternatives(station, day=DAY, slot=NOON, *, at=NOW, **options):
    found = find_alternatives(station=station, day=day, slot=slot, at=at, **options)
    return [(alternative.date.day, alternative.slot.hour) for alternative in found]


def test_d5_same_day_then_same_slot_then_the_rest(station, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = find_alternatives(station=station, day=DAY, slot=time(18), at=NOW)
    assert found[0] == Alternative(DAY, time(15), datetime(2026, 6, 6, 22, tzinfo=UTC))
    assert [(alternative.date.day, alternative.slot.hour) for alternative in found] == [
        (6, 15),
        (6, 21),
        (6, 12),
        (5, 18),
        (7, 18),
        (4, 18),
    ]


def test_d5_other_slots_of_other_days_come_last(station):
    only_weekend = {day: {"open": "11:00", "close": "22:00"} for day in ("saturday", "sunday")}
    station.business_hours = only_weekend
    station.settings = {"slots": ["12:00", "15:00"]}
    station.save()
    assert alternatives(station) == [(6, 15), (7, 12), (31, 12), (30, 12), (13, 12), (7, 15)]


def test_d5_only_what_can_be_booked_now(station):
    book(station, slot=time(15))
    at = datetime(2026, 6, 5, 5, tzinfo=UTC)
    assert alternatives(station, at=at) == [(7, 12), (8, 12), (9, 12), (10, 12), (11, 12), (12, 12)]
    assert alternatives(station, at=at, staff=True)[:2] == [(6, 18), (6, 21)]
    Station.objects.update(status="inactive")
    station.refresh_from_db()
    assert alternatives(station) == []


def test_d5_as_json():
    found = Alternative(DAY, NOON, datetime(2026, 6, 6, 19, tzinfo=UTC))
    assert found.as_json() == {"date": "2026-06-06", "slot": "12:00", "starts_at": "2026-06-06T19:00:00Z"}
