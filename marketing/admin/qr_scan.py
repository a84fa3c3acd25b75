"""Scans of QR codes and what came of them, to be read."""

from django.contrib import admin

from common.admin.codes import AdminCodes
from common.admin.display import money
from common.admin.filters import ScopedRelatedFilter
from common.admin.options import ReadOnlyAdmin
from common.admin.theme import BooleanFilter, ChoicesFilter, DateRangeFilter
from marketing.models import QrScan


@admin.register(QrScan)
class QrScanAdmin(ReadOnlyAdmin[QrScan]):
    codes = AdminCodes(view="qr.read")
    station_lookups = ("qr_code__station",)
    list_select_related = ("qr_code", "booking")
    list_display = (
        "scanned_at",
        "scanned",
        "device_type",
        "browser",
        "is_bot",
        "converted_to_lead",
        "reference",
        "value",
    )
    list_filter = (
        ("qr_code", ScopedRelatedFilter),
        ("device_type", ChoicesFilter),
        ("is_bot", BooleanFilter),
        ("converted_to_lead", BooleanFilter),
        ("converted_to_booking", BooleanFilter),
        ("scanned_at", DateRangeFilter),
    )
    list_filter_submit = True
    search_fields = ("=qr_code__code", "=booking__reference")
    search_help_text = "Code or booking reference, in full"
    fieldsets = (
        (None, {"fields": ("qr_code", "scanned_at")}),
        ("Visitor", {"fields": ("device_type", "os", "browser", "referrer_host", "is_bot")}),
        (
            "What came of it",
            {"fields": ("converted_to_lead", "lead_ref", "converted_to_booking", "booking", "value")},
        ),
    )

    @admin.display(description="Code", ordering="qr_code__code")
    def scanned(self, scan: QrScan) -> str:
        return str(scan.qr_code.code)

    @admin.display(description="Booking", ordering="booking__reference")
    def reference(self, scan: QrScan) -> str:
        return str(scan.booking.reference) if scan.booking else "-"

    @admin.display(description="Value", ordering="conversion_value_cents")
    def value(self, scan: QrScan) -> str:
        return money(scan.conversion_value_cents, scan.currency)
