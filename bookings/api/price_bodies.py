"""Bodies of the price list; `services.price_checks` asks what has to hold whoever writes."""

from typing import Any

from rest_framework import serializers

from bookings.api.inputs import WholeMinuteField, degrees
from bookings.enums import MenuCategory, PriceRuleEffect, PricingTierLevel
from bookings.services.price_checks import (
    CODE,
    MAX_FEATURE,
    MAX_PERCENT,
    MAX_PRICE_CENTS,
    MAX_PROSE,
    MAX_SMALL,
    MAX_WORD,
    MAX_WORDS,
)
from common.api.serializers import StrictSerializer

MAX_NAME = 100
MAX_ZONE = 50
WEEK = 7


def name() -> serializers.CharField:
    """Return a field of the name that customers read."""
    return serializers.CharField(max_length=MAX_NAME, required=False)


def prose() -> serializers.CharField:
    """Return a field of words for customers that may be absent."""
    return serializers.CharField(max_length=MAX_PROSE, required=False, allow_null=True)


def cents(*, required: bool = False) -> serializers.IntegerField:
    """Return a field of a price."""
    return serializers.IntegerField(min_value=0, max_value=MAX_PRICE_CENTS, required=required)


def small(*, lowest: int = 0, allow_null: bool = False) -> serializers.IntegerField:
    """Return a field of a small number."""
    return serializers.IntegerField(
        min_value=lowest, max_value=MAX_SMALL, required=False, allow_null=allow_null
    )


def switch() -> serializers.BooleanField:
    """Return a field that may be left out."""
    return serializers.BooleanField(required=False)


def texts(longest: int) -> serializers.ListField:
    """Return a field of a few short texts."""
    return serializers.ListField(
        child=serializers.CharField(max_length=longest), max_length=MAX_WORDS, required=False
    )


def item_code() -> serializers.RegexField:
    """Return the field of a code, by which bookings name an item for good."""
    return serializers.RegexField(f"^{CODE.pattern}$", max_length=MAX_WORD)


class StationOfPrice(serializers.UUIDField):
    """null: a row of the company; without it the only station linked is meant (AU-10)."""

    def __init__(self) -> None:
        super().__init__(required=False, allow_null=True)


class MenuItemChangesInput(StrictSerializer):
    """What to change of a protein or dish; code and station stay as bookings know them."""

    name = name()
    description = prose()
    category = serializers.ChoiceField(choices=MenuCategory.choices, required=False)
    price_cents = cents()
    is_premium = switch()
    is_available = switch()
    allergens = texts(MAX_WORD)
    dietary_info = prose()
    display_order = small()


class MenuItemInput(MenuItemChangesInput):
    """A protein or dish; the price is the surcharge over an included choice."""

    station_id = StationOfPrice()
    code = item_code()
    name = serializers.CharField(max_length=MAX_NAME)
    category = serializers.ChoiceField(choices=MenuCategory.choices)


class AddonItemChangesInput(StrictSerializer):
    """What to change of an add-on; code and station stay as bookings know them."""

    name = name()
    description = prose()
    category = serializers.ChoiceField(choices=MenuCategory.choices, required=False)
    price_cents = cents()
    is_active = switch()
    display_order = small()


class AddonItemInput(AddonItemChangesInput):
    """Something sold per portion."""

    station_id = StationOfPrice()
    code = item_code()
    name = serializers.CharField(max_length=MAX_NAME)
    price_cents = cents(required=True)


class TierChangesInput(StrictSerializer):
    """What to change of a tier; the station stays."""

    name = name()
    level = serializers.ChoiceField(choices=PricingTierLevel.choices, required=False)
    description = prose()
    base_price_cents = cents()
    price_per_guest_cents = cents()
    kid_price_cents = cents()
    min_guests = small(lowest=1)
    max_guests = small(lowest=1)
    features = texts(MAX_FEATURE)
    display_order = small()
    is_active = switch()


class TierInput(TierChangesInput):
    """A level: party minimum (base price), adult and kid price."""

    station_id = StationOfPrice()
    name = serializers.CharField(max_length=MAX_NAME)
    level = serializers.ChoiceField(choices=PricingTierLevel.choices)
    base_price_cents = cents(required=True)
    price_per_guest_cents = cents(required=True)
    kid_price_cents = cents(required=True)


class RuleChangesInput(StrictSerializer):
    """Q-5; a condition that is null or empty asks nothing. Another effect clears the amount of the former."""

    name = name()
    zone = serializers.CharField(max_length=MAX_ZONE, required=False, allow_null=True)
    weekdays = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=WEEK), max_length=WEEK, required=False
    )
    date_from = serializers.DateField(required=False, allow_null=True)
    date_until = serializers.DateField(required=False, allow_null=True)
    slots = serializers.ListField(child=WholeMinuteField(), max_length=MAX_WORDS, required=False)
    guests_min = small(allow_null=True)
    guests_max = small(allow_null=True)
    days_ahead_min = small(allow_null=True)
    days_ahead_max = small(allow_null=True)
    effect = serializers.ChoiceField(choices=PriceRuleEffect.choices, required=False)
    percent = serializers.DecimalField(
        max_digits=5,
        decimal_places=2,
        min_value=-MAX_PERCENT,
        max_value=MAX_PERCENT,
        required=False,
        allow_null=True,
    )
    amount_cents = serializers.IntegerField(
        min_value=-MAX_PRICE_CENTS, max_value=MAX_PRICE_CENTS, required=False, allow_null=True
    )
    priority = small()
    valid_from = serializers.DateTimeField(required=False, allow_null=True)
    valid_until = serializers.DateTimeField(required=False, allow_null=True)
    is_active = switch()


class RuleInput(RuleChangesInput):
    """A surcharge or discount (negative) that applies when every condition that is set matches."""

    station_id = StationOfPrice()
    name = serializers.CharField(max_length=MAX_NAME)
    effect = serializers.ChoiceField(choices=PriceRuleEffect.choices)


class TravelFeeInput(StrictSerializer):
    """The whole travel fee (Q-9): what is left out is as if nobody had ever set it."""

    free_miles = serializers.DecimalField(max_digits=6, decimal_places=2, min_value=0)
    price_per_mile_cents = cents(required=True)
    max_service_distance = serializers.DecimalField(
        max_digits=6, decimal_places=2, min_value=0, allow_null=True
    )
    latitude = degrees(90)
    longitude = degrees(180)
    is_active = switch()
    notes = prose()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if (attrs.get("latitude") is None) != (attrs.get("longitude") is None):
            raise serializers.ValidationError({"latitude": ["Give latitude and longitude together."]})
        return attrs
