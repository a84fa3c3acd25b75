from datetime import timedelta

import pytest
from django.utils import timezone

from bookings.models import Booking, Deposit, Payment
from identity.enums import UserRole
from tests.bookings.api.clients import Caller, pointers, problem
from tests.bookings.parties import (
    NOW,
    make_actor,
    make_booking,
    make_chef,
    make_customer,
    make_station,
    make_user,
)

pytestmark = pytest.mark.django_db
REASON = "Waits for the company cheque"
ACTIONS = ("request-deposit", "confirm-deposit", "hold", "release", "assign-chef", "complete", "no-show")
BODIES = {"hold": {"reason": REASON}, "assign-chef": {"chef_id": None}, "confirm-deposit": {"method": "cash"}}


@pytest.fixture
def station():
    return make_station(slot_capacity=5)


@pytest.fixture
def caller(station):
    return Caller(make_actor(stations=[station]))


@pytest.fixture
def desk(station):
    return Caller(make_actor(UserRole.CUSTOMER_SUPPORT, stations=[station], link="customer_support"))


def test_t2_request_deposit(station, caller):
    booking = make_booking(station, status="new")
    response = caller.post(f"/bookings/{booking.pk}/request-deposit", seen=1)
    assert (response.status_code, response.headers["ETag"]) == (200, '"2"')
    assert response.json() == {**caller.get("/bookings").json()["results"][0], "status": "deposit_pending"}


def test_t3_confirm_deposit(station, desk):
    booking = make_booking(station)
    path = f"/bookings/{booking.pk}/confirm-deposit"
    assert (pointers(desk.post(path, {}, seen=1))) == ["/method", "/reference"]
    wrong = desk.post(path, {"method": "card", "reference": "R"}, seen=1)
    assert (problem(wrong), pointers(wrong)) == ((400, "validation_error"), ["/method"])
    waived = desk.post(path, {"waive": True, "reason": "Regular of ten years"}, seen=1)
    assert problem(waived) == (403, "permission_denied")
    done = desk.post(path, {"method": "zelle", "reference": "Z-1"}, seen=1)
    assert (done.status_code, done.json()["status"], done.json()["version"]) == (200, "confirmed", 2)
    assert Payment.objects.get().payment_reference == "Z-1"
    again = desk.post(path, {"method": "zelle", "reference": "Z-1"}, seen=2)
    assert problem(again) == (409, "invalid_transition")
    assert (again.json()["from"], again.json()["allowed"]) == (
        "confirmed",
        ["completed", "no_show", "cancelled", "deposit_pending"],
    )


def test_t3_waive(station, caller):
    booking = make_booking(station)
    body = {"waive": True, "reason": "Regular of ten years"}
    assert caller.post(f"/bookings/{booking.pk}/confirm-deposit", body, seen=1).status_code == 200
    assert Deposit.objects.get().status == "waived"


def test_bk8_hold_and_release(station, caller):
    booking = make_booking(station)
    short = caller.post(f"/bookings/{booking.pk}/hold", {"reason": "short"}, seen=1)
    assert (problem(short), pointers(short)) == ((400, "validation_error"), ["/reason"])
    held = caller.post(f"/bookings/{booking.pk}/hold", {"reason": REASON}, seen=1)
    assert (held.json()["hold_on_request"], held.json()["version"]) == (True, 2)
    released = caller.post(f"/bookings/{booking.pk}/release", seen=2)
    assert (released.json()["hold_on_request"], released.json()["version"]) == (False, 3)
    assert problem(caller.post(f"/bookings/{booking.pk}/release", seen=3)) == (409, "invalid_transition")


def test_bk15_assign_chef(station, caller):
    booking, chef = make_booking(station), make_chef(station)
    path = f"/bookings/{booking.pk}/assign-chef"
    assert caller.post(path, {"chef_id": str(chef.pk)}, seen=1).json()["chef_id"] == str(chef.pk)
    other = make_booking(station, lane=2)
    conflict = caller.post(f"/bookings/{other.pk}/assign-chef", {"chef_id": str(chef.pk)}, seen=1)
    assert (problem(conflict), conflict.json()["reason"]) == ((409, "chef_conflict"), "slot")
    assert caller.post(path, {"chef_id": None}, seen=2).json()["chef_id"] is None
    stranger = make_chef(make_station())
    assert problem(caller.post(path, {"chef_id": str(stranger.pk)}, seen=3)) == (404, "not_found")
    assert pointers(caller.post(path, {}, seen=3)) == ["/chef_id"]


