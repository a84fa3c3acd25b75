"""What the price list can be narrowed by (API-5)."""

from django_filters import CharFilter, ChoiceFilter, UUIDFilter
from django_filters.rest_framework import BooleanFilter

from bookings.api.filters import ChoiceInFilter
from bookings.enums import MenuCategory, PriceRuleEffect, PricingTierLevel
from bookings.services.price_checks import MAX_WORD
from common.api.filters import HouseFilterSet


class PriceFilter(HouseFilterSet):
    """`is_company` true: rows of the company only, false: rows of stations only."""

    station_id = UUIDFilter()
    is_company = BooleanFilter(field_name="station", lookup_expr="isnull")


class ItemFilter(PriceFilter):
    code = CharFilter(max_length=MAX_WORD)
    category = ChoiceFilter(choices=MenuCategory.choices)
    category__in = ChoiceInFilter(field_name="category", lookup_expr="in", choices=MenuCategory.choices)


class MenuItemFilter(ItemFilter):
    is_available = BooleanFilter()
    is_premium = BooleanFilter()


class AddonItemFilter(ItemFilter):
    is_active = BooleanFilter()


class TierFilter(PriceFilter):
    level = ChoiceFilter(choices=PricingTierLevel.choices)
    level__in = ChoiceInFilter(field_name="level", lookup_expr="in", choices=PricingTierLevel.choices)
    is_active = BooleanFilter()


class RuleFilter(PriceFilter):
    effect = ChoiceFilter(choices=PriceRuleEffect.choices)
    is_active = BooleanFilter()
