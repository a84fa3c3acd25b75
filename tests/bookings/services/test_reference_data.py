import pytest

from bookings.models import AddonItem, MenuItem, PricingTier
from bookings.services.reference_data import LoadedPrices, load_first_station, load_price_list
from common.actors import SystemActor
from identity.models import Station
from tests.factories.bookings import NOW
from tests.factories.identity import StationFactory

BY = SystemActor("tests")

pytestmark = pytest.mark.django_db


def test_the_price_list_is_loaded_once() -> None:
    assert load_price_list() == LoadedPrices(tiers=1, menu_items=9, addon_items=6)
    assert load_price_list() == LoadedPrices(tiers=0, menu_items=0, addon_items=0)


def test_what_people_changed_stays() -> None:
    load_price_list()
    PricingTier.objects.update(is_active=False)
    MenuItem.objects.filter(code="tofu").delete()
    AddonItem.objects.update(price_cents=1)
    assert load_price_list() == LoadedPrices(tiers=0, menu_items=1, addon_items=0)
    assert set(AddonItem.objects.values_list("price_cents", flat=True)) == {1}


def test_a_station_s_row_is_not_the_company_s() -> None:
    AddonItem.objects.create(station=StationFactory(), code="gyoza", name="Gyoza", price_cents=1)
    assert load_price_list().addon_items == 6


def test_only_upgrades_are_premium_and_cost_more() -> None:
    load_price_list()
    assert set(MenuItem.objects.filter(is_premium=True).values_list("code", "price_cents")) == {
        ("salmon", 500),
        ("scallops", 500),
        ("filet_mignon", 500),
        ("lobster_tail", 1_500),
    }


def test_the_first_station_opens_where_there_is_none() -> None:
    station = load_first_station(by=BY, at=NOW)
    assert station is not None
    assert (station.code, station.city, station.slot_capacity) == ("ST-FREMONT-001", "Fremont", 1)
    assert load_first_station(by=BY, at=NOW) is None
    assert Station.objects.count() == 1
