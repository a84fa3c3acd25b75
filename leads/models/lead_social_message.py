"""What a lead wrote to our pages, and what we answered."""

from typing import Self

from django.db import models

from bookings.enums import Direction, SocialMessageKind, SocialPlatform
from bookings.models import SocialMessage
from common.db import table
from common.fields import EnumField
from common.models import CreatedModel
from common.privacy import Classification
from leads.models.lead import Lead
from leads.models.lead_social_account import LeadSocialAccount
from leads.models.querysets import PartOfLeadQuerySet
from leads.models.social_media_account import SocialMediaAccount


class LeadSocialMessageQuerySet(PartOfLeadQuerySet["LeadSocialMessage"]):
    def conversation(self, lead: Lead) -> Self:
        """Messages of a lead, latest first."""
        return self.of_lead(lead).order_by("-created_at", "-pk")

    def with_ref(self, platform: SocialPlatform, message_ref: str) -> Self:
        """Find the message by the platform's own id."""
        return self.filter(platform=platform, message_ref=message_ref)


class LeadSocialMessage(CreatedModel):
    """A message, comment or mention on a social platform that belongs to a lead."""

    privacy = Classification(
        public="lead social_account social_media_account core_message platform direction kind message_ref "
        "sent_at",
        personal="author_handle body media metadata",
    )

    lead = models.ForeignKey(
        Lead,
        on_delete=models.CASCADE,
        related_name="lead_social_messages",
        db_index=False,
        help_text="Whose message it is.",
    )
    social_account = models.ForeignKey(
        LeadSocialAccount,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="lead_social_messages",
        help_text="The person's account.",
    )
    social_media_account = models.ForeignKey(
        SocialMediaAccount,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="lead_social_messages",
        help_text="Our page where it was written.",
    )
    core_message = models.ForeignKey(
        SocialMessage,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="lead_messages",
        help_text="The message as the social inbox keeps it.",
    )
    platform = EnumField(SocialPlatform, help_text="The social platform.")
    direction = EnumField(Direction, help_text="Whether the lead or we wrote it.")
    kind = EnumField(SocialMessageKind, help_text="Direct message, comment, mention and so on.")
    message_ref = models.CharField(
        max_length=255, null=True, blank=True, help_text="The platform's id of the message."
    )
    author_handle = models.CharField(
        max_length=100, null=True, blank=True, help_text="Handle of who wrote it."
    )
    body = models.TextField(null=True, blank=True, help_text="Text of the message.")
    media = models.JSONField(
        default=list, db_default=[], blank=True, help_text="Pictures and videos that came with it."
    )
    sent_at = models.DateTimeField(null=True, blank=True, help_text="When it was written.")
    metadata = models.JSONField(
        default=dict, db_default={}, blank=True, help_text="Further facts of the platform, by name."
    )

    objects = LeadSocialMessageQuerySet.as_manager()

    class Meta:
        db_table = table("lead", "social_messages")
        constraints = [
            models.UniqueConstraint(fields=["platform", "message_ref"], name="uq_lead_social_messages_ref")
        ]
        indexes = [models.Index(fields=["lead", "created_at"], name="ix_lead_social_msgs_created")]
