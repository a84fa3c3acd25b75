from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThanOrEqual

from common.crypto.fields import BlindIndexField
from common.db import table
from common.fields import EnumField
from common.models import CreatedModel
from common.privacy import Classification
from identity.enums import AuditAction, UserRole
from identity.models.stations import Station

MIN_REASON_LENGTH = 10


class StationAuditLog(CreatedModel):
    """Who did what, append-only (P-7); a row without station is company-wide."""

    station = models.ForeignKey(
        Station,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="station_audit_logs",
        db_index=False,
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="station_audit_logs",
        db_index=False,
    )
    actor_label = models.CharField(max_length=100, null=True, blank=True)
    user_role = EnumField(UserRole, null=True, blank=True)
    session_id = models.UUIDField(null=True, blank=True)
    action = EnumField(AuditAction)
    resource_type = models.CharField(max_length=50, null=True, blank=True)
    resource_id = models.CharField(max_length=50, null=True, blank=True)
    permissions_used = models.JSONField(default=list, db_default=[], blank=True)
    details = models.JSONField(default=dict, db_default={}, blank=True)
    reason = models.TextField(null=True, blank=True)
    success = models.BooleanField(default=True, db_default=True)
    error_message = models.TextField(null=True, blank=True)
    ip_hash = BlindIndexField(kind="ip")
    user_agent = models.CharField(max_length=500, null=True, blank=True)
    request_id = models.CharField(max_length=64, null=True, blank=True)

    privacy = Classification(
        public="station user actor_label user_role session_id action resource_type resource_id "
        "permissions_used details success error_message request_id",
        personal="reason ip_hash user_agent",
    )

    class Meta:
        db_table = table("identity", "station_audit_logs")
        constraints = [
            models.CheckConstraint(
                condition=~Q(action=AuditAction.DELETE)
                | (Q(reason__isnull=False) & Q(GreaterThanOrEqual(Length("reason"), MIN_REASON_LENGTH))),
                name="ck_audit_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["station", "created_at"], name="ix_audit_station_created"),
            models.Index(fields=["user", "created_at"], name="ix_audit_user_created"),
            models.Index(fields=["resource_type", "resource_id", "created_at"], name="ix_audit_resource"),
            models.Index(
                fields=["user", "ip_hash"], condition=Q(action=AuditAction.LOGIN), name="ix_audit_login_ip"
            ),
            models.Index(fields=["created_at"], name="ix_audit_created"),
        ]
