"""BK-18: reminders that staff add to a booking, or call off."""

from datetime import datetime

from bookings.enums import OCCUPYING_STATUSES, ReminderPurpose, ReminderStatus, ReminderType
from bookings.models import Booking, BookingReminder
from bookings.services.attempts import attempted
from bookings.services.transitions import record_change, require_state
from bookings.services.versions import lock_booking
from common.actors import Actor
from common.exceptions import Duplicate, FieldError, InvalidTransition, NotFound, ValidationFailed

MAX_MESSAGE = 500


@attempted
def add_reminder(
    *,
    booking: Booking,
    reminder_type: str,
    scheduled_for: datetime,
    message: str,
    by: Actor,
    at: datetime,
) -> BookingReminder:
    """Plan a message to the customer of a live booking, between now and the party.

    Emits booking.reminder_added. Refuses a second one of the same kind for the same time (409 `duplicate`).
    """
    locked = lock_booking(booking_id=booking.pk, expected_version=None)
    require_state(locked, *OCCUPYING_STATUSES)
    errors = []
    if not at < scheduled_for < locked.starts_at:
        errors.append(FieldError("/scheduled_for", "invalid", "Choose a time between now and the party."))
    if not 1 <= len(message.strip()) <= MAX_MESSAGE:
        errors.append(FieldError("/message", "invalid", f"Write 1 to {MAX_MESSAGE} characters."))
    if errors:
        raise ValidationFailed(errors)
    kind = ReminderType(reminder_type)
    same = BookingReminder.objects.filter(booking=locked, reminder_type=kind, scheduled_for=scheduled_for)
    if same.exists():
        raise Duplicate("There is such a reminder for this time already.")
    reminder = BookingReminder.objects.create(
        booking=locked,
        reminder_type=kind,
        purpose=ReminderPurpose.CUSTOM,
        scheduled_for=scheduled_for,
        message=message.strip(),
    )
    _record(locked, reminder, "booking.reminder_added", by=by, at=at)
    return reminder


@attempted
def cancel_reminder(*, reminder: BookingReminder, by: Actor, at: datetime) -> BookingReminder:
    """Call off a reminder that waits; emits booking.reminder_cancelled, refuses any other (409)."""
    booking = lock_booking(booking_id=reminder.booking_id, expected_version=None)
    locked = BookingReminder.objects.select_for_update(no_key=True).filter(pk=reminder.pk).first()
    if locked is None:
        raise NotFound("There is no such reminder.")
    if locked.status != ReminderStatus.PENDING:
        raise InvalidTransition(
            from_=locked.status, allowed=[], detail="Only a waiting reminder can be called off."
        )
    locked.status = ReminderStatus.CANCELLED
    locked.save(update_fields=["status", "updated_at"])
    _record(booking, locked, "booking.reminder_cancelled", by=by, at=at)
    return locked


def _record(booking: Booking, reminder: BookingReminder, event_type: str, *, by: Actor, at: datetime) -> None:
    record_change(
        subject=booking,
        station_id=booking.station_id,
        event_type=event_type,
        by=by,
        at=at,
        payload={
            "reference": booking.reference,
            "reminder_id": str(reminder.pk),
            "reminder_type": str(reminder.reminder_type),
            "scheduled_for": reminder.scheduled_for.isoformat(),
        },
        permissions=["booking.update"],
    )
