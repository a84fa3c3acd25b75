"""What a station charges for the way."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from bookings.models import TravelFeeConfiguration
from bookings.services.price_list import save_price_row
from common.admin.codes import AdminCodes
from common.admin.display import money
from common.admin.filters import ScopedRelatedFilter
from common.admin.options import HouseModelAdmin
from common.admin.theme import BooleanFilter


@admin.register(TravelFeeConfiguration)
class TravelFeeConfigurationAdmin(HouseModelAdmin[TravelFeeConfiguration]):
    codes = AdminCodes(view="station.read", add="pricing.manage", change="pricing.manage")
    station_lookups = ("station",)
    audits_saves = False
    list_select_related = ("station",)
    list_display = ("station", "free_miles", "per_mile", "max_service_distance", "is_active")
    list_filter = (("station", ScopedRelatedFilter), ("is_active", BooleanFilter))
    search_fields = ("station__code", "station__display_name")
    fieldsets = (
        (None, {"fields": ("station", "is_active")}),
        ("Fee", {"fields": ("free_miles", "price_per_mile_cents", "max_service_distance", "currency")}),
        ("Trips start at", {"fields": (("latitude", "longitude"), "notes")}),
    )

    @admin.display(description="Per mile", ordering="price_per_mile_cents")
    def per_mile(self, fee: TravelFeeConfiguration) -> str:
        return money(fee.price_per_mile_cents, fee.currency)

    def get_readonly_fields(
        self, request: HttpRequest, obj: TravelFeeConfiguration | None = None
    ) -> list[Any]:
        fixed = super().get_readonly_fields(request, obj)
        return fixed if obj is None else [*fixed, "station"]

    def save_model(self, request: HttpRequest, obj: TravelFeeConfiguration, form: Any, change: bool) -> None:
        del form, change
        save_price_row(row=obj, by=self.actor(request))
