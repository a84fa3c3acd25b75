from decimal import Decimal

import pytest

from bookings.models import AddonItem, DynamicPricingRule, TravelFeeConfiguration
from bookings.services.price_list import save_price_row
from common.exceptions import PermissionDenied
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
