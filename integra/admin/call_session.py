"""Phone calls, as the provider told them (M-3)."""

from django.contrib import admin
from django.utils.safestring import SafeString

from common.admin.codes import AdminCodes
from common.admin.display import badge
from common.admin.filters import ScopedRelatedFilter
from common.admin.options import ReadOnlyAdmin
from common.admin.theme import ChoicesFilter, DateRangeFilter
from integra.enums import CallStatus
from integra.models import CallSession

TONES = {
    CallStatus.COMPLETED: "success",
    CallStatus.IN_PROGRESS: "info",
    CallStatus.ON_HOLD: "info",
    CallStatus.MISSED: "warning",
    CallStatus.VOICEMAIL: "warning",
    CallStatus.FAILED: "danger",
}


@admin.register(CallSession)
class CallSessionAdmin(ReadOnlyAdmin[CallSession]):
    """What was said is for whoever may listen: it stands on the recording's page (M-5)."""

    codes = AdminCodes(view="call.read")
    station_lookups = ("station",)
    unrevealed = frozenset({"transcript"})
    contact_search = {"phone": "phone_bidx"}
    list_select_related = ("station", "booking")
    list_display = ("started_at", "direction", "state", "phone_masked", "where", "about", "outcome")
    list_filter = (
        ("status", ChoicesFilter),
        ("direction", ChoicesFilter),
        ("station", ScopedRelatedFilter),
        ("started_at", DateRangeFilter),
    )
    list_filter_submit = True
    search_fields = ("=booking__reference",)
    search_help_text = "Phone, or a booking reference in full"
    fieldsets = (
        (None, {"fields": ("state", "direction", "phone_masked", "where", "outcome")}),
        ("About", {"fields": ("customer", "booking", "recording")}),
        ("Course", {"fields": ("started_at", "ended_at", "duration_seconds", "ringcentral_call_id")}),
    )

    @admin.display(description="Status", ordering="status")
    def state(self, call: CallSession) -> SafeString:
        return badge(call.get_status_display(), TONES.get(CallStatus(call.status), "default"))

    @admin.display(description="Station", ordering="station__code")
    def where(self, call: CallSession) -> str:
        return call.station.code if call.station else "Company"

    @admin.display(description="Booking", ordering="booking__reference")
    def about(self, call: CallSession) -> str:
        return call.booking.reference if call.booking else "-"
