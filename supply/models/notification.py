from uuid import UUID

from django.db import models

from common.db import table
from common.models import CreatedModel
from common.privacy import Classification
from identity.models import User


class NotificationQuerySet(models.QuerySet["Notification"]):
    def inbox_of(self, user_id: UUID) -> "NotificationQuerySet":
        """Notifications of one account."""
        return self.filter(recipient=user_id)

    def of_type(self, kind: str) -> "NotificationQuerySet":
        """Notifications of one kind of event."""
        return self.filter(type=kind)

    def unread(self) -> "NotificationQuerySet":
        """Notifications that their recipient has not looked at yet."""
        return self.filter(is_read=False)


class Notification(CreatedModel):
    """Something of the exchange that an account is told, written in the transaction of its event."""

    privacy = Classification(public="recipient type is_read", personal="message")

    recipient = models.ForeignKey(
        User,
        on_delete=models.CASCADE,
        related_name="%(app_label)s_%(class)s_recipient",
        db_index=False,
        help_text="Account that is told.",
    )
    type = models.CharField(max_length=50, help_text="What happened, such as order.accepted.")
    message = models.TextField(help_text="What happened, in a sentence.")
    is_read = models.BooleanField(
        default=False, db_default=False, help_text="Whether the recipient has looked at it."
    )

    objects = NotificationQuerySet.as_manager()

    class Meta:
        db_table = table("supply", "notifications")
        indexes = [
            models.Index(fields=["recipient", "is_read", "created_at"], name="ix_notifications_inbox"),
            models.Index(fields=["type"], name="ix_notifications_type"),
        ]
