"""Conversations on our social pages and their messages (M-6)."""

from django.db import models
from django.db.models import F, Q

from bookings.enums import Direction, SocialMessageKind, SocialPlatform, SocialThreadStatus
from bookings.models.customer import Customer
from bookings.models.fields import words_field
from bookings.models.message_querysets import (
    AWAITING_APPROVAL,
    SNOOZED,
    SocialMessageQuerySet,
    SocialThreadQuerySet,
)
from bookings.models.social_identity import SocialIdentity
from bookings.models.social_page import SocialPage
from common.db import table
from common.fields import EnumField, PolarityField
from common.models import TimestampedModel
from common.privacy import Classification
from identity.models import User


class SocialThread(TimestampedModel):
    """A conversation on one of our social pages: private messages, or the comments under one post."""

    privacy = Classification(
        public="account platform customer social_identity status priority assigned_to snoozed_until tags "
        "message_count unread_count last_message_at last_response_at resolved_at",
        personal="thread_ref subject context_url metadata",
    )

    account = models.ForeignKey(
        SocialPage,
        on_delete=models.CASCADE,
        related_name="social_threads",
        db_index=False,
        help_text="Our page on which the conversation takes place.",
    )
    platform = EnumField(SocialPlatform, help_text="The platform of the page.")
    thread_ref = models.CharField(
        max_length=255, help_text="The platform's own key of the conversation, unique per page."
    )
    customer = models.ForeignKey(
        Customer,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="social_threads",
        help_text="The customer who writes, once known.",
    )
    social_identity = models.ForeignKey(
        SocialIdentity,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="social_threads",
        help_text="The person on the platform who writes.",
    )
    status = EnumField(
        SocialThreadStatus,
        default=SocialThreadStatus.OPEN,
        help_text="Where the conversation stands for staff.",
    )
    priority = models.PositiveSmallIntegerField(
        default=3, db_default=3, help_text="Urgency from 1, the most urgent, to 5."
    )
    assigned_to = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="%(app_label)s_%(class)s_assigned_to",
        help_text="The employee who takes care of the conversation.",
    )
    snoozed_until = models.DateTimeField(
        null=True, blank=True, help_text="When a snoozed conversation comes back to the inbox."
    )
    subject = models.CharField(
        max_length=255, null=True, blank=True, help_text="What the conversation is about, in a few words."
    )
    context_url = models.CharField(
        max_length=500, null=True, blank=True, help_text="Address of the post that is talked about."
    )
    tags = words_field(help_text="Words by which staff sort conversations.")
    message_count = models.PositiveIntegerField(
        default=0, db_default=0, help_text="Number of messages of both sides."
    )
    unread_count = models.PositiveIntegerField(
        default=0, db_default=0, help_text="Number of inbound messages that nobody has read."
    )
    last_message_at = models.DateTimeField(
        null=True, blank=True, help_text="When the newest message of either side was written."
    )
    last_response_at = models.DateTimeField(
        null=True, blank=True, help_text="When our newest answer was written."
    )
    resolved_at = models.DateTimeField(null=True, blank=True, help_text="When staff closed the conversation.")
    metadata = models.JSONField(
        default=dict, db_default={}, blank=True, help_text="What the platform told beside the messages."
    )

    objects = SocialThreadQuerySet.as_manager()

    class Meta:
        db_table = table("core", "social_threads")
        constraints = [
            models.UniqueConstraint(fields=["account", "thread_ref"], name="uq_social_threads_ref"),
            models.CheckConstraint(
                condition=Q(priority__gte=1, priority__lte=5), name="ck_social_threads_priority"
            ),
            models.CheckConstraint(
                condition=(SNOOZED & Q(snoozed_until__isnull=False))
                | (~SNOOZED & Q(snoozed_until__isnull=True)),
                name="ck_social_threads_snoozed",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "priority", "last_message_at"], name="ix_social_threads_inbox"),
            models.Index(fields=["snoozed_until"], condition=SNOOZED, name="ix_social_threads_snoozed"),
        ]


class SocialMessage(TimestampedModel):
    """A message, comment or reply of a social conversation; ours may need a second person's approval."""

    privacy = Classification(
        public="thread parent_message direction kind sentiment_score intent_tags is_public requires_approval "
        "ai_generated drafted_by approved_by approved_at sent_at failed_at",
        personal="message_ref author_handle author_name body media error_details metadata",
    )

    thread = models.ForeignKey(
        SocialThread,
        on_delete=models.CASCADE,
        related_name="social_messages",
        db_index=False,
        help_text="The conversation the message belongs to.",
    )
    parent_message = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="replies",
        help_text="The message that this one replies to.",
    )
    message_ref = models.CharField(
        max_length=255,
        null=True,
        blank=True,
        help_text="The platform's own key of the message; empty until the platform has taken it.",
    )
    direction = EnumField(Direction, help_text="Whether the message came in or goes out.")
    kind = EnumField(SocialMessageKind, help_text="Where on the platform the message stands.")
    author_handle = models.CharField(
        max_length=100, null=True, blank=True, help_text="Short name of the author on the platform."
    )
    author_name = models.CharField(
        max_length=255, null=True, blank=True, help_text="Name that the author shows to others."
    )
    body = models.TextField(null=True, blank=True, help_text="The text as it was written.")
    media = models.JSONField(
        default=list, db_default=[], blank=True, help_text="Pictures and films of the message, as a list."
    )
    sentiment_score = PolarityField(
        null=True, blank=True, help_text="Mood of the text, from -1, angry, to 1, happy."
    )
    intent_tags = words_field(help_text="What the author seems to want, as short words.")
    is_public = models.BooleanField(
        default=False, db_default=False, help_text="Whether everybody can read the message on the platform."
    )
    requires_approval = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Whether a second employee must approve before the message goes out.",
    )
    ai_generated = models.BooleanField(
        default=False, db_default=False, help_text="Whether the assistant wrote the text."
    )
    drafted_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="%(app_label)s_%(class)s_drafted_by",
        help_text="The employee who wrote the reply.",
    )
    approved_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="%(app_label)s_%(class)s_approved_by",
        help_text="The employee who approved the reply, never its author.",
    )
    approved_at = models.DateTimeField(null=True, blank=True, help_text="When the reply was approved.")
    sent_at = models.DateTimeField(null=True, blank=True, help_text="When the platform took the reply.")
    failed_at = models.DateTimeField(null=True, blank=True, help_text="When sending the reply last failed.")
    error_details = models.TextField(null=True, blank=True, help_text="Why sending the reply last failed.")
    metadata = models.JSONField(
        default=dict, db_default={}, blank=True, help_text="What the platform told beside the text."
    )

    objects = SocialMessageQuerySet.as_manager()

    class Meta:
        db_table = table("core", "social_messages")
        constraints = [
            models.UniqueConstraint(fields=["thread", "message_ref"], name="uq_social_messages_ref"),
            models.CheckConstraint(
                condition=(
                    Q(requires_approval=False) | Q(sent_at__isnull=True) | Q(approved_at__isnull=False)
                )
                & ~Q(approved_by=F("drafted_by")),
                name="ck_social_messages_approval",
            ),
        ]
        indexes = [
            models.Index(fields=["thread", "created_at"], name="ix_social_messages_created"),
            models.Index(
                fields=["created_at"], condition=AWAITING_APPROVAL, name="ix_social_messages_approval"
            ),
        ]
