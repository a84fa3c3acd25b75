from datetime import time

import pytest

from bookings.exceptions import ChefConflict
from bookings.services.assignments import assign_chef
from common.exceptions import InvalidTransition, NotFound, VersionConflict
from identity.models import StationAuditLog
from tests.bookings.parties import DAY, NOW, events_of, make_actor, make_booking, make_chef, make_station

pytestmark = pytest.mark.django_db


@pytest.fixture
def station():
    return make_station(slot_capacity=5)


@pytest.fixture
def manager(station):
    return make_actor(stations=[station])


def assign(booking, chef, manager, version=1):
    return assign_chef(booking=booking, chef=chef, expected_version=version, by=manager, at=NOW)


def refused(booking, chef, manager):
    with pytest.raises(ChefConflict) as refusal:
        assign(booking, chef, manager)
    booking.refresh_from_db()
    assert (booking.chef_id, booking.version) == (None, 1)
    return refusal.value.extra["reason"]


@pytest.mark.parametrize("status", ["new", "deposit_pending", "confirmed"])
def test_bk15_assigns_and_clears(station, manager, status):
    booking, chef = make_booking(station, status=status), make_chef(station)
    assert assign(booking, chef, manager).chef_id == chef.pk
    assert assign(booking, None, manager, version=2).chef_id is None
    booking.refresh_from_db()
    assert (booking.chef_id, booking.version) == (None, 3)
    assert events_of(booking.pk) == [
        (
            "booking.chef_assigned",
            {"reference": booking.reference, "chef_id": str(chef.pk), "previous_chef_id": None},
        ),
        (
            "booking.chef_assigned",
            {"reference": booking.reference, "chef_id": None, "previous_chef_id": str(chef.pk)},
        ),
    ]
    assert StationAuditLog.objects.first().permissions_used == ["booking.assign_chef"]


def test_bk15_a_chef_of_no_station_serves_every_station(station, manager):
    assert assign(make_booking(station), make_chef(None), manager).version == 2


def test_bk15_a_chef_of_another_station_does_not(station, manager):
    assert refused(make_booking(station), make_chef(make_station()), manager) == "station"


def test_bk15_inactive(station, manager):
    assert refused(make_booking(station), make_chef(station, is_active=False), manager) == "inactive"


def test_bk15_deleted(station, manager):
    chef = make_chef(station, deleted_at=NOW, delete_reason="Left the company")
    with pytest.raises(NotFound):
        assign(make_booking(station), chef, manager)


def test_bk15_one_party_per_slot_also_at_another_station(station, manager):
    chef = make_chef(None)
    make_booking(make_station(), chef=chef)
    assert refused(make_booking(station), chef, manager) == "slot"


def test_bk15_a_closed_party_frees_the_slot_but_counts_for_the_day(station, manager):
    chef = make_chef(station)
    make_booking(station, chef=chef, status="completed")
    make_booking(station, chef=chef, status="cancelled", cancelled_at=NOW, cancellation_reason_code="other")
    assert assign(make_booking(station, lane=2), chef, manager).chef_id == chef.pk
    assert assign(make_booking(station, slot=time(15)), chef, manager).chef_id == chef.pk
    assert refused(make_booking(station, slot=time(18)), chef, manager) == "day"


def test_bk15_three_parties_a_day(station, manager):
    chef = make_chef(station)
    for hour in (12, 15, 18):
        assign(make_booking(station, slot=time(hour)), chef, manager)
    assert refused(make_booking(station, slot=time(21)), chef, manager) == "day"
    other_day = make_booking(station, slot=time(21), date=DAY.replace(day=7))
    assert assign(other_day, chef, manager).chef_id == chef.pk


def test_bk15_the_same_chef_again_is_no_conflict(station, manager):
    booking, chef = make_booking(station), make_chef(station)
    assign(booking, chef, manager)
    assert assign(booking, chef, manager, version=2).version == 3


@pytest.mark.parametrize("status", ["completed", "no_show"])
def test_bk15_only_for_a_party_that_is_still_to_come(station, manager, status):
    with pytest.raises(InvalidTransition):
        assign(make_booking(station, status=status), make_chef(station), manager)


def test_bk3_stale_version(station, manager):
    with pytest.raises(VersionConflict):
        assign(make_booking(station, version=2), make_chef(station), manager)
