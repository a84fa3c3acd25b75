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
    """A token that narrows an account's requests to one station for a few hours.

    It carries the rights at its issue (AU-10).
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="station_access_tokens",
        db_index=False,
        help_text="Account that the token was issued to.",
    )
    station = models.ForeignKey(
        Station,
        on_delete=models.CASCADE,
        related_name="station_access_tokens",
        help_text="Station to which the token narrows requests.",
    )
    session_id = models.UUIDField(
        null=True,
        blank=True,
        help_text="Log-in that asked for the token, as in refresh_tokens.family_id; empty: unknown.",
    )
    token_hash = HexField(help_text="SHA-256 of the token in hexadecimal; the token itself is not stored.")
    role = EnumField(StationRole, help_text="Role of the account at the station when the token was issued.")
    permissions = models.JSONField(
        default=list,
        db_default=[],
        blank=True,
        help_text="Rights that the token carries, fixed at issue, as a JSON list of codes.",
    )
    scope = models.CharField(
        max_length=500,
        null=True,
        blank=True,
        help_text="Names of narrower rights, separated by spaces; empty: all of permissions.",
    )
    issued_at = models.DateTimeField(
        default=timezone.now, db_default=Now(), help_text="When the token was issued."
    )
    expires_at = models.DateTimeField(help_text="From this instant on the token is refused.")
    revoked_at = models.DateTimeField(
        null=True, blank=True, help_text="When the token was made void before its time; empty: it was not."
    )

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
    """One refresh token of a log-in; shown again after its use, it ends the whole log-in.

    The tokens of a log-in share `family_id` (AU-1).
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="refresh_tokens",
        help_text="Account that logged in.",
    )
    family_id = models.UUIDField(
        help_text="Log-in that the token belongs to; all tokens that follow each other share it."
    )
    token_hash = HexField(
        help_text="SHA-256 of the token's id in hexadecimal; the token itself is not stored."
    )
    expires_at = models.DateTimeField(help_text="From this instant on the token is refused.")
    rotated_at = models.DateTimeField(
        null=True, blank=True, help_text="When the token was exchanged for the next one; empty: not yet."
    )
    revoked_at = models.DateTimeField(
        null=True, blank=True, help_text="When the token was made void; empty: it was not."
    )
    ip_hash = BlindIndexField(
        kind="ip", help_text="Keyed hash of the network address that asked; the address is not stored."
    )
    user_agent = models.CharField(
        max_length=500,
        null=True,
        blank=True,
        help_text="What the browser or app called itself; empty: nothing.",
    )

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
