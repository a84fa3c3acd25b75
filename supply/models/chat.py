"""Conversations of a consumer with a sales representative."""

from uuid import UUID

from django.db import models

from common.db import table
from common.models import CreatedModel
from common.privacy import Classification
from identity.models import User
from supply.models.consumer import Consumer
from supply.models.order import Order


class ChatSessionQuerySet(models.QuerySet["ChatSession"]):
    def answered_by(self, user_id: UUID) -> "ChatSessionQuerySet":
        """Conversations in which the account is the sales representative."""
        return self.filter(sales_rep=user_id)


class ChatSession(CreatedModel):
    """A conversation of one consumer with one sales representative, perhaps about an order."""

    privacy = Classification(public="consumer sales_rep order")

    consumer = models.ForeignKey(
        Consumer,
        on_delete=models.CASCADE,
        related_name="chat_sessions",
        help_text="Who opened it.",
    )
    sales_rep = models.ForeignKey(
        User,
        on_delete=models.CASCADE,
        related_name="%(app_label)s_%(class)s_sales_rep",
        help_text="Account of the person who answers for the supplier.",
    )
    order = models.ForeignKey(
        Order,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="chat_sessions",
        help_text="Order that the conversation is about; empty when it is about none.",
    )

    objects = ChatSessionQuerySet.as_manager()

    class Meta:
        db_table = table("supply", "chat_sessions")


class ChatMessageQuerySet(models.QuerySet["ChatMessage"]):
    def of_session(self, session: ChatSession) -> "ChatMessageQuerySet":
        """Messages of a conversation, oldest first."""
        return self.filter(session=session).order_by("created_at", "pk")


class ChatMessage(CreatedModel):
    """One message of a conversation; nobody edits it."""

    privacy = Classification(public="session sender", personal="text file_url")

    session = models.ForeignKey(
        ChatSession,
        on_delete=models.CASCADE,
        related_name="chat_messages",
        db_index=False,
        help_text="Conversation that the message belongs to.",
    )
    sender = models.ForeignKey(
        User,
        on_delete=models.CASCADE,
        related_name="%(app_label)s_%(class)s_sender",
        help_text="Account that wrote the message.",
    )
    text = models.TextField(help_text="What was written.")
    file_url = models.CharField(
        max_length=500, null=True, blank=True, help_text="Address of a file that goes with the message."
    )

    objects = ChatMessageQuerySet.as_manager()

    class Meta:
        db_table = table("supply", "chat_messages")
        indexes = [models.Index(fields=["session", "created_at"], name="ix_chat_messages_session")]
