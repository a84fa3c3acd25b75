from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from common.crypto.fields import BlindIndexField
from common.db import table
from common.fields import EnumField, HexField
from common.models import CreatedModel
from common.privacy import Classification
from identity.enums import StationRole
from identity.models.stations import Station


class StationAccessToken(CreatedModel):
    """An opaque token that narrows requests to one station with the rights at issue (AU-10)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="station_access_tokens",
        db_index=False,
    )
    station = models.ForeignKey(Station, on_delete=models.CASCADE, related_name="station_access_tokens")
    session_id = models.UUIDField(null=True, blank=True, help_text="family of the log-in that issued it")
    token_hash = HexField()
    role = EnumField(StationRole)
    permissions = models.JSONField(default=list, db_default=[], blank=True)
    scope = models.CharField(max_length=500, null=True, blank=True)
    issued_at = models.DateTimeField(default=timezone.now, db_default=Now())
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    privacy = Classification(
        public="user station session_id role permissions scope issued_at expires_at revoked_at",
        secret="token_hash",  # noqa: S106 -- the name of a field
    )

    class Meta:
        db_table = table("identity", "station_access_tokens")
        constraints = [
            models.UniqueConstraint(fields=["token_hash"], name="uq_station_tokens_hash"),
            models.UniqueConstraint(
                fields=["user"], condition=Q(revoked_at__isnull=True), name="uq_station_tokens_live"
            ),
        ]
        indexes = [
            models.Index(fields=["user", "station"], name="ix_station_tokens_user"),
            models.Index(fields=["expires_at"], name="ix_station_tokens_expires"),
        ]


class RefreshToken(CreatedModel):
    """One refresh JWT of a log-in (`family_id`); a rotated one shown again revokes the family (AU-1)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="refresh_tokens"
    )
    family_id = models.UUIDField()
    token_hash = HexField(help_text="SHA-256 of the jti")
    expires_at = models.DateTimeField()
    rotated_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    ip_hash = BlindIndexField(kind="ip")
    user_agent = models.CharField(max_length=500, null=True, blank=True)

    privacy = Classification(
        public="user family_id expires_at rotated_at revoked_at",
        personal="ip_hash user_agent",
        secret="token_hash",  # noqa: S106 -- the name of a field
    )

    class Meta:
        db_table = table("identity", "refresh_tokens")
        constraints = [
            models.UniqueConstraint(fields=["token_hash"], name="uq_refresh_tokens_hash"),
            models.UniqueConstraint(
                fields=["family_id"],
                condition=Q(rotated_at__isnull=True, revoked_at__isnull=True),
                name="uq_refresh_tokens_live",
            ),
        ]
        indexes = [
            models.Index(fields=["family_id"], name="ix_refresh_tokens_family"),
            models.Index(fields=["expires_at"], name="ix_refresh_tokens_expires"),
        ]
