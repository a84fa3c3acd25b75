from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError

from bookings.models import AddonItem, DynamicPricingRule, MenuItem, PricingTier, TravelFeeConfiguration
from bookings.services.price_list import (
    TravelFee,
    add_price_row,
    change_price_row,
    save_price_row,
    set_travel_fee,
)
from bookings.services.versions import version_of
from common.exceptions import Duplicate, NotFound, PermissionDenied, VersionConflict
from identity.enums import UserRole
from identity.models import StationAuditLog
from tests.factories.identity import StationFactory, make_actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def station():
    return StationFactory()


def trail():
    return list(
        StationAuditLog.objects.filter(resource_type__in=("addonitem", "dynamicpricingrule"))
        .order_by("created_at", "pk")
        .values_list("action", "station_id", "permissions_used", "details")
    )


def test_q19_a_new_price_is_audited(station) -> None:
    admin = make_actor(UserRole.ADMIN, station)
    row = AddonItem(station=station, code="gyoza", name="Gyoza", price_cents=900)
    assert save_price_row(row=row, by=admin) is row
    assert AddonItem.objects.get().price_cents == 900
    [(action, station_id, permissions, details)] = trail()
    assert (action, station_id, permissions) == ("create", station.pk, ["pricing.manage"])
    assert details["changed"]["price_cents"] == {"old": None, "new": 900}


def test_q19_an_edit_is_audited_with_old_and_new_value(station) -> None:
    admin = make_actor(UserRole.ADMIN, station)
    rule = DynamicPricingRule.objects.create(
        station=station, name="Summer", effect="percent", percent=Decimal("10.00"), slots=["12:00"]
    )
    rule.percent, rule.weekdays, rule.valid_from = Decimal("12.50"), [6], "2026-06-01T00:00:00Z"
    rule.date_from = "2026-06-01"
    save_price_row(row=rule, by=admin)
    [(action, _station, _permissions, details)] = trail()
    assert action == "update"
    assert details == {
        "changed": {
            "percent": {"old": "10.00", "new": "12.50"},
            "weekdays": {"old": [], "new": [6]},
            "valid_from": {"old": None, "new": "2026-06-01T00:00:00+00:00"},
            "date_from": {"old": None, "new": "2026-06-01"},
        }
    }


def test_q19_saving_the_same_leaves_no_trace(station) -> None:
    row = AddonItem.objects.create(station=station, code="gyoza", name="Gyoza", price_cents=900)
    save_price_row(row=row, by=make_actor(UserRole.ADMIN, station))
    assert trail() == []


def test_r9_company_prices_are_the_owner_s(station) -> None:
    row = AddonItem.objects.create(code="gyoza", name="Gyoza", price_cents=900)
    row.price_cents = 1
    with pytest.raises(PermissionDenied):
        save_price_row(row=row, by=make_actor(UserRole.ADMIN, station))
    assert AddonItem.objects.get().price_cents == 900
    save_price_row(row=row, by=make_actor(UserRole.SUPER_ADMIN))
    assert AddonItem.objects.get().price_cents == 1


@pytest.mark.parametrize("role", [UserRole.STATION_MANAGER, UserRole.CUSTOMER_SUPPORT, UserRole.CUSTOMER])
def test_prices_need_the_right_to_manage_them(station, role) -> None:
    row = TravelFeeConfiguration(station=station)
    with pytest.raises(PermissionDenied):
        save_price_row(row=row, by=make_actor(role, station))
    assert not TravelFeeConfiguration.objects.exists()


def test_a_row_cannot_be_moved_from_or_to_another_s_station(station) -> None:
    admin, other = make_actor(UserRole.ADMIN, station), StationFactory()
    row = AddonItem.objects.create(station=other, code="gyoza", name="Gyoza", price_cents=900)
    row.station = station
    with pytest.raises(PermissionDenied):
        save_price_row(row=row, by=admin)
    own = AddonItem.objects.create(station=station, code="rice", name="Rice", price_cents=900)
    own.station = other
    with pytest.raises(PermissionDenied):
        save_price_row(row=own, by=admin)


