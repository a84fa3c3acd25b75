"""BK-18: reminders of the event, planned when a booking is confirmed."""

from datetime import datetime

from bookings.deadlines import planned_reminders
from bookings.enums import ReminderPurpose, ReminderStatus
from bookings.models import Booking, BookingReminder


def cancel_reminders(*, booking: Booking, at: datetime, purpose: ReminderPurpose | None = None) -> None:
    """Cancel the reminders of a booking that wait, of one purpose or of all."""
    waiting = BookingReminder.objects.filter(booking=booking, status=ReminderStatus.PENDING)
    if purpose is not None:
        waiting = waiting.filter(purpose=purpose)
    waiting.update(status=ReminderStatus.CANCELLED, updated_at=at)


def plan_reminders(*, booking: Booking, at: datetime) -> None:
    """Plan what lies ahead of `at`: cancelled rows of the same time come back, sent ones stay sent."""
    plan = planned_reminders(starts_at=booking.starts_at, at=at)
    if not plan:
        return
    BookingReminder.objects.bulk_create(
        [
            BookingReminder(
                booking=booking,
                reminder_type=reminder.reminder_type,
                purpose=ReminderPurpose.EVENT,
                scheduled_for=reminder.scheduled_for,
            )
            for reminder in plan
        ],
        ignore_conflicts=True,
    )
    BookingReminder.objects.filter(
        booking=booking,
        purpose=ReminderPurpose.EVENT,
        status=ReminderStatus.CANCELLED,
        scheduled_for__in=[reminder.scheduled_for for reminder in plan],
    ).update(status=ReminderStatus.PENDING, updated_at=at)
