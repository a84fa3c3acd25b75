"""/chefs/{id}/schedule and /chefs/me/schedule: who cooks where, and how far the ways are."""

from datetime import time, timedelta

import pytest
from django.utils import timezone

from identity.enums import UserRole
from tests.bookings.api.clients import Caller, pointers, problem
from tests.bookings.parties import DAY, make_actor, make_booking, make_chef, make_station, make_user

pytestmark = pytest.mark.django_db

MONTH = {"start": "2026-06-01", "end": "2026-06-30"}


@pytest.fixture
def station():
    return make_station()


@pytest.fixture
def chef(station):
    return make_chef(station, name="Ken", email="ken@example.com", buffer_teardown_minutes=30)


def account_of(chef, role=UserRole.CHEF):
    return Caller(make_actor(role, user=make_user(role, email=chef.email, email_verified_at=timezone.now())))


def told(answer):
    assert answer.status_code == 200, answer.content
    return [(row["reference"], row["travel_minutes"]) for row in answer.json()["results"]]


def test_bk15_parties_stand_in_order_with_the_way_from_the_one_before(station, chef):
    evening = make_booking(station, chef=chef, slot=time(18), postal_code="94536")
    noon = make_booking(station, chef=chef, slot=time(12), postal_code="94539")
    next_day = make_booking(station, chef=chef, date=DAY + timedelta(days=1))
    make_booking(
        station,
        chef=chef,
        date=DAY + timedelta(days=2),
        status="cancelled",
        cancelled_at=timezone.now(),
        cancellation_requested_at=timezone.now(),
        cancellation_reason="The host has moved away",
        cancellation_reason_code="customer_request",
    )
    make_booking(station, slot=time(15))
    answer = Caller(make_actor(stations=[station])).get(f"/chefs/{chef.pk}/schedule", **MONTH)
    ways = told(answer)
    assert [reference for reference, _way in ways] == [noon.reference, evening.reference, next_day.reference]
    assert (ways[0][1], ways[2][1]) == (None, None)
    assert 0 < ways[1][1] < 60
    assert (answer.json()["chef_id"], answer.json()["name"]) == (str(chef.pk), "Ken")
    assert answer.json()["results"][0] == {
        "id": str(noon.pk),
        "reference": noon.reference,
        "status": "deposit_pending",
        "station_id": str(station.pk),
        "date": DAY.isoformat(),
        "slot": "12:00",
        "starts_at": "2026-06-06T19:00:00Z",
        "ends_at": noon.ends_at.isoformat().replace("+00:00", "Z"),
        "zone": noon.zone,
        "party_adults": noon.party_adults,
        "party_kids": noon.party_kids,
        "party_toddlers": noon.party_toddlers,
        "travel_minutes": None,
    }


def test_a_chef_reads_the_own_schedule_by_me_or_by_id_and_no_other(station, chef):
    mine = make_booking(station, chef=chef)
    other = make_chef(station, name="Aki", email="aki@example.com")
    make_booking(station, chef=other, slot=time(15))
    caller = account_of(chef)
    assert told(caller.get("/chefs/me/schedule", **MONTH)) == [(mine.reference, None)]
    assert told(caller.get(f"/chefs/{chef.pk}/schedule", **MONTH)) == [(mine.reference, None)]
    assert problem(caller.get(f"/chefs/{other.pk}/schedule", **MONTH)) == (404, "not_found")


def test_who_is_no_chef_has_no_schedule(station, chef):
    make_booking(station, chef=chef)
    manager = Caller(make_actor(stations=[station]))
    assert problem(manager.get("/chefs/me/schedule", **MONTH)) == (404, "not_found")
    customer = account_of(chef, UserRole.CUSTOMER)
    assert problem(customer.get("/chefs/me/schedule", **MONTH)) == (403, "permission_denied")


def test_r4_staff_see_a_shared_chefs_parties_at_their_own_station_only(station):
    shared = make_chef(None, name="Mo", email="mo@example.com")
    here = make_booking(station, chef=shared)
    make_booking(make_station(), chef=shared, slot=time(18))
    manager = Caller(make_actor(stations=[station]))
    assert told(manager.get(f"/chefs/{shared.pk}/schedule", **MONTH)) == [(here.reference, None)]


@pytest.mark.parametrize("number", [1, 3])
def test_a_schedule_takes_two_queries_however_long(station, chef, number, django_assert_num_queries):
    for day in range(number):
        make_booking(station, chef=chef, date=DAY + timedelta(days=day))
    caller = Caller(make_actor(stations=[station]))
    with django_assert_num_queries(2):
        assert len(told(caller.get(f"/chefs/{chef.pk}/schedule", **MONTH))) == number


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ({}, ["/start", "/end"]),
        ({"start": "2026-02-31", "end": "2026-03-01"}, ["/start"]),
        ({"start": "2026-06-02", "end": "2026-06-01"}, ["/end"]),
        ({"start": "2026-06-01", "end": "2026-08-02"}, ["/end"]),
    ],
)
def test_wrong_dates_are_named(station, chef, query, places):
    answer = Caller(make_actor(stations=[station])).get(f"/chefs/{chef.pk}/schedule", **query)
    assert (problem(answer), pointers(answer)) == ((400, "validation_error"), places)
