"""P-7: who did what; append-only."""

from django.contrib import admin
from django.utils.safestring import SafeString

from common.admin.codes import AdminCodes
from common.admin.display import badge
from common.admin.filters import ScopedRelatedFilter
from common.admin.options import ReadOnlyAdmin
from common.admin.theme import BooleanFilter, ChoicesFilter, DateRangeFilter
from identity.enums import AuditAction
from identity.models import StationAuditLog

TONES = {
    AuditAction.DELETE: "danger",
    AuditAction.VIEW: "warning",
    AuditAction.PERMISSION_CHANGE: "warning",
    AuditAction.ROLE_CHANGE: "warning",
    AuditAction.CREATE: "success",
    AuditAction.UPDATE: "info",
}


@admin.register(StationAuditLog)
class StationAuditLogAdmin(ReadOnlyAdmin[StationAuditLog]):
    codes = AdminCodes(view="audit.read")
    station_lookups = ("station",)
    own_lookup = "user"
    list_select_related = ("station", "user")
    list_display = (
        "created_at",
        "what",
        "resource_type",
        "resource_id",
        "who",
        "user_role",
        "where",
        "success",
    )
    list_filter = (
        ("action", ChoicesFilter),
        ("station", ScopedRelatedFilter),
        ("success", BooleanFilter),
        ("created_at", DateRangeFilter),
    )
    list_filter_submit = True
    search_fields = ("=resource_id", "=request_id", "=resource_type")
    search_help_text = "Resource, its id or a request id, in full"

    @admin.display(description="Action", ordering="action")
    def what(self, row: StationAuditLog) -> SafeString:
        return badge(row.get_action_display(), TONES.get(AuditAction(row.action), "default"))

    @admin.display(description="Who")
    def who(self, row: StationAuditLog) -> str:
        return (row.user.full_name if row.user else "") or row.actor_label or "-"

    @admin.display(description="Station", ordering="station__code")
    def where(self, row: StationAuditLog) -> str:
        return row.station.code if row.station else "Company"
