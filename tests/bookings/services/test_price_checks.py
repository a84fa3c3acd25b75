"""4.1, Q-5, Q-9: what a row of the price list may not say; the rows are never saved."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest

from bookings.models import AddonItem, DynamicPricingRule, MenuItem, PricingTier, TravelFeeConfiguration
from bookings.services.price_checks import check_price_row
from common.exceptions import ValidationFailed

NEW_YEAR = datetime(2027, 1, 1, tzinfo=UTC)


def tier(**values):
    prices = {"base_price_cents": 55_000, "price_per_guest_cents": 5_500, "kid_price_cents": 3_000}
    return PricingTier(**{"name": "Standard", "level": "standard", **prices, **values})


def menu_item(**values):
    return MenuItem(**{"code": "ny_strip", "name": "NY strip", "category": "beef", **values})


def addon(**values):
    return AddonItem(**{"code": "gyoza", "name": "Gyoza", "price_cents": 1_000, **values})


def rule(**values):
    return DynamicPricingRule(
        **{"name": "Saturday", "effect": "percent", "percent": Decimal("15.00"), **values}
    )


def fixed(**values):
    return rule(**{"effect": "fixed", "percent": None, "amount_cents": -500, **values})


def fee(**values):
    return TravelFeeConfiguration(**{"max_service_distance": Decimal(150), **values})


GOOD = {
    "tier": tier(min_guests=10, max_guests=10, features=["Sake"]),
    "menu item": menu_item(allergens=["soy"], dietary_info="Gluten-free", price_cents=10_000_000),
    "addon": addon(price_cents=0),
    "discount": rule(percent=Decimal(-100), guests_min=10, guests_max=10, slots=[time(12), time(18)]),
    "surcharge": fixed(amount_cents=1, weekdays=[7, 1], date_from=date(2027, 1, 1), valid_from=NEW_YEAR),
    "one day": rule(date_from=date(2027, 1, 1), date_until=date(2027, 1, 1), days_ahead_max=3),
    "fee": fee(latitude=Decimal("37.5"), longitude=Decimal(-122), notes="Toll bridge"),
    "endless fee": fee(max_service_distance=None, free_miles=Decimal(0)),
}


@pytest.mark.parametrize("row", GOOD.values(), ids=GOOD)
def test_what_quotes_can_use_passes(row):
    check_price_row(row)


BAD = {
    "no name": (menu_item(name=" "), [("/name", "blank")]),
    "another currency": (addon(currency="EUR"), [("/currency", "invalid")]),
    "long words": (
        menu_item(description="x" * 2_001, dietary_info="x" * 2_001),
        [("/description", "max_length"), ("/dietary_info", "max_length")],
    ),
    "long notes": (fee(notes="x" * 2_001), [("/notes", "max_length")]),
    "late place": (addon(display_order=32_768), [("/display_order", "max_value")]),
    "odd code": (menu_item(code="NY strip"), [("/code", "invalid")]),
    "no code": (addon(code=""), [("/code", "invalid")]),
    "negative price": (addon(price_cents=-1), [("/price_cents", "min_value")]),
    "huge price": (menu_item(price_cents=10_000_001), [("/price_cents", "max_value")]),
    "wrong allergens": (menu_item(allergens=["x" * 51]), [("/allergens", "invalid")]),
    "negative tier": (
        tier(base_price_cents=-1, price_per_guest_cents=-1, kid_price_cents=-1),
        [
            ("/base_price_cents", "min_value"),
            ("/price_per_guest_cents", "min_value"),
            ("/kid_price_cents", "min_value"),
        ],
    ),
    "nobody's tier": (tier(min_guests=0), [("/min_guests", "min_value")]),
    "falling guests": (tier(min_guests=20, max_guests=10), [("/max_guests", "invalid")]),
    "features no list": (tier(features={"a": 1}), [("/features", "invalid")]),
    "features no texts": (tier(features=[1]), [("/features", "invalid")]),
    "too many features": (tier(features=["Sake"] * 21), [("/features", "invalid")]),
    "no percent": (rule(percent=None), [("/percent", "invalid")]),
    "nothing at all": (rule(percent=Decimal("0.00")), [("/percent", "invalid")]),
    "no amount": (fixed(amount_cents=0), [("/amount_cents", "invalid")]),
    "both": (rule(amount_cents=500), [("/amount_cents", "invalid")]),
    "both, fixed": (fixed(percent=Decimal(5)), [("/percent", "invalid")]),
    "much percent": (rule(percent=Decimal("100.01")), [("/percent", "max_value")]),
    "little percent": (rule(percent=Decimal("-100.01")), [("/percent", "min_value")]),
    "huge discount": (fixed(amount_cents=-10_000_001), [("/amount_cents", "min_value")]),
    "eighth weekday": (rule(weekdays=[8]), [("/weekdays", "invalid")]),
    "weekday twice": (rule(weekdays=[6, 6]), [("/weekdays", "invalid")]),
    "slot twice": (rule(slots=[time(12), time(12)]), [("/slots", "invalid")]),
    "seconds": (rule(slots=[time(12, 0, 1)]), [("/slots", "invalid")]),
    "falling ranges": (
        rule(guests_min=3, guests_max=2, days_ahead_min=3, days_ahead_max=2),
        [("/guests_max", "invalid"), ("/days_ahead_max", "invalid")],
    ),
    "small ranges": (
        rule(guests_min=-1, days_ahead_max=32_768),
        [("/guests_min", "min_value"), ("/days_ahead_max", "max_value")],
    ),
    "falling dates": (
        rule(date_from=date(2027, 1, 2), date_until=date(2027, 1, 1)),
        [("/date_until", "invalid")],
    ),
    "no time at all": (rule(valid_from=NEW_YEAR, valid_until=NEW_YEAR), [("/valid_until", "invalid")]),
    "late rule": (rule(priority=32_768), [("/priority", "max_value")]),
    "half a point": (fee(latitude=Decimal("37.5")), [("/latitude", "invalid")]),
    "no such point": (
        fee(latitude=Decimal(91), longitude=Decimal(-181)),
        [("/latitude", "max_value"), ("/longitude", "min_value")],
    ),
    "negative miles": (fee(free_miles=Decimal(-1)), [("/free_miles", "min_value")]),
    "all miles free": (
        fee(free_miles=Decimal(31), max_service_distance=Decimal(30)),
        [("/max_service_distance", "invalid")],
    ),
}


@pytest.mark.parametrize(("row", "wrong"), BAD.values(), ids=BAD)
def test_what_no_quote_could_use_is_refused_by_name(row, wrong):
    with pytest.raises(ValidationFailed) as refusal:
        check_price_row(row)
    assert [(error.pointer, error.code) for error in refusal.value.errors] == wrong


def test_codes_of_old_rows_stay_as_they_are():
    row = addon(code="Extra Rice")
    row._state.adding = False
    check_price_row(row)
