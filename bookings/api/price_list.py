"""/pricing: menu items, add-ons, tiers and rules (4.1, Q-5, Q-19, R-9).

Anybody signed in reads: staff the company's rows and those of their stations, others what holds now. Rows of
a station are changed by whoever manages its prices, those of the company (station_id null) by its owner.
"""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from bookings.api.answers.prices import AddonItemRow, MenuItemRow, RuleRow, TierRow
from bookings.api.price_bodies import (
    AddonItemChangesInput,
    AddonItemInput,
    MenuItemChangesInput,
    MenuItemInput,
    RuleChangesInput,
    RuleInput,
    TierChangesInput,
    TierInput,
)
from bookings.api.price_filters import AddonItemFilter, MenuItemFilter, RuleFilter, TierFilter
from bookings.api.scope import station_meant
from bookings.models import AddonItem, DynamicPricingRule, MenuItem, PricingTier
from bookings.policies import PRICES, may_manage_prices
from bookings.selectors.price_list import list_price_rows
from bookings.services.price_list import add_price_row, change_price_row
from common.api.permissions import SIGNED_IN
from common.api.views import HouseViewSet, ListMixin
from common.exceptions import Duplicate, NotFound, PermissionDenied


class PriceViewSet(ListMixin, HouseViewSet):
    """Rows of one kind; no detail is read, so the rows of the list carry the version for If-Match."""

    kind: ClassVar[Any]
    permission_codes = {"list": SIGNED_IN, "create": PRICES, "partial_update": PRICES}
    conditional_actions = frozenset({"partial_update"})
    tagged_actions = frozenset({"create", "partial_update"})
    success_statuses = {"create": 201}
    refusals = {"create": (Duplicate, NotFound), "partial_update": (Duplicate,)}
    ordering = ("display_order", "id")

    def get_queryset(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = list_price_rows(self.actor, self.kind, at=timezone.now())
        return rows

    def create(self, request: Request) -> Response:
        """Add a row to the prices of a station, or of the company."""
        values = dict(self.body)
        station_id = values.pop("station_id", None)
        if "station_id" not in self.body:
            station_id = station_meant(self.actor, None)
        row = add_price_row(kind=self.kind, station_id=station_id, values=values, by=self.actor)
        return self.answer(row)

    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change a row of the price list; bookings keep the prices they were quoted."""
        row = self.get_object()
        if not may_manage_prices(self.actor, row.station_id):
            raise PermissionDenied
        self.expected_version(row)
        changed = change_price_row(
            row=row, changes=self.body, by=self.actor, expected_updated_at=row.updated_at
        )
        return self.answer(changed)


class MenuItemViewSet(PriceViewSet):
    """Proteins and dishes."""

    kind = MenuItem
    body_serializers = {"create": MenuItemInput, "partial_update": MenuItemChangesInput}
    serializer_class = MenuItemRow
    filterset_class = MenuItemFilter
    ordering_fields = ("display_order", "name", "code", "price_cents", "updated_at")
    examples = {
        "create": {
            "station_id": None,
            "code": "wagyu",
            "name": "Wagyu",
            "category": "beef",
            "price_cents": 2_500,
            "is_premium": True,
        },
        "partial_update": {"price_cents": 2_800},
    }


class AddonItemViewSet(PriceViewSet):
    """What is sold per portion."""

    kind = AddonItem
    body_serializers = {"create": AddonItemInput, "partial_update": AddonItemChangesInput}
    serializer_class = AddonItemRow
    filterset_class = AddonItemFilter
    ordering_fields = ("display_order", "name", "code", "price_cents", "updated_at")
    examples = {
        "create": {
            "station_id": None,
            "code": "spring_rolls",
            "name": "Spring rolls",
            "category": "appetizer",
            "price_cents": 800,
        },
        "partial_update": {"is_active": False},
    }


class TierViewSet(PriceViewSet):
    """Levels of price: party minimum, adult, kid; one of each level is active per station."""

    kind = PricingTier
    body_serializers = {"create": TierInput, "partial_update": TierChangesInput}
    serializer_class = TierRow
    filterset_class = TierFilter
    ordering_fields = ("display_order", "name", "level", "base_price_cents", "updated_at")
    examples = {
        "create": {
            "station_id": None,
            "name": "Premium",
            "level": "premium",
            "base_price_cents": 75_000,
            "price_per_guest_cents": 7_500,
            "kid_price_cents": 4_000,
            "min_guests": 10,
        },
        "partial_update": {"price_per_guest_cents": 7_900},
    }


class RuleViewSet(PriceViewSet):
    """Surcharges and discounts by date, slot, zone and party (Q-5)."""

    kind = DynamicPricingRule
    body_serializers = {"create": RuleInput, "partial_update": RuleChangesInput}
    serializer_class = RuleRow
    filterset_class = RuleFilter
    ordering = ("priority", "id")
    ordering_fields = ("priority", "name", "updated_at")
    examples = {
        "create": {
            "station_id": None,
            "name": "Saturday",
            "weekdays": [6],
            "effect": "percent",
            "percent": 15,
        },
        "partial_update": {"percent": 12.5},
    }
