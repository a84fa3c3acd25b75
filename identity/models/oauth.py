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
    """An account at a sign-in provider, such as Google, that belongs to an account of ours."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="oauth_accounts",
        help_text="Account of ours that it opens.",
    )
    provider = EnumField(AuthProvider, help_text="Sign-in provider; never e-mail.")
    provider_account_id = models.CharField(
        max_length=255, help_text="Id that the provider gave the person; unique per provider."
    )
    access_token = EncryptedTextField(
        null=True, blank=True, help_text="The provider's access token, stored encrypted; empty: not kept."
    )
    refresh_token = EncryptedTextField(
        null=True, blank=True, help_text="The provider's refresh token, stored encrypted; empty: not kept."
    )
    profile_data = EncryptedJSONField(
        null=True,
        blank=True,
        help_text="What the provider said about the person, as encrypted JSON; empty: nothing.",
    )
    expires_at = models.DateTimeField(
        null=True, blank=True, help_text="When the access token ends; empty: not said."
    )

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
