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
from common.reasons import REASON_MIN
from identity.enums import AuditAction, UserRole
from identity.models.stations import Station


class StationAuditLog(CreatedModel):
    """Who did what and when; rows are only ever added.

    P-7; a row without station is company-wide.
    """

    station = models.ForeignKey(
        Station,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="station_audit_logs",
        db_index=False,
        help_text="Station that it happened at; empty: it concerns the company.",
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="station_audit_logs",
        db_index=False,
        help_text="Account that acted; empty: a guest, a job of the system or a webhook.",
    )
    actor_label = models.CharField(
        max_length=100,
        null=True,
        blank=True,
        help_text="Name of the actor without personal data, such as system:auto_cancel.",
    )
    user_role = EnumField(
        UserRole,
        null=True,
        blank=True,
        help_text="Role of the account at that time; empty when no account acted.",
    )
    session_id = models.UUIDField(
        null=True, blank=True, help_text="Log-in that was used, as in refresh_tokens.family_id; empty: none."
    )
    action = EnumField(AuditAction, help_text="What kind of act it was.")
    resource_type = models.CharField(
        max_length=50,
        null=True,
        blank=True,
        help_text="Kind of record that it was done to, such as booking; empty: none.",
    )
    resource_id = models.CharField(
        max_length=50, null=True, blank=True, help_text="Key of the record that it was done to; empty: none."
    )
    permissions_used = models.JSONField(
        default=list,
        db_default=[],
        blank=True,
        help_text="Rights that allowed the act, as a JSON list of codes.",
    )
    details = models.JSONField(
        default=dict,
        db_default={},
        blank=True,
        help_text="Changed fields as JSON; values only where they are not personal.",
    )
    reason = models.TextField(
        null=True,
        blank=True,
        help_text="Why it was done, in the actor's words; at least 10 characters for a deletion.",
    )
    success = models.BooleanField(
        default=True, db_default=True, help_text="Whether the act succeeded; refused attempts are logged too."
    )
    error_message = models.TextField(
        null=True, blank=True, help_text="Why the attempt failed; empty when it succeeded."
    )
    ip_hash = BlindIndexField(
        kind="ip", help_text="Keyed hash of the actor's network address; the address is not stored."
    )
    user_agent = models.CharField(
        max_length=500,
        null=True,
        blank=True,
        help_text="What the actor's browser or app called itself; empty: nothing.",
    )
    request_id = models.CharField(
        max_length=64,
        null=True,
        blank=True,
        help_text="Id of the request, as in its answer and in the server's log; empty: no request.",
    )

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
                | (Q(reason__isnull=False) & Q(GreaterThanOrEqual(Length("reason"), REASON_MIN))),
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
