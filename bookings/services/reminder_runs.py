"""BK-18 by the clock: reminders of the event go out at their time."""

from datetime import datetime, timedelta
from functools import partial

from django.db.models import QuerySet

from bookings.enums import BookingStatus, ReminderPurpose, ReminderStatus, ReminderType
from bookings.models import Booking, BookingReminder
from bookings.services.attempts import attempt
from bookings.services.notices import money_facts, notices
from common.actors import SystemActor
from events.registry import JobReport
from events.services import Delivery, publish
from events.services.jobs import run_items

REMINDING = SystemActor("send_booking_reminders")
WEEK_AHEAD, DAYS_AHEAD = timedelta(days=5), timedelta(days=2)
NO_CONSENT = "The customer has not agreed to SMS about this party."


def send_booking_reminders(*, at: datetime) -> JobReport:
    """Send every reminder that is due, each in a transaction of its own; emits booking.reminded.

    Those of a party that has begun or is not confirmed any more are cancelled.
    """
    due = _due(at).order_by("scheduled_for", "pk")
    return run_items(
        "send_booking_reminders", due.iterator(), lambda reminder: attempt(partial(_send, reminder, at))
    )


def _due(at: datetime) -> QuerySet[BookingReminder]:
    return BookingReminder.objects.filter(status=ReminderStatus.PENDING, scheduled_for__lte=at)


def _send(reminder: BookingReminder, at: datetime) -> bool:
    booking = (
        Booking.objects.select_for_update(no_key=True, of=("self",))
        .select_related("station", "customer")
        .get(pk=reminder.booking_id)
    )
    locked = _due(at).select_for_update(no_key=True).filter(pk=reminder.pk).first()
    if locked is None:
        return False
    if booking.deleted_at is not None or not _is_ahead(booking, locked, at):
        _close(locked, ReminderStatus.CANCELLED, at=at)
        return True
    told = _words(booking, locked)
    if not told:
        locked.error_message = NO_CONSENT
        _close(locked, ReminderStatus.FAILED, at=at)
        return True
    locked.sent_at, locked.attempts = at, locked.attempts + 1
    _close(locked, ReminderStatus.SENT, at=at)
    publish(
        "booking.reminded",
        subject=booking,
        by=REMINDING,
        at=at,
        payload={
            "reference": booking.reference,
            "purpose": str(locked.purpose),
            "scheduled_for": locked.scheduled_for.isoformat(),
        },
        station_id=booking.station_id,
        deliveries=told,
    )
    return True


def _is_ahead(booking: Booking, reminder: BookingReminder, at: datetime) -> bool:
    """Tell whether there is something to remind of; what staff wrote goes out for unpaid parties too."""
    waiting = (BookingStatus.NEW, BookingStatus.DEPOSIT_PENDING)
    fits = booking.status == BookingStatus.CONFIRMED or (
        reminder.purpose == ReminderPurpose.CUSTOM and booking.status in waiting
    )
    return fits and at < booking.starts_at


def _words(booking: Booking, reminder: BookingReminder) -> list[Delivery]:
    channel = ReminderType(reminder.reminder_type)
    if reminder.purpose == ReminderPurpose.CUSTOM:
        return notices("custom_reminder", booking, private={"text": reminder.message or ""}, by=channel)
    ahead = booking.starts_at - reminder.scheduled_for
    facts = money_facts(booking)
    if ahead >= WEEK_AHEAD:
        return notices("event_reminder_week", booking, extra=facts, by=channel)
    if ahead >= DAYS_AHEAD:
        return notices("event_reminder_balance", booking, extra=facts, by=channel)
    return notices("event_reminder_day", booking, extra=facts, by=channel)


def _close(reminder: BookingReminder, status: ReminderStatus, *, at: datetime) -> None:
    reminder.status = status
    BookingReminder.objects.filter(pk=reminder.pk).update(
        status=status,
        sent_at=reminder.sent_at,
        attempts=reminder.attempts,
        error_message=reminder.error_message,
        updated_at=at,
    )
