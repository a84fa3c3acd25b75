"""Handles of leads on social platforms."""

from typing import Self

from django.db import models

from bookings.enums import SocialPlatform
from bookings.models import SocialIdentity
from common.db import table
from common.fields import EnumField
from common.models import TimestampedModel
from common.privacy import Classification
from leads.models.lead import Lead
from leads.models.querysets import PartOfLeadQuerySet


class LeadSocialAccountQuerySet(PartOfLeadQuerySet["LeadSocialAccount"]):
    def with_handle(self, platform: SocialPlatform, handle: str) -> Self:
        """Find the accounts with the handle, newest lead first."""
        return self.filter(platform=platform, handle=handle).order_by("-pk")


class LeadSocialAccount(TimestampedModel):
    """A person's account on a social platform, as the lead was met there."""

    privacy = Classification(
        public="lead identity platform last_active_at", personal="handle display_name profile_url metadata"
    )

    lead = models.ForeignKey(
        Lead,
        on_delete=models.CASCADE,
        related_name="lead_social_accounts",
        db_index=False,
        help_text="Whose account it is.",
    )
    identity = models.ForeignKey(
        SocialIdentity,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="lead_social_accounts",
        help_text="The person whom messages know by this handle.",
    )
    platform = EnumField(SocialPlatform, help_text="The social platform.")
    handle = models.CharField(max_length=100, help_text="Name of the account on the platform.")
    display_name = models.CharField(
        max_length=255, null=True, blank=True, help_text="Name that the platform shows."
    )
    profile_url = models.CharField(
        max_length=500, null=True, blank=True, help_text="Address of the profile page."
    )
    last_active_at = models.DateTimeField(
        null=True, blank=True, help_text="When the account last wrote to us."
    )
    metadata = models.JSONField(
        default=dict, db_default={}, blank=True, help_text="Further facts of the platform, by name."
    )

    objects = LeadSocialAccountQuerySet.as_manager()

    class Meta:
        db_table = table("lead", "social_accounts")
        constraints = [
            models.UniqueConstraint(fields=["lead", "platform", "handle"], name="uq_lead_social_accounts")
        ]
        indexes = [models.Index(fields=["platform", "handle"], name="ix_lead_social_handle")]
