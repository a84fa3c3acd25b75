"""API-1: bodies of the price list that are wrong, member by member (4.1, Q-5)."""

import pytest

from common.api.etag import record_version
from identity.enums import StationRole, UserRole
from tests.bookings.api.clients import Caller, pointers, problem
from tests.bookings.api.prices import ADDON, ITEM, KINDS, RULE, TIER, stamps, write
from tests.bookings.parties import make_actor
from tests.factories.identity import StationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def station():
    return StationFactory()


@pytest.fixture
def caller(station):
    return Caller(make_actor(UserRole.ADMIN, stations=[station], link=StationRole.ADMIN))


WRONG = {
    "menu item, everything": (
        "menu-items",
        {
            "station_id": "fremont",
            "code": "NY Strip",
            "name": "x" * 101,
            "description": 5,
            "category": "fish",
            "price_cents": -1,
            "is_premium": "yes",
            "is_available": None,
            "allergens": ["soy", 3],
            "dietary_info": "x" * 2_001,
            "display_order": 32_768,
            "currency": "EUR",
        },
        [
            "/allergens/1",
            "/category",
            "/code",
            "/currency",
            "/description",
            "/dietary_info",
            "/display_order",
            "/is_available",
            "/is_premium",
            "/name",
            "/price_cents",
            "/station_id",
        ],
    ),
    "menu item, nothing": ("menu-items", {}, ["/category", "/code", "/name"]),
    "add-on, nothing": ("addon-items", {}, ["/code", "/name", "/price_cents"]),
    "add-on, kinds": (
        "addon-items",
        {"code": 7, "name": ["Rolls"], "price_cents": "800", "category": ["side"], "is_active": 1},
        ["/category", "/code", "/is_active", "/name", "/price_cents"],
    ),
    "add-on, NUL": ("addon-items", {**ADDON, "name": "a\0b"}, ["/name"]),
    "add-on, long code": ("addon-items", {**ADDON, "code": "x" * 51}, ["/code", "/code"]),
    "menu item, long words": (
        "menu-items",
        {**ITEM, "allergens": ["x" * 51, ""]},
        ["/allergens/0", "/allergens/1"],
    ),
    "menu item, many words": ("menu-items", {**ITEM, "allergens": ["soy"] * 21}, ["/allergens"]),
    "rule, seconds": ("rules", {**RULE, "slots": ["18:00:30"]}, ["/slots/0"]),
    "rule, infinite": ("rules", {**RULE, "percent": 1e300}, ["/percent"]),
    "add-on, huge": ("addon-items", {**ADDON, "price_cents": 10**30}, ["/price_cents"]),
    "add-on, fraction": ("addon-items", {**ADDON, "price_cents": 1.5}, ["/price_cents"]),
    "tier, nothing": (
        "tiers",
        {},
        ["/base_price_cents", "/kid_price_cents", "/level", "/name", "/price_per_guest_cents"],
    ),
    "tier, values": (
        "tiers",
        {
            **TIER,
            "level": "gold",
            "min_guests": 0,
            "features": "Sake",
            "metadata": {},
            "kid_price_cents": True,
        },
        ["/features", "/kid_price_cents", "/level", "/metadata", "/min_guests"],
    ),
    "tier, range": ("tiers", {**TIER, "min_guests": 20, "max_guests": 10}, ["/max_guests"]),
    "rule, nothing": ("rules", {}, ["/effect", "/name"]),
    "rule, values": (
        "rules",
        {
            **RULE,
            "percent": 100.01,
            "weekdays": [0, 8],
            "slots": ["18:00", "6 pm"],
            "date_from": "01/02/2027",
            "valid_from": "2027-01-01",
            "zone": "x" * 51,
            "guests_min": -1,
            "days_ahead_max": "3",
            "priority": 99_999,
            "amount_cents": -(10**9),
        },
        [
            "/amount_cents",
            "/date_from",
            "/days_ahead_max",
            "/guests_min",
            "/percent",
            "/priority",
            "/slots/1",
            "/valid_from",
            "/weekdays/0",
            "/weekdays/1",
            "/zone",
        ],
    ),
    "rule, both effects": ("rules", {**RULE, "amount_cents": 500}, ["/amount_cents"]),
    "rule, no effect": ("rules", {"name": "Saturday", "effect": "fixed"}, ["/amount_cents"]),
    "rule, nothing to add": ("rules", {**RULE, "percent": 0}, ["/percent"]),
    "rule, text": ("rules", {**RULE, "percent": "15"}, ["/percent"]),
    "rule, ranges": (
        "rules",
        {**RULE, "date_from": "2027-02-01", "date_until": "2027-01-01", "guests_min": 2, "guests_max": 1},
        ["/date_until", "/guests_max"],
    ),
    "rule, twice": (
        "rules",
        {**RULE, "weekdays": [6, 6], "slots": ["18:00", "18:00"]},
        ["/slots", "/weekdays"],
    ),
}


@pytest.mark.parametrize(("name", "body", "wrong"), WRONG.values(), ids=WRONG)
def test_400_wrong_bodies_are_refused_member_by_member(caller, name, body, wrong):
    response = caller.post(f"/pricing/{name}", body)
    assert (problem(response), sorted(pointers(response))) == ((400, "validation_error"), wrong)
    assert not KINDS[name][0].objects.exists()


@pytest.mark.parametrize(
    ("name", "body", "wrong"),
    [
        ("menu-items", {"code": "kobe", "station_id": None}, ["/code", "/station_id"]),
        ("addon-items", {"price_cents": None, "name": ""}, ["/name", "/price_cents"]),
        ("tiers", {"max_guests": 0, "station_id": None}, ["/max_guests", "/station_id"]),
        ("rules", {"effect": "fixed"}, ["/amount_cents", "/percent"]),
        ("rules", {"percent": None}, ["/percent"]),
        ("rules", {"name": None, "slots": None, "unheard_of": 1}, ["/name", "/slots", "/unheard_of"]),
    ],
)
def test_400_wrong_changes(station, caller, name, body, wrong):
    row = write(name, station)
    response = caller.patch(f"/pricing/{name}/{row.pk}", body, seen=record_version(row))
    assert (problem(response), sorted(pointers(response))) == ((400, "validation_error"), wrong)
    row.refresh_from_db()
    assert {**stamps(row), "name": row.name} == {**stamps(row), "name": KINDS[name][1]["name"]}
