"""The price list: edits are audited with old and new value and act on later quotes only (Q-19)."""

from typing import Any, TypeVar

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from bookings.models import AddonItem, DynamicPricingRule, MenuItem, PricingTier
from bookings.services.price_list import save_price_row
from common.admin.codes import AdminCodes
from common.admin.display import money
from common.admin.filters import ScopedRelatedFilter
from common.admin.options import HouseModelAdmin
from common.admin.theme import BooleanFilter, ChoicesFilter

M = TypeVar("M", bound=Model)


class PriceAdmin(HouseModelAdmin[M]):
    """A row of a station wins over the company's; company rows are the owner's to change (R-9)."""

    codes = AdminCodes(view="station.read", add="pricing.manage", change="pricing.manage")
    station_lookups = ("station",)
    company_is_owners = True
    audits_saves = False
    list_select_related = ("station",)
    ordering = ("display_order", "id")

    @admin.display(description="Station", ordering="station__code")
    def where(self, obj: Any) -> str:
        return obj.station.code if obj.station_id else "All stations"

    def get_readonly_fields(self, request: HttpRequest, obj: M | None = None) -> list[Any]:
        """Fix station and code once a price exists: bookings name by them what they were quoted."""
        fixed = super().get_readonly_fields(request, obj)
        if obj is None:
            return fixed
        return [*fixed, "station", *({"code"} & {field.name for field in self.opts.fields})]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        del form, change
        save_price_row(row=obj, by=self.actor(request))


@admin.register(PricingTier)
class PricingTierAdmin(PriceAdmin[PricingTier]):
    list_display = ("name", "level", "where", "minimum", "adult", "kid", "guests", "is_active")
    list_filter = (("station", ScopedRelatedFilter), ("level", ChoicesFilter), ("is_active", BooleanFilter))
    search_fields = ("name",)
    fieldsets = (
        (None, {"fields": ("station", "name", "level", "description", "is_active")}),
        (
            "Prices in cents",
            {"fields": ("base_price_cents", "price_per_guest_cents", "kid_price_cents", "currency")},
        ),
        ("Fits", {"fields": ("min_guests", "max_guests", "features", "display_order")}),
    )

    @admin.display(description="Party minimum", ordering="base_price_cents")
    def minimum(self, tier: PricingTier) -> str:
        return money(tier.base_price_cents, tier.currency)

    @admin.display(description="Adult", ordering="price_per_guest_cents")
    def adult(self, tier: PricingTier) -> str:
        return money(tier.price_per_guest_cents, tier.currency)

    @admin.display(description="Kid", ordering="kid_price_cents")
    def kid(self, tier: PricingTier) -> str:
        return money(tier.kid_price_cents, tier.currency)

    @admin.display(description="Guests")
    def guests(self, tier: PricingTier) -> str:
        return f"{tier.min_guests}-{tier.max_guests}"


@admin.register(MenuItem)
class MenuItemAdmin(PriceAdmin[MenuItem]):
    list_display = ("name", "code", "category", "where", "price", "is_premium", "is_available")
    list_filter = (
        ("station", ScopedRelatedFilter),
        ("category", ChoicesFilter),
        ("is_available", BooleanFilter),
    )
    search_fields = ("name", "code")
    fieldsets = (
        (None, {"fields": ("station", "code", "name", "description", "category", "is_available")}),
        ("Price", {"fields": ("price_cents", "currency", "is_premium")}),
        ("For guests", {"fields": ("allergens", "dietary_info", "display_order")}),
    )

    @admin.display(description="Surcharge", ordering="price_cents")
    def price(self, item: MenuItem) -> str:
        return money(item.price_cents, item.currency)


@admin.register(AddonItem)
class AddonItemAdmin(PriceAdmin[AddonItem]):
    list_display = ("name", "code", "category", "where", "price", "is_active")
    list_filter = (
        ("station", ScopedRelatedFilter),
        ("category", ChoicesFilter),
        ("is_active", BooleanFilter),
    )
    search_fields = ("name", "code")
    fieldsets = (
        (None, {"fields": ("station", "code", "name", "description", "category", "is_active")}),
        ("Price", {"fields": ("price_cents", "currency", "display_order")}),
    )

    @admin.display(description="Per portion", ordering="price_cents")
    def price(self, item: AddonItem) -> str:
        return money(item.price_cents, item.currency)


@admin.register(DynamicPricingRule)
class DynamicPricingRuleAdmin(PriceAdmin[DynamicPricingRule]):
    list_display = ("name", "where", "what", "priority", "days", "is_active")
    list_filter = (("station", ScopedRelatedFilter), ("effect", ChoicesFilter), ("is_active", BooleanFilter))
    search_fields = ("name",)
    ordering = ("priority", "id")
    fieldsets = (
        (None, {"fields": ("station", "name", "priority", "is_active")}),
        ("Effect", {"fields": ("effect", "percent", "amount_cents", "currency")}),
        (
            "Applies when all of these match",
            {
                "fields": (
                    "zone",
                    "weekdays",
                    "slots",
                    ("date_from", "date_until"),
                    ("guests_min", "guests_max"),
                    ("days_ahead_min", "days_ahead_max"),
                    "valid_from",
                    "valid_until",
                )
            },
        ),
    )

    @admin.display(description="Effect")
    def what(self, rule: DynamicPricingRule) -> str:
        return f"{rule.percent:+} %" if rule.percent is not None else money(rule.amount_cents, rule.currency)

    @admin.display(description="Weekdays")
    def days(self, rule: DynamicPricingRule) -> str:
        names = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
        return ", ".join(names[day - 1] for day in rule.weekdays) or "Any"
