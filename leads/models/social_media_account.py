"""Our pages on social platforms, as sources of leads."""

from typing import Self

from django.db import models

from bookings.enums import SocialPlatform
from bookings.models import SocialPage
from bookings.models.querysets import ScopedQuerySet
from common.db import table
from common.fields import EnumField
from common.models import TimestampedModel
from common.privacy import Classification
from identity.models import Station, User


class SocialMediaAccountQuerySet(ScopedQuerySet["SocialMediaAccount"]):
    read_code = "social.read"
    has_company_rows = True

    def of_page(self, platform: SocialPlatform, page_id: str) -> Self:
        """Find the account by the page that a message arrived at."""
        return self.filter(platform=platform, page_id=page_id)


class SocialMediaAccount(TimestampedModel):
    """A page that leads come from: whether messages become leads, and who gets them."""

    privacy = Classification(
        public="social_account station platform page_id page_name default_assignee auto_capture is_active "
        "last_lead_at metadata",
    )

    social_account = models.OneToOneField(
        SocialPage,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="social_media_account",
        help_text="The connected page whose messages we read.",
    )
    station = models.ForeignKey(
        Station,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="social_media_accounts",
        help_text="The station that gets the leads; empty for the company.",
    )
    platform = EnumField(SocialPlatform, help_text="The social platform.")
    page_id = models.CharField(max_length=255, help_text="The platform's id of the page.")
    page_name = models.CharField(max_length=255, help_text="Name of the page.")
    default_assignee = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="%(app_label)s_%(class)s_default_assignee",
        help_text="Who gets new leads of the page; empty for the usual assignment.",
    )
    auto_capture = models.BooleanField(
        default=True, db_default=True, help_text="The first message of a person makes a lead."
    )
    is_active = models.BooleanField(default=True, db_default=True, help_text="Off: no leads come from it.")
    last_lead_at = models.DateTimeField(null=True, blank=True, help_text="When the last lead came from it.")
    metadata = models.JSONField(
        default=dict, db_default={}, blank=True, help_text="Further facts of the page, by name."
    )

    objects = SocialMediaAccountQuerySet.as_manager()

    class Meta:
        db_table = table("lead", "social_media_accounts")
        constraints = [
            models.UniqueConstraint(
                fields=["platform", "page_id"],
                name="uq_lead_media_accounts_page",
                violation_error_message="This page is known already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.page_name} ({self.get_platform_display()})"
