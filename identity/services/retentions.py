"""How long the audit log and station tokens are kept (section 14); accounts stay (AU-16)."""

from events.retention import Retention
from identity.models import StationAccessToken, StationAuditLog

RETENTIONS = (
    Retention(
        name="identity.station_access_tokens",
        model=StationAccessToken,
        days=30,
        does="deletes tokens that have expired",
        due=lambda before: StationAccessToken.objects.filter(expires_at__lt=before),
    ),
    Retention(
        name="identity.station_audit_logs",
        model=StationAuditLog,
        days=1_095,
        does="deletes old entries",
        due=lambda before: StationAuditLog.objects.filter(created_at__lt=before),
        is_frozen=True,
    ),
)
