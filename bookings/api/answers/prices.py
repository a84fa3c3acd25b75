"""Shapes of the price list; `version` is what If-Match of a change names."""

from typing import Any

from rest_framework import serializers

from bookings.api.public.answers import WallTimeField
from bookings.enums import MenuCategory, PriceRuleEffect, PricingTierLevel
from common.api.etag import record_version
from common.api.serializers import SharedFields


class VersionField(serializers.IntegerField):
    """The number in the row's ETag (API-7): when it was last written, in microseconds since 1970."""

    def __init__(self) -> None:
        words = "Send it as If-Match, in quotes: `updated_at` in microseconds since 1970."
        super().__init__(source="*", read_only=True, help_text=words)

    def to_representation(self, value: Any) -> int:
        return record_version(value)


class PriceRow(SharedFields):
    """What every row of the price list says."""

    id = serializers.UUIDField()
    station_id = serializers.UUIDField(allow_null=True, help_text="null: the company's")
    name = serializers.CharField()
    currency = serializers.CharField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    version = VersionField()


class MenuItemRow(PriceRow):
    """A protein or dish; the price is the surcharge over an included choice."""

    code = serializers.CharField()
    description = serializers.CharField(allow_null=True)
    category = serializers.ChoiceField(choices=MenuCategory.choices)
    price_cents = serializers.IntegerField()
    is_premium = serializers.BooleanField()
    is_available = serializers.BooleanField()
    allergens = serializers.ListField(child=serializers.CharField())
    dietary_info = serializers.CharField(allow_null=True)
    display_order = serializers.IntegerField()


class AddonItemRow(PriceRow):
    """Something sold per portion."""

    code = serializers.CharField()
    description = serializers.CharField(allow_null=True)
    category = serializers.ChoiceField(choices=MenuCategory.choices)
    price_cents = serializers.IntegerField()
    is_active = serializers.BooleanField()
    display_order = serializers.IntegerField()


class TierRow(PriceRow):
    """A level: party minimum (base price), adult and kid price."""

    level = serializers.ChoiceField(choices=PricingTierLevel.choices)
    description = serializers.CharField(allow_null=True)
    base_price_cents = serializers.IntegerField()
    price_per_guest_cents = serializers.IntegerField()
    kid_price_cents = serializers.IntegerField()
    min_guests = serializers.IntegerField()
    max_guests = serializers.IntegerField()
    features = serializers.ListField(child=serializers.CharField())
    is_active = serializers.BooleanField()
    display_order = serializers.IntegerField()


class RuleRow(PriceRow):
    """A surcharge or discount; conditions that are null or empty ask nothing."""

    zone = serializers.CharField(allow_null=True)
    weekdays = serializers.ListField(child=serializers.IntegerField(), help_text="1 Monday to 7 Sunday")
    date_from = serializers.DateField(allow_null=True)
    date_until = serializers.DateField(allow_null=True)
    slots = serializers.ListField(child=WallTimeField())
    guests_min = serializers.IntegerField(allow_null=True)
    guests_max = serializers.IntegerField(allow_null=True)
    days_ahead_min = serializers.IntegerField(allow_null=True)
    days_ahead_max = serializers.IntegerField(allow_null=True)
    effect = serializers.ChoiceField(choices=PriceRuleEffect.choices)
    percent = serializers.DecimalField(max_digits=5, decimal_places=2, allow_null=True)
    amount_cents = serializers.IntegerField(allow_null=True)
    priority = serializers.IntegerField()
    valid_from = serializers.DateTimeField(allow_null=True)
    valid_until = serializers.DateTimeField(allow_null=True)
    is_active = serializers.BooleanField()


class TravelFeeRow(SharedFields):
    """What a station charges for the way, in miles by road, one way."""

    station_id = serializers.UUIDField()
    free_miles = serializers.DecimalField(max_digits=6, decimal_places=2)
    price_per_mile_cents = serializers.IntegerField()
    max_service_distance = serializers.DecimalField(
        max_digits=6, decimal_places=2, allow_null=True, help_text="null: no limit"
    )
    latitude = serializers.DecimalField(max_digits=10, decimal_places=7, allow_null=True)
    longitude = serializers.DecimalField(max_digits=10, decimal_places=7, allow_null=True)
    is_active = serializers.BooleanField(help_text="false: the usual terms hold")
    notes = serializers.CharField(allow_null=True, help_text="Internal")
    currency = serializers.CharField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
