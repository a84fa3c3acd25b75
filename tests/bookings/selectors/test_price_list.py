"""15.2, R-9: which rows of the price list somebody reads."""

from datetime import timedelta

import pytest

from bookings.models import AddonItem, DynamicPricingRule, MenuItem, PricingTier
from bookings.selectors.price_list import list_price_rows
from identity.enums import StationRole, UserRole
from tests.bookings.parties import NOW, make_actor
from tests.factories.bookings import DynamicPricingRuleFactory
from tests.factories.identity import StationFactory

pytestmark = pytest.mark.django_db
TIER = {"base_price_cents": 1, "price_per_guest_cents": 1, "kid_price_cents": 1}


@pytest.fixture
def stations():
    return {
        "own": StationFactory(),
        "other": StationFactory(),
        "closed": StationFactory(status="maintenance"),
        "company": None,
    }


@pytest.fixture
def rows(stations):
    """One add-on in force and one switched off at every place."""
    return {
        f"{place}{'' if is_active else ' off'}": AddonItem.objects.create(
            station=station, code=f"code{is_active}", name="Gyoza", price_cents=900, is_active=is_active
        )
        for place, station in stations.items()
        for is_active in (True, False)
    }


def seen(actor, rows, kind=AddonItem):
    found = set(list_price_rows(actor, kind, at=NOW))
    return sorted(name for name, row in rows.items() if row in found)


STAFF_SEES = ["company", "company off", "own", "own off"]
OTHERS_SEE = ["company", "other", "own"]


def test_the_owner_sees_everything(rows):
    assert seen(make_actor(UserRole.SUPER_ADMIN), rows) == sorted(rows)


@pytest.mark.parametrize("role", [UserRole.ADMIN, UserRole.CUSTOMER_SUPPORT, UserRole.STATION_MANAGER])
def test_r9_staff_see_the_company_s_rows_and_those_of_their_stations(stations, rows, role):
    assert seen(make_actor(role, stations=[stations["own"]]), rows) == STAFF_SEES
    assert seen(make_actor(role), rows) == ["company", "company off"]


@pytest.mark.parametrize(
    "role",
    [UserRole.CHEF, UserRole.CONSUMER, UserRole.CUSTOMER, UserRole.SUPPLIER_OWNER],
)
def test_everybody_else_sees_what_holds_now(rows, role):
    assert seen(make_actor(role), rows) == OTHERS_SEE


def test_a_link_makes_anybody_staff_there(stations, rows):
    actor = make_actor(UserRole.CHEF, stations=[stations["own"]], link=StationRole.CUSTOMER_SUPPORT)
    assert seen(actor, rows) == STAFF_SEES


def test_au10_a_station_token_narrows_to_the_company_s_rows_and_one_station(stations, rows):
    actor = make_actor(UserRole.ADMIN, stations=[stations["own"], stations["other"]])
    narrow = actor.narrowed(stations["own"].pk, frozenset({"station.read"}))
    assert seen(narrow, rows) == STAFF_SEES
    owner = make_actor(UserRole.SUPER_ADMIN).narrowed(stations["own"].pk, frozenset({"pricing.manage"}))
    assert seen(owner, rows) == STAFF_SEES


def test_menu_items_and_tiers_switched_off_are_for_staff(stations):
    items = {
        state: MenuItem.objects.create(code=state, name="Tofu", category="specialty", is_available=on)
        for state, on in (("on", True), ("off", False))
    }
    tiers = {
        state: PricingTier.objects.create(name=state, level="premium", is_active=on, **TIER)
        for state, on in (("on", True), ("off", False))
    }
    customer, staff = make_actor(UserRole.CUSTOMER), make_actor(stations=[stations["own"]])
    for kind, rows in ((MenuItem, items), (PricingTier, tiers)):
        assert seen(customer, rows, kind) == ["on"]
        assert seen(staff, rows, kind) == ["off", "on"]


def test_rules_of_another_time_are_for_staff(stations):
    soon, ago = NOW + timedelta(days=1), NOW - timedelta(days=1)
    rules = {
        name: DynamicPricingRuleFactory(station=stations["own"], **values)
        for name, values in {
            "always": {},
            "now": {"valid_from": NOW, "valid_until": soon},
            "later": {"valid_from": soon},
            "over": {"valid_until": NOW, "valid_from": ago},
            "off": {"is_active": False},
        }.items()
    }
    assert seen(make_actor(UserRole.CUSTOMER), rules, DynamicPricingRule) == ["always", "now"]
    staff = make_actor(stations=[stations["own"]])
    assert seen(staff, rules, DynamicPricingRule) == sorted(rules)
