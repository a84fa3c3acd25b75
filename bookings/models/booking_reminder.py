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
    """A message about a booking that is sent at its time, such as a week before the party.

    Follows BK-18.
    """

    privacy = Classification(
        public="booking reminder_type purpose scheduled_for sent_at status attempts",
        personal="message error_message",
    )

    booking = models.ForeignKey(
        Booking,
        on_delete=models.CASCADE,
        related_name="booking_reminders",
        db_index=False,
        help_text="Booking that the message is about.",
    )
    reminder_type = EnumField(ReminderType, help_text="By e-mail, by SMS or by both.")
    purpose = EnumField(
        ReminderPurpose,
        default=ReminderPurpose.EVENT,
        help_text="Whether it reminds of the party or of the deposit, or says what staff wrote.",
    )
    scheduled_for = models.DateTimeField(help_text="When the message shall be sent.")
    sent_at = models.DateTimeField(
        null=True, blank=True, help_text="When the message was sent; empty: not yet."
    )
    status = EnumField(
        ReminderStatus,
        default=ReminderStatus.PENDING,
        help_text="Whether the message waits, was sent, failed or was cancelled.",
    )
    attempts = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="How often sending was tried."
    )
    message = models.TextField(
        null=True, blank=True, help_text="Text that staff wrote; empty: the usual text of the purpose."
    )
    error_message = models.TextField(
        null=True, blank=True, help_text="Why sending failed; empty: it did not."
    )

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
