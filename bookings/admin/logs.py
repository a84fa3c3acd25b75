"""What the house keeps about itself: claims of lanes, reminders, system events. Read-only."""

from django.contrib import admin
from django.utils.safestring import SafeString

from bookings.enums import ReminderStatus, SystemEventSeverity
from bookings.models import BookingReminder, SlotClaim, SystemEvent
from common.admin.codes import AdminCodes
from common.admin.display import badge, local_time
from common.admin.filters import ScopedRelatedFilter
from common.admin.options import ReadOnlyAdmin
from common.admin.theme import ChoicesFilter, DateRangeFilter

REMINDER_TONES = {
    ReminderStatus.PENDING: "info",
    ReminderStatus.SENT: "success",
    ReminderStatus.FAILED: "danger",
}
SEVERITY_TONES = {
    SystemEventSeverity.WARNING: "warning",
    SystemEventSeverity.ERROR: "danger",
    SystemEventSeverity.CRITICAL: "danger",
    SystemEventSeverity.INFO: "info",
}


@admin.register(SlotClaim)
class SlotClaimAdmin(ReadOnlyAdmin[SlotClaim]):
    """Written by services/slots.py alone (D-1)."""

    codes = AdminCodes(view="booking.read")
    station_lookups = ("station",)
    list_select_related = ("station", "booking", "hold")
    list_display = ("date", "slot", "lane", "station", "owner", "created_at")
    list_filter = (("station", ScopedRelatedFilter), ("date", DateRangeFilter))
    list_filter_submit = True
    search_fields = ("=booking__reference",)
    search_help_text = "Booking reference"

    @admin.display(description="Taken by")
    def owner(self, claim: SlotClaim) -> str:
        return str(claim.booking.reference) if claim.booking else "Hold"


@admin.register(BookingReminder)
class BookingReminderAdmin(ReadOnlyAdmin[BookingReminder]):
    codes = AdminCodes(view="booking.read")
    station_lookups = ("booking__station",)
    list_select_related = ("booking__station",)
    list_display = ("reference_of", "purpose", "reminder_type", "planned", "state", "attempts")
    list_filter = (("status", ChoicesFilter), ("purpose", ChoicesFilter), ("reminder_type", ChoicesFilter))
    search_fields = ("=booking__reference",)
    search_help_text = "Booking reference"

    @admin.display(description="Booking", ordering="booking__reference")
    def reference_of(self, reminder: BookingReminder) -> str:
        return str(reminder.booking.reference)

    @admin.display(description="Planned for", ordering="scheduled_for")
    def planned(self, reminder: BookingReminder) -> str:
        return local_time(reminder.scheduled_for, reminder.booking.station.timezone)

    @admin.display(description="Status", ordering="status")
    def state(self, reminder: BookingReminder) -> SafeString:
        return badge(reminder.get_status_display(), REMINDER_TONES.get(reminder.status, "default"))


@admin.register(SystemEvent)
class SystemEventAdmin(ReadOnlyAdmin[SystemEvent]):
    codes = AdminCodes(view="event.read")
    list_display = ("timestamp", "level", "service", "action", "entity_type", "entity_id")
    list_filter = (("severity", ChoicesFilter), ("timestamp", DateRangeFilter))
    list_filter_submit = True
    search_fields = ("=service", "=action")
    search_help_text = "Service or action, in full"

    @admin.display(description="Severity", ordering="severity")
    def level(self, event: SystemEvent) -> SafeString:
        return badge(event.get_severity_display(), SEVERITY_TONES.get(event.severity, "default"))
