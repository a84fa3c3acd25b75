from datetime import timedelta

import pytest

from bookings.policies import ACTION_CODES, Audience, audience_of, chef_sees_contact, may
from common.actors import GuestActor, SystemActor
from identity.enums import UserRole
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
EVERY = set(ACTION_CODES)
BY_ADMINS = {"correct", "reinstate", "delete", "restore"}
MANAGER = EVERY - BY_ADMINS
DESK = MANAGER - {"waive_deposit", "assign_chef", "complete", "no_show", "approve_cancellation"}
DESK -= {"reject_cancellation", "adjust"}


def allowed(actor, booking):
    return {action for action in ACTION_CODES if may(actor, action, booking)}


def test_r2_staff_by_role_and_station():
    station = make_station()
    booking = make_booking(station)
    assert allowed(make_actor(UserRole.SUPER_ADMIN), booking) == EVERY
    assert allowed(SystemActor("job"), booking) == EVERY
    assert allowed(make_actor(stations=[station]), booking) == MANAGER
    desk = make_actor(UserRole.CUSTOMER_SUPPORT, stations=[station], link="customer_support")
    assert allowed(desk, booking) == DESK
    assert allowed(make_actor(stations=[make_station()]), booking) == set()
    assert allowed(GuestActor(), booking) == set()


def test_t6_an_assigned_chef_completes_own_parties_only():
    station = make_station(slot_capacity=2)
    chef = make_chef(station)
    actor = make_actor(UserRole.CHEF, user=make_user(UserRole.CHEF, email=chef.email, email_verified_at=NOW))
    assert allowed(actor, make_booking(station, chef=chef)) == {"read", "explain", "complete", "no_show"}
    assert allowed(actor, make_booking(station, lane=2)) == set()


def test_a_customer_changes_own_bookings_only():
    station = make_station(slot_capacity=2)
    user = make_user(UserRole.CUSTOMER, email="ann@example.com", email_verified_at=NOW)
    actor = make_actor(UserRole.CUSTOMER, user=user)
    mine = make_booking(station, customer=make_customer(station, email="ann@example.com"))
    assert allowed(actor, mine) == {
        "read",
        "explain",
        "change",
        "request_deposit",
        "reschedule",
        "request_cancellation",
    }
    assert allowed(actor, make_booking(station, lane=2)) == set()


def test_chef_window():
    booking = make_booking(make_station())
    start, end = booking.starts_at - timedelta(days=7), booking.ends_at + timedelta(days=1)
    second = timedelta(seconds=1)
    assert [chef_sees_contact(booking, at=at) for at in (start - second, start, end, end + second)] == [
        False,
        True,
        True,
        False,
    ]


def test_as_whom_somebody_reads():
    station = make_station()
    assert [
        audience_of(actor, station.pk)
        for actor in (
            make_actor(UserRole.SUPER_ADMIN),
            make_actor(stations=[station]),
            make_actor(UserRole.CUSTOMER),
            make_actor(UserRole.CHEF),
        )
    ] == [Audience.STAFF, Audience.STAFF, Audience.HOST, Audience.CHEF]
