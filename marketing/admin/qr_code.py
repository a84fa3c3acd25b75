"""QR codes: made here, printed elsewhere, so that a code never changes; switched off instead of deleted."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from common.admin.codes import AdminCodes
from common.admin.filters import ScopedRelatedFilter
from common.admin.forms import RefusableForm
from common.admin.options import HouseModelAdmin
from common.admin.theme import BooleanFilter, ChoicesFilter, DateRangeFilter
from marketing.models import QrCode
from marketing.validators import check_destination

COUNTED = ("scan_count", "last_scanned_at", "created_by", "created_at")


class QrCodeForm(RefusableForm):
    class Meta:
        model = QrCode
        fields = (
            *("station", "code", "type", "name", "description", "campaign_name"),
            *("destination_url", "is_active"),
        )

    def clean_code(self) -> str:
        return str(self.cleaned_data["code"]).upper()

    def clean_destination_url(self) -> str:
        url: str = self.cleaned_data["destination_url"]
        check_destination(url)
        return url


@admin.register(QrCode)
class QrCodeAdmin(HouseModelAdmin[QrCode]):
    codes = AdminCodes(view="qr.read", add="qr.manage", change="qr.manage")
    station_lookups = ("station",)
    form = QrCodeForm
    list_select_related = ("station",)
    list_display = ("code", "name", "type", "where", "scan_count", "last_scanned_at", "is_active")
    list_filter = (
        ("type", ChoicesFilter),
        ("is_active", BooleanFilter),
        ("station", ScopedRelatedFilter),
        ("last_scanned_at", DateRangeFilter),
    )
    list_filter_submit = True
    search_fields = ("^code", "name", "campaign_name")
    search_help_text = "Code, name or campaign"

    @admin.display(description="Station", ordering="station__code")
    def where(self, code: QrCode) -> str:
        return code.station.code if code.station else "Company"

    def get_fieldsets(self, request: HttpRequest, obj: QrCode | None = None) -> Any:
        counted = () if obj is None else (("Scans", {"fields": COUNTED}),)
        return (
            (None, {"fields": ("code", "station", "is_active")}),
            ("Leads to", {"fields": ("destination_url",)}),
            ("About", {"fields": ("type", "name", "campaign_name", "description")}),
            *counted,
        )

    def get_readonly_fields(self, request: HttpRequest, obj: QrCode | None = None) -> list[Any]:
        fixed = [*super().get_readonly_fields(request, obj), *COUNTED]
        return fixed if obj is None else [*fixed, "code", "station"]

    def row_label(self, obj: QrCode) -> str:
        return f"{obj.code} ({obj.name})"

    def save_model(self, request: HttpRequest, obj: QrCode, form: Any, change: bool) -> None:
        if not change:
            obj.created_by_id = self.actor(request).id
        super().save_model(request, obj, form, change)
