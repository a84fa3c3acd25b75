"""What customers and the company write to each other."""

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from bookings.enums import Direction, MessageChannel, MessageSenderType, ThreadStatus
from bookings.models.customer import Customer
from bookings.models.message_querysets import MessageQuerySet, MessageThreadQuerySet
from common.db import table
from common.fields import EnumField
from common.models import LIVE, CreatedModel, SoftDeleteModel, TimestampedModel
from common.privacy import Classification
from identity.models import Station, User


class MessageThread(SoftDeleteModel, TimestampedModel):
    """A conversation of one customer with one station over one channel."""

    privacy = Classification(
        public="customer station channel status ai_mode assigned_agent unread_count last_message_at",
        personal="subject external_thread_id delete_reason metadata",
    )

    customer = models.ForeignKey(
        Customer,
        on_delete=models.CASCADE,
        related_name="message_threads",
        db_index=False,
        help_text="The customer who writes and is written to.",
    )
    station = models.ForeignKey(
        Station,
        on_delete=models.PROTECT,
        related_name="message_threads",
        db_index=False,
        help_text="The station whose staff answer.",
    )
    channel = EnumField(MessageChannel, help_text="The way the messages travel.")
    status = EnumField(
        ThreadStatus, default=ThreadStatus.ACTIVE, help_text="Where the conversation stands for staff."
    )
    ai_mode = models.BooleanField(
        default=True,
        db_default=True,
        help_text="Whether the assistant answers; off once a person has taken over.",
    )
    subject = models.CharField(
        max_length=255, null=True, blank=True, help_text="What the conversation is about, in a few words."
    )
    external_thread_id = models.CharField(
        max_length=255,
        null=True,
        blank=True,
        help_text="The provider's own key of the conversation, unique per channel.",
    )
    assigned_agent = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="%(app_label)s_%(class)s_assigned_agent",
        help_text="The employee who takes care of the conversation.",
    )
    unread_count = models.PositiveIntegerField(
        default=0, db_default=0, help_text="Number of the customer's messages that nobody has read."
    )
    last_message_at = models.DateTimeField(
        default=timezone.now,
        db_default=Now(),
        help_text="When the newest message of either side was written.",
    )
    metadata = models.JSONField(
        default=dict, db_default={}, blank=True, help_text="What the channel told beside the messages."
    )

    objects = MessageThreadQuerySet.as_manager()

    class Meta:
        db_table = table("core", "message_threads")
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "external_thread_id"], condition=LIVE, name="uq_threads_external"
            ),
        ]
        indexes = [
            models.Index(fields=["station", "status", "last_message_at"], name="ix_threads_station_inbox"),
            models.Index(fields=["customer", "channel", "last_message_at"], name="ix_threads_customer"),
        ]


class Message(CreatedModel):
    """One message of a conversation, in or out."""

    privacy = Classification(
        public="thread direction sender_type sender is_read",
        personal="content external_message_id metadata",
    )

    thread = models.ForeignKey(
        MessageThread,
        on_delete=models.CASCADE,
        related_name="messages",
        db_index=False,
        help_text="The conversation the message belongs to.",
    )
    direction = EnumField(Direction, help_text="Whether the message came in or went out.")
    sender_type = EnumField(MessageSenderType, help_text="Which kind of sender wrote the message.")
    sender = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="%(app_label)s_%(class)s_sender",
        help_text="The employee who wrote the message; empty for everybody else.",
    )
    content = models.TextField(help_text="The text as it was written.")
    is_read = models.BooleanField(
        default=False, db_default=False, help_text="Whether the receiving side has opened the message."
    )
    external_message_id = models.CharField(
        max_length=255,
        null=True,
        blank=True,
        help_text="The provider's own key of the message, unique in its conversation.",
    )
    metadata = models.JSONField(
        default=dict, db_default={}, blank=True, help_text="What the channel told beside the text."
    )

    objects = MessageQuerySet.as_manager()

    class Meta:
        db_table = table("core", "messages")
        constraints = [
            models.UniqueConstraint(fields=["thread", "external_message_id"], name="uq_messages_external"),
        ]
        indexes = [
            models.Index(fields=["thread", "created_at"], name="ix_messages_thread_created"),
        ]
