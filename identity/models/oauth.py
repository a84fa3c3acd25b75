from django.conf import settings
from django.db import models
from django.db.models import Q

from common.crypto.fields import EncryptedJSONField, EncryptedTextField
from common.db import table
from common.fields import EnumField
from common.models import TimestampedModel
from common.privacy import Classification
from identity.enums import AuthProvider


class OAuthAccount(TimestampedModel):
    """An account of a sign-in provider that belongs to a user."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="oauth_accounts"
    )
    provider = EnumField(AuthProvider)
    provider_account_id = models.CharField(max_length=255)
    access_token = EncryptedTextField(null=True, blank=True)
    refresh_token = EncryptedTextField(null=True, blank=True)
    profile_data = EncryptedJSONField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    privacy = Classification(
        public="user provider expires_at",
        personal="provider_account_id profile_data",
        secret="access_token refresh_token",  # noqa: S106 -- names of fields
    )

    class Meta:
        db_table = table("identity", "social_accounts")
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "provider_account_id"], name="uq_identity_social_account"
            ),
            models.CheckConstraint(
                condition=~Q(provider=AuthProvider.EMAIL), name="ck_identity_social_account_oauth"
            ),
        ]
