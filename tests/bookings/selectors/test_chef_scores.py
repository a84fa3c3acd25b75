"""BK-15 travel, BK-16 with rows."""

from datetime import date, time
from decimal import Decimal

import pytest

from bookings.exceptions import ChefTravelConflict
from bookings.models import Booking
from bookings.ports import RatingSum, chef_ratings
from bookings.selectors.chef_days import find_travel_gap
from bookings.selectors.chef_scores import recommend_chefs
from bookings.services.assignments import assign_chef
from common.actors import SystemActor
from common.exceptions import PermissionDenied
from identity.enums import UserRole
from identity.models import StationAuditLog
from tests.bookings.parties import NOW, events_of, make_actor, make_booking, make_chef, make_station
from tests.factories.bookings import MenuItemFactory

pytestmark = pytest.mark.django_db
FAR, NEAR = "95825", "94539"
FRIDAY = date(2026, 6, 5)
SYSTEM = SystemActor("test")


@pytest.fixture
def station():
    return make_station(slot_capacity=5)


def assign(booking, chef, by=SYSTEM, **more):
    return assign_chef(booking=booking, chef=chef, expected_version=None, by=by, at=NOW, **more)


def test_bk15_ways_before_and_after(station):
    chef = make_chef(station)
    noon = make_booking(station, date=FRIDAY)
    three = make_booking(station, date=FRIDAY, slot=time(15))
    assign(noon, chef)
    assert find_travel_gap(chef, three) is None
    Booking.objects.filter(pk=three.pk).update(postal_code=FAR)
    three.refresh_from_db()
    gap = find_travel_gap(chef, three)
    assert (gap.reference, gap.minutes > 150) == (noon.reference, True)
    with pytest.raises(ChefTravelConflict) as refusal:
        assign(three, chef)
    assert (refusal.value.status, refusal.value.extra["reference"]) == (409, noon.reference)
    assert set(refusal.value.extra) == {"reference", "travel_minutes", "ready_at"}
    six = make_booking(station, date=FRIDAY, slot=time(18), postal_code=FAR)
    assert find_travel_gap(chef, six) is None
    assign(six, chef)
    assert find_travel_gap(chef, make_booking(station, date=FRIDAY, slot=time(21), postal_code=FAR)) is None


def test_bk15_the_party_after_counts_too(station):
    chef = make_chef(station)
    later = make_booking(station, date=FRIDAY, slot=time(15), postal_code=FAR)
    assign(later, chef)
    gap = find_travel_gap(chef, make_booking(station, date=FRIDAY))
    assert gap.reference == later.reference


def test_bk15_buffers_count_and_unknown_places_do_not(station):
    chef = make_chef(station, buffer_setup_minutes=50, buffer_teardown_minutes=46)
    noon = make_booking(station, date=FRIDAY, postal_code=None)
    assign(noon, chef)
    three = make_booking(station, date=FRIDAY, slot=time(15))
    # 84 minutes of party, 46 and 50 of buffers: exactly three hours.
    assert find_travel_gap(chef, three) is None
    chef.buffer_setup_minutes = 51
    assert find_travel_gap(chef, three).minutes == 0


def test_bk15_override_needs_the_code(station):
    chef = make_chef(station)
    assign(make_booking(station, date=FRIDAY), chef)
    three = make_booking(station, date=FRIDAY, slot=time(15), postal_code=FAR)
    desk = make_actor(UserRole.CUSTOMER_SUPPORT, stations=[station], link="customer_support")
    with pytest.raises(PermissionDenied):
        assign(three, chef, by=desk, override=True)
    manager = make_actor(stations=[station])
    with pytest.raises(ChefTravelConflict):
        assign(three, chef, by=manager)
    assert assign(three, chef, by=manager, override=True).chef_id == chef.pk
    assert StationAuditLog.objects.latest("created_at").permissions_used == [
        "booking.assign_chef",
        "booking.override",
    ]
    assert [name for name, _payload in events_of(three.pk)] == ["booking.chef_assigned"]


class Ratings:
    def __init__(self, sums, liked):
        self.by_chef, self.liked = sums, liked

    def sums(self, *, chef_ids):
        return {pk: self.by_chef[pk] for pk in chef_ids if pk in self.by_chef}

    def liked_by(self, *, customer_id):
        return self.liked


def test_bk16_the_order_and_its_reasons(station, monkeypatch, django_assert_num_queries):
    MenuItemFactory(code="ny_strip", category="beef")
    MenuItemFactory(code="chicken", category="poultry")
    party = make_booking(
        station,
        date=FRIDAY,
        slot=time(15),
        menu_items=[
            {"kind": "protein", "code": "ny_strip", "quantity": 8},
            {"kind": "protein", "code": "chicken", "quantity": 8},
            {"kind": "addon", "code": "gyoza", "quantity": 1},
        ],
    )
    plain, skilled, liked, wished, taken, full, far = (make_chef(station, name=str(n)) for n in range(7))
    make_chef(station, is_active=False)
    make_chef(make_station())
    skilled.skills = ["beef", "poultry"]
    skilled.save()
    party.metadata = {"requested_chef_id": str(wished.pk)}
    assign(make_booking(station, date=FRIDAY, slot=time(15), lane=2), taken)
    for lane, slot in enumerate((time(12), time(18), time(21)), start=1):
        assign(make_booking(station, date=FRIDAY, slot=slot, lane=lane), full)
    assign(make_booking(station, date=FRIDAY, lane=5, postal_code=FAR), far)
    ratings = Ratings({liked.pk: RatingSum(3, Decimal(3))}, {liked.pk})
    monkeypatch.setattr(chef_ratings, "_filler", ratings)
    with django_assert_num_queries(4):
        found = recommend_chefs(party)
    assert [(item.chef, item.excluded) for item in found] == [
        (wished, None),
        (skilled, None),
        (liked, None),
        (plain, None),
        *sorted(
            [(taken, "same_slot"), (full, "full_day"), (far, "too_far")], key=lambda pair: str(pair[0].pk)
        ),
    ]
    assert found[2].parts.preference == Decimal("10.00")
    assert found[2].parts.rating == Decimal("12.66")
    assert found[1].parts.skill == Decimal("20.00")
    assert found[3].parts.skill == Decimal("0.00")
    assert [item.total is None for item in found] == [False] * 4 + [True] * 3


def test_bk16_ties_by_key_and_menus_chosen_later(station):
    party = make_booking(station)
    chefs = sorted((make_chef(station) for _ in range(3)), key=lambda chef: str(chef.pk))
    found = recommend_chefs(party)
    assert [item.chef for item in found] == chefs
    assert {item.parts.skill for item in found} == {Decimal("20.00")}
