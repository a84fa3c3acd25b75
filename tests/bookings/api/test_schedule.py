from datetime import timedelta

import pytest
from django.utils import timezone

from identity.enums import UserRole
from tests.bookings.api.clients import Caller, pointers, problem
from tests.bookings.parties import DAY, make_actor, make_booking, make_chef, make_station

pytestmark = pytest.mark.django_db


@pytest.fixture
def station():
    return make_station(slot_capacity=2)


@pytest.fixture
def caller(station):
    return Caller(make_actor(stations=[station]))


def test_s9_staff_see_free_lanes(station, caller):
    day = timezone.localdate() + timedelta(days=20)
    make_booking(station, date=day)
    body = caller.get("/bookings/availability", start=day.isoformat(), end=day.isoformat()).json()
    assert (body["station_id"], body["timezone"]) == (str(station.pk), "America/Los_Angeles")
    assert [(row["slot"], row["available"], row["reason"], row["lanes_free"]) for row in body["results"]] == [
        ("12:00", True, None, 1),
        ("15:00", True, None, 2),
        ("18:00", True, None, 2),
        ("21:00", True, None, 2),
    ]


def test_s9_staff_lead_time_is_shorter(station, caller):
    day = (timezone.localdate() + timedelta(days=2)).isoformat()
    body = caller.get("/bookings/availability", start=day, end=day).json()
    assert body["results"][-1]["available"] is True


def test_s9_range(station, caller):
    too_long = caller.get("/bookings/availability", start="2026-06-01", end="2026-08-02")
    assert (problem(too_long), pointers(too_long)) == ((400, "validation_error"), ["/end"])
    assert pointers(caller.get("/bookings/availability")) == ["/start", "/end"]


@pytest.mark.parametrize(
    ("view", "first", "last", "days"),
    [
        ("week", "2026-06-01", "2026-06-07", 7),
        ("month", "2026-06-01", "2026-06-30", 30),
    ],
)
def test_calendar_of_a_week_or_month(station, caller, view, first, last, days):
    chef = make_chef(station, name="Ken")
    booking = make_booking(station, chef=chef)
    body = caller.get("/bookings/calendar", date=DAY.isoformat(), view=view).json()
    assert (body["start"], body["end"], len(body["days"]), body["slot_capacity"]) == (first, last, days, 2)
    assert body["chefs"] == [{"id": str(chef.pk), "name": "Ken"}]
    assert [day for day in body["days"] if day["entries"]] == [
        {
            "date": "2026-06-06",
            "entries": [
                {
                    "kind": "booking",
                    "id": str(booking.pk),
                    "reference": booking.reference,
                    "slot": "12:00",
                    "lane": 1,
                    "status": "deposit_pending",
                    "guests": 8,
                    "chef_id": str(chef.pk),
                }
            ],
        }
    ]


@pytest.mark.parametrize("rows", [1, 3])
def test_api10_the_calendar_runs_a_constant_number_of_queries(
    station, caller, rows, django_assert_num_queries
):
    for number in range(rows):
        make_booking(station, date=DAY - timedelta(days=number), chef=make_chef(station))
    with django_assert_num_queries(4):
        caller.get("/bookings/calendar", date=DAY.isoformat())


def test_calendar_at_the_ends_of_time(caller):
    for day in ("0001-01-01", "9999-12-31"):
        assert caller.get("/bookings/calendar", date=day).status_code == 200
        assert caller.get("/bookings/calendar", date=day, view="month").status_code == 200


@pytest.mark.parametrize("path", ["/bookings/availability", "/bookings/calendar"])
def test_r4_only_of_the_own_station(caller, path):
    query = (
        {"date": "2026-06-06"} if path.endswith("calendar") else {"start": "2026-06-06", "end": "2026-06-06"}
    )
    other = make_station()
    assert problem(caller.get(path, station_id=str(other.pk), **query)) == (404, "not_found")
    owner = Caller(make_actor(UserRole.SUPER_ADMIN))
    assert caller.get(path, **query).status_code == 200
    assert owner.get(path, station_id=str(other.pk), **query).status_code == 200
    assert pointers(owner.get(path, **query)) == ["/station_id"]
    for role in (UserRole.CUSTOMER, UserRole.CHEF):
        outsider = Caller(make_actor(role))
        assert problem(outsider.get(path, station_id=str(other.pk), **query)) == (404, "not_found")
