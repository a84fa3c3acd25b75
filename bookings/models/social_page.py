"""The company's own pages on social platforms."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from bookings.enums import SocialPlatform
from bookings.models.message_querysets import SocialPageQuerySet
from common.crypto.fields import EncryptedTextField
from common.db import table
from common.fields import EnumField
from common.models import LIVE, SoftDeleteModel, TimestampedModel
from common.privacy import Classification
from identity.models import Station, User


class SocialPage(SoftDeleteModel, TimestampedModel):
    """A business page of ours on a social platform, of one station or of the whole company."""

    privacy = Classification(
        public="station platform page_id page_name handle profile_url avatar_url connected_by connected_at "
        "webhook_verified last_sync_at is_active",
        personal="delete_reason metadata",
        secret="token_ref",  # noqa: S106 -- the name of a column
    )

    station = models.ForeignKey(
        Station,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="social_pages",
        help_text="The station the page speaks for; empty for the whole company.",
    )
    platform = EnumField(SocialPlatform, help_text="The platform the page lives on.")
    page_id = models.CharField(max_length=255, help_text="The platform's own key of the page.")
    page_name = models.CharField(max_length=255, help_text="The page's name as visitors read it.")
    handle = models.CharField(
        max_length=100, null=True, blank=True, help_text="The page's short name on the platform."
    )
    profile_url = models.CharField(
        max_length=500, null=True, blank=True, help_text="Address of the page on the web."
    )
    avatar_url = models.CharField(
        max_length=500, null=True, blank=True, help_text="Address of the page's picture."
    )
    connected_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="%(app_label)s_%(class)s_connected_by",
        help_text="The employee who connected the page.",
    )
    connected_at = models.DateTimeField(
        default=timezone.now, db_default=Now(), help_text="When the page was connected."
    )
    token_ref = EncryptedTextField(
        null=True, blank=True, help_text="Where the page's access token is kept, encrypted."
    )
    webhook_verified = models.BooleanField(
        default=False, db_default=False, help_text="Whether the platform has proven that it can call us."
    )
    last_sync_at = models.DateTimeField(
        null=True, blank=True, help_text="When the page was last read from the platform."
    )
    is_active = models.BooleanField(
        default=True, db_default=True, help_text="Whether messages and reviews of the page are taken in."
    )
    metadata = models.JSONField(
        default=dict, db_default={}, blank=True, help_text="What the platform told about the page."
    )

    objects = SocialPageQuerySet.as_manager()

    class Meta:
        db_table = table("core", "social_accounts")
        constraints = [
            models.UniqueConstraint(
                fields=["platform", "page_id"],
                condition=LIVE & Q(is_active=True),
                name="uq_core_social_page",
                violation_error_message="This page is connected already.",
            ),
        ]
