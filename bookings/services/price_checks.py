"""What a row of the price list may say, whoever writes it (4.1, Q-5, Q-9): readable refusals, no queries."""

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from bookings.enums import PriceRuleEffect
from bookings.models import (
    AddonItem,
    DynamicPricingRule,
    MenuItem,
    PricingTier,
    TravelFeeConfiguration,
)
from common.exceptions import FieldError, ValidationFailed

MAX_PRICE_CENTS = 10_000_000
MAX_SMALL = 32_767
MAX_PERCENT = 100
MAX_MILES = Decimal("9999.99")
MAX_WORDS = 20
MAX_WORD = 50
MAX_FEATURE = 200
MAX_PROSE = 2_000
HOUSE_CURRENCY = "USD"
CODE = re.compile(r"[a-z][a-z0-9_]{0,49}")

Errors = Iterator[FieldError]


def check_price_row(row: Any) -> None:
    """Refuse a row of the price list that says what no quote could use; every wrong member is named."""
    errors = [*_common(row), *CHECKS[type(row)](row)]
    if errors:
        raise ValidationFailed(errors)


def _common(row: Any) -> Errors:
    if row.currency != HOUSE_CURRENCY:
        # A quote adds these amounts up without looking at their currency.
        yield _wrong("currency", f"Prices are in {HOUSE_CURRENCY}.")
    if not getattr(row, "name", "-").strip():
        yield FieldError("/name", "blank", "A name is needed.")
    for name in ("description", "dietary_info", "notes"):
        if len(getattr(row, name, None) or "") > MAX_PROSE:
            yield FieldError(f"/{name}", "max_length", f"At most {MAX_PROSE} characters.")
    yield from _within(row, "display_order", 0, MAX_SMALL)


def _tier(row: PricingTier) -> Errors:
    for name in ("base_price_cents", "price_per_guest_cents", "kid_price_cents"):
        yield from _within(row, name, 0, MAX_PRICE_CENTS)
    yield from _within(row, "min_guests", 1, MAX_SMALL)
    yield from _rising(row, "min_guests", "max_guests")
    yield from _words(row, "features", MAX_FEATURE)


def _menu_item(row: MenuItem) -> Errors:
    yield from _item(row)
    yield from _words(row, "allergens", MAX_WORD)


def _item(row: MenuItem | AddonItem) -> Errors:
    if row._state.adding and not CODE.fullmatch(row.code):
        yield _wrong("code", "Must be small letters, digits and underscores, such as ny_strip.")
    yield from _within(row, "price_cents", 0, MAX_PRICE_CENTS)


def _rule(row: DynamicPricingRule) -> Errors:
    yield from _effect(row)
    yield from _within(row, "percent", -MAX_PERCENT, MAX_PERCENT)
    yield from _within(row, "amount_cents", -MAX_PRICE_CENTS, MAX_PRICE_CENTS)
    yield from _within(row, "priority", 0, MAX_SMALL)
    if not _differ(row.weekdays) or not set(row.weekdays) <= set(range(1, 8)):
        yield _wrong("weekdays", "Must be different weekdays from 1 (Monday) to 7 (Sunday).")
    if not _differ(row.slots) or any(slot.second or slot.microsecond for slot in row.slots):
        yield _wrong("slots", "Must be different times in whole minutes, such as 18:00.")
    for least, most in (("guests_min", "guests_max"), ("days_ahead_min", "days_ahead_max")):
        yield from _within(row, least, 0, MAX_SMALL)
        yield from _within(row, most, 0, MAX_SMALL)
        yield from _rising(row, least, most)
    yield from _rising(row, "date_from", "date_until")
    yield from _rising(row, "valid_from", "valid_until", strictly=True)


def _effect(row: DynamicPricingRule) -> Errors:
    """Q-5: either percent or cents, signed, and never nothing."""
    used, unused = "percent", "amount_cents"
    if row.effect == PriceRuleEffect.FIXED:
        used, unused = unused, used
    if not getattr(row, used):
        yield _wrong(used, f"Must be above or below 0 when the effect is {row.effect}.")
    if getattr(row, unused) is not None:
        yield _wrong(unused, f"Must be empty when the effect is {row.effect}.")


def _travel_fee(row: TravelFeeConfiguration) -> Errors:
    yield from _within(row, "free_miles", 0, MAX_MILES)
    yield from _within(row, "price_per_mile_cents", 0, MAX_PRICE_CENTS)
    yield from _within(row, "max_service_distance", 0, MAX_MILES)
    yield from _rising(row, "free_miles", "max_service_distance")
    yield from _within(row, "latitude", -90, 90)
    yield from _within(row, "longitude", -180, 180)
    if (row.latitude is None) != (row.longitude is None):
        yield _wrong("latitude", "Give latitude and longitude together.")


def _wrong(name: str, message: str) -> FieldError:
    return FieldError(f"/{name}", "invalid", message)


def _within(row: Any, name: str, lowest: int, highest: int | Decimal) -> Errors:
    value: int | Decimal | None = getattr(row, name, None)
    if value is None or lowest <= value <= highest:
        return
    code = "min_value" if value < lowest else "max_value"
    yield FieldError(f"/{name}", code, f"Must be {lowest} to {highest}.")


def _rising(row: Any, least: str, most: str, *, strictly: bool = False) -> Errors:
    first, last = getattr(row, least), getattr(row, most)
    if first is None or last is None:
        return
    if last < first or (strictly and last == first):
        yield _wrong(most, f"Must not lie {'at or ' if strictly else ''}below {least}.")


def _words(row: Any, name: str, longest: int) -> Errors:
    words: Any = getattr(row, name)
    fits = isinstance(words, list) and len(words) <= MAX_WORDS
    if not fits or not all(isinstance(word, str) and 1 <= len(word) <= longest for word in words):
        yield _wrong(name, f"Must be a list of at most {MAX_WORDS} texts of 1 to {longest} characters.")


def _differ(values: list[Any]) -> bool:
    return len(set(values)) == len(values)


CHECKS: Mapping[type, Callable[[Any], Errors]] = {
    PricingTier: _tier,
    MenuItem: _menu_item,
    AddonItem: _item,
    DynamicPricingRule: _rule,
    TravelFeeConfiguration: _travel_fee,
}
