"""Messages to send before the event (BK-18)."""

from django.db import models
from django.db.models import Q

from bookings.enums import ReminderPurpose, ReminderStatus, ReminderType
from bookings.models.booking import Booking
from common.db import table
from common.fields import EnumField
from common.models import TimestampedModel
from common.privacy import Classification


class BookingReminder(TimestampedModel):
    privacy = Classification(
        public="booking reminder_type purpose scheduled_for sent_at status attempts",
        personal="message error_message",
    )

    booking = models.ForeignKey(
        Booking, on_delete=models.CASCADE, related_name="booking_reminders", db_index=False
    )
    reminder_type = EnumField(ReminderType)
    purpose = EnumField(ReminderPurpose, default=ReminderPurpose.EVENT)
    scheduled_for = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    status = EnumField(ReminderStatus, default=ReminderStatus.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    message = models.TextField(null=True, blank=True)
    error_message = models.TextField(null=True, blank=True)

    class Meta:
        db_table = table("core", "booking_reminders")
        constraints = [
            models.UniqueConstraint(
                fields=["booking", "reminder_type", "scheduled_for"], name="uq_reminders_once"
            ),
            models.CheckConstraint(
                condition=Q(status=ReminderStatus.SENT, sent_at__isnull=False)
                | (~Q(status=ReminderStatus.SENT) & Q(sent_at__isnull=True)),
                name="ck_reminders_sent",
            ),
        ]
        indexes = [
            models.Index(
                fields=["scheduled_for"], condition=Q(status=ReminderStatus.PENDING), name="ix_reminders_due"
            )
        ]