@pytest.mark.parametrize(("action", "status"), [("complete", "completed"), ("no-show", "no_show")])
def test_t6_t7_by_staff_and_by_the_assigned_chef(station, caller, action, status):
    chef = make_chef(station)
    user = make_user(UserRole.CHEF, email=chef.email, email_verified_at=NOW)
    cook = Caller(make_actor(UserRole.CHEF, user=user))
    for lane, who in enumerate((caller, cook), start=1):
        booking = make_booking(
            station,
            lane=lane,
            status="confirmed",
            chef=chef if who is cook else None,
            starts_at=timezone.now() - timedelta(hours=3),
        )
        response = who.post(f"/bookings/{booking.pk}/{action}", seen=1)
        assert (response.status_code, response.json()["status"]) == (200, status)
    stranger = make_booking(
        station, lane=3, status="confirmed", starts_at=timezone.now() - timedelta(hours=3)
    )
    assert problem(cook.post(f"/bookings/{stranger.pk}/{action}", seen=1)) == (404, "not_found")


def test_t6_not_before_the_party(station, caller):
    booking = make_booking(station, status="confirmed", starts_at=timezone.now() + timedelta(hours=1))
    assert problem(caller.post(f"/bookings/{booking.pk}/complete", seen=1)) == (409, "invalid_transition")


@pytest.mark.parametrize("action", ACTIONS)
def test_bk3_every_action_compares_the_version(station, caller, action):
    booking = make_booking(station, version=3)
    path = f"/bookings/{booking.pk}/{action}"
    body = BODIES.get(action)
    assert problem(caller.post(path, body)) == (428, "precondition_required")
    stale = caller.post(path, body, seen=2)
    assert (problem(stale), stale.json()["current_version"]) == ((412, "version_conflict"), 3)
    assert Booking.objects.get().version == 3


@pytest.mark.parametrize("action", ACTIONS)
def test_r4_a_host_moves_nothing_but_the_request_for_the_deposit(station, action):
    user = make_user(UserRole.CUSTOMER, email="ann@example.com", email_verified_at=NOW)
    host = Caller(make_actor(UserRole.CUSTOMER, user=user))
    mine = make_booking(station, status="new", customer=make_customer(station, email="ann@example.com"))
    response = host.post(f"/bookings/{mine.pk}/{action}", BODIES.get(action), seen=1)
    if action == "request-deposit":
        assert response.status_code == 200
    else:
        assert problem(response) == (403, "permission_denied")


def test_r4_rights_count_at_the_station_of_the_booking(station):
    elsewhere = make_station()
    actor = make_actor(UserRole.CUSTOMER_SUPPORT, stations=[station], link="customer_support")
    manager_elsewhere = make_actor(stations=[elsewhere], user=None)
    both = type(actor)(
        id=actor.id, role=actor.role, roles=actor.roles, links=(*actor.links, *manager_elsewhere.links)
    )
    here, there = make_booking(station, status="confirmed"), make_booking(elsewhere, status="confirmed")
    body = {"chef_id": None}
    assert problem(Caller(both).post(f"/bookings/{here.pk}/assign-chef", body, seen=1)) == (
        403,
        "permission_denied",
    )
    assert Caller(both).post(f"/bookings/{there.pk}/assign-chef", body, seen=1).status_code == 200


def test_api1_unknown_members_are_refused(station, caller):
    booking = make_booking(station, status="confirmed")
    response = caller.post(f"/bookings/{booking.pk}/complete", {"force": True}, seen=1)
    assert (problem(response), pointers(response)) == ((400, "validation_error"), ["/force"])


def test_api10_other_methods_answer_405(station, caller):
    booking = make_booking(station)
    for path in (f"/bookings/{booking.pk}/complete", f"/bookings/{booking.pk}/explain"):
        response = caller.delete(path)
        assert problem(response) == (405, "method_not_allowed")
        assert response.headers["Allow"]