def test_an_edit_of_what_somebody_has_changed_meanwhile_is_refused(station) -> None:
    admin = make_actor(UserRole.ADMIN, station)
    row = AddonItem.objects.create(station=station, code="gyoza", name="Gyoza", price_cents=900)
    seen = row.updated_at
    change_price_row(row=row, changes={"price_cents": 950}, by=admin, expected_updated_at=seen)
    with pytest.raises(VersionConflict) as refusal:
        change_price_row(row=row, changes={"price_cents": 1}, by=admin, expected_updated_at=seen)
    row = AddonItem.objects.get()
    assert row.price_cents == 950
    assert refusal.value.extra == {"current_version": version_of(row)}
    # A form does not say what it has seen.
    assert change_price_row(row=row, changes={"price_cents": 1}, by=admin).price_cents == 1


def test_r9_a_price_is_added_by_whoever_may_before_anybody_looks_for_the_station(station) -> None:
    admin, nowhere = make_actor(UserRole.ADMIN, station), uuid4()
    values = {"code": "gyoza", "name": "Gyoza", "price_cents": 900}
    for elsewhere in (None, StationFactory().pk, nowhere):
        with pytest.raises(PermissionDenied):
            add_price_row(kind=AddonItem, station_id=elsewhere, values=values, by=admin)
    with pytest.raises(NotFound):
        add_price_row(kind=AddonItem, station_id=nowhere, values=values, by=make_actor(UserRole.SUPER_ADMIN))
    assert add_price_row(kind=AddonItem, station_id=station.pk, values=values, by=admin).station == station


def test_a_first_travel_fee_gives_way_to_the_one_that_came_first(station) -> None:
    admin = make_actor(UserRole.ADMIN, station)
    fee = TravelFee(free_miles=Decimal(20), price_per_mile_cents=250, max_service_distance=None)
    first = set_travel_fee(station=station, fee=fee, by=admin, expected_updated_at=None)
    with pytest.raises(VersionConflict):
        set_travel_fee(station=station, fee=fee, by=admin, expected_updated_at=None)
    dearer = replace(fee, price_per_mile_cents=300)
    changed = set_travel_fee(station=station, fee=dearer, by=admin, expected_updated_at=first.updated_at)
    assert (changed.pk, changed.price_per_mile_cents) == (first.pk, 300)
    with pytest.raises(VersionConflict):
        set_travel_fee(station=station, fee=fee, by=admin, expected_updated_at=first.updated_at)
    first.delete()
    with pytest.raises(VersionConflict):
        set_travel_fee(station=station, fee=fee, by=admin, expected_updated_at=changed.updated_at)


def test_one_code_and_one_active_level_per_station(station) -> None:
    owner = make_actor(UserRole.SUPER_ADMIN)
    for kind, values in (
        (MenuItem, {"code": "wagyu", "name": "Wagyu", "category": "beef"}),
        (AddonItem, {"code": "gyoza", "name": "Gyoza", "price_cents": 900}),
        (
            PricingTier,
            {
                "name": "Premium",
                "level": "premium",
                "base_price_cents": 1,
                "price_per_guest_cents": 1,
                "kid_price_cents": 1,
            },
        ),
    ):
        for where in (None, station.pk):
            add_price_row(kind=kind, station_id=where, values=values, by=owner)
            with pytest.raises(Duplicate):
                add_price_row(kind=kind, station_id=where, values=values, by=owner)
        assert kind.objects.count() == 2
    off = add_price_row(
        kind=PricingTier,
        station_id=station.pk,
        values={
            "name": "Old",
            "level": "premium",
            "base_price_cents": 2,
            "price_per_guest_cents": 2,
            "kid_price_cents": 2,
            "is_active": False,
        },
        by=owner,
    )
    with pytest.raises(Duplicate):
        change_price_row(row=off, changes={"is_active": True}, by=owner)
    second = TravelFeeConfiguration(station=station)
    save_price_row(row=TravelFeeConfiguration(station=station), by=owner)
    with pytest.raises(Duplicate, match="travel fee"):
        save_price_row(row=second, by=owner)


def test_another_fault_of_a_row_stays_an_accident(station) -> None:
    row = AddonItem(station_id=uuid4(), code="gyoza", name="Gyoza", price_cents=900, category="nonsense")
    with pytest.raises(IntegrityError):
        save_price_row(row=row, by=make_actor(UserRole.SUPER_ADMIN))
