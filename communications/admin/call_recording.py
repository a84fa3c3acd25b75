"""Recordings of calls: for whoever may listen; a legal hold keeps one from being purged (M-4, M-5)."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString

from common.admin.codes import AdminCodes
from common.admin.display import badge
from common.admin.filters import ScopedRelatedFilter
from common.admin.forms import RefusableForm
from common.admin.options import HouseModelAdmin
from common.admin.theme import BooleanFilter, ChoicesFilter, DateRangeFilter
from communications.enums import RecordingStatus
from communications.models import CallRecording

TONES = {
    RecordingStatus.PENDING: "info",
    RecordingStatus.DOWNLOADING: "info",
    RecordingStatus.AVAILABLE: "success",
    RecordingStatus.ERROR: "danger",
}
CALL = ("recording_type", "call_started_at", "length", "station", "customer", "booking", "escalation")
FILE = ("state", "content_type", "file_size_bytes", "downloaded_at", "archived_at")
TRIES = ("download_attempts", "next_attempt_at", "error_message")
KEPT = ("retention_days", "delete_after", "deleted_at")
HEARD = ("accessed_count", "last_accessed_by", "last_accessed_at")


class CallRecordingForm(RefusableForm):
    class Meta:
        model = CallRecording
        fields = ("legal_hold",)


@admin.register(CallRecording)
class CallRecordingAdmin(HouseModelAdmin[CallRecording]):
    """Only the legal hold is written by hand, and only while there is something to hold."""

    codes = AdminCodes(view="recording.listen", change="recording.manage")
    station_lookups = ("station",)
    form = CallRecordingForm
    contact_search = {"email": "customer__email_bidx", "phone": "customer__phone_bidx"}
    list_select_related = ("station", "booking")
    list_display = (
        "call_started_at",
        "recording_type",
        "state",
        "length",
        "where",
        "about",
        "delete_after",
        "legal_hold",
    )
    list_filter = (
        ("status", ChoicesFilter),
        ("recording_type", ChoicesFilter),
        ("station", ScopedRelatedFilter),
        ("legal_hold", BooleanFilter),
        ("call_started_at", DateRangeFilter),
    )
    list_filter_submit = True
    search_fields = ("=booking__reference", "=rc_call_id")
    search_help_text = "The customer's e-mail or phone, a booking reference or call key in full"
    fieldsets = (
        ("Call", {"fields": CALL}),
        ("File", {"fields": (*FILE, *TRIES)}),
        ("Transcript", {"fields": ("transcript_masked", "transcript_confidence")}),
        ("Keeping", {"fields": ("legal_hold", *KEPT)}),
        ("Listened", {"fields": HEARD}),
    )
    readonly_fields = (*CALL, *FILE, *TRIES, "transcript_confidence", *KEPT, *HEARD)

    @admin.display(description="Status", ordering="status")
    def state(self, recording: CallRecording) -> SafeString:
        tone = TONES.get(RecordingStatus(recording.status), "default")
        return badge(recording.get_status_display(), tone)

    @admin.display(description="Length", ordering="duration_seconds")
    def length(self, recording: CallRecording) -> str:
        if recording.duration_seconds is None:
            return "-"
        minutes, seconds = divmod(recording.duration_seconds, 60)
        return f"{minutes}:{seconds:02d}"

    @admin.display(description="Station", ordering="station__code")
    def where(self, recording: CallRecording) -> str:
        return recording.station.code if recording.station else "Company"

    @admin.display(description="Booking", ordering="booking__reference")
    def about(self, recording: CallRecording) -> str:
        return recording.booking.reference if recording.booking else "-"

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_there = obj is None or obj.deleted_at is None
        return is_there and super().has_change_permission(request, obj)
