"""BK-18: reminders at their time, and those that staff add."""

from datetime import timedelta

import pytest

from bookings.models import Booking, BookingReminder
from bookings.services.bookings import create_booking
from bookings.services.custom_reminders import add_reminder, cancel_reminder
from bookings.services.deposits import confirm_deposit
from bookings.services.reminder_runs import send_booking_reminders
from common.actors import GuestActor, SystemActor
from common.exceptions import Duplicate, InvalidTransition, NotFound, ValidationFailed
from events.models import OutboxMessage
from events.registry import JobReport
from identity.models import StationAuditLog
from tests.bookings.parties import events_of, make_actor
from tests.factories.bookings import NOW, BookingReminderFactory, make_request, make_selling_station

pytestmark = pytest.mark.django_db
SYSTEM = SystemActor("test")
DONE, IDLE = JobReport(done=1), JobReport()


@pytest.fixture
def station():
    return make_selling_station()


def book(station, **fields):
    return create_booking(request=make_request(station, **fields), by=GuestActor(), at=NOW)


@pytest.fixture
def booking(station):
    return confirm_deposit(
        booking=book(station, sms_consent=True),
        method="zelle",
        reference="Z-1",
        expected_version=None,
        by=SYSTEM,
        at=NOW,
    )


def told():
    rows = OutboxMessage.objects.filter(destination__contains="_reminder").order_by("sequence", "target")
    return [(row.destination, row.target) for row in rows]


def statuses():
    return list(BookingReminder.objects.order_by("scheduled_for", "pk").values_list("status", flat=True))


def add(booking, *, kind="email", at=NOW, message="Please keep the dog inside", by=SYSTEM, **delta):
    return add_reminder(
        booking=booking,
        reminder_type=kind,
        scheduled_for=NOW + timedelta(**delta),
        message=message,
        by=by,
        at=at,
    )


def test_bk18_a_week_three_days_and_a_day_before(booking):
    for days, sent in ((7, 1), (3, 2), (1, 3)):
        due = booking.starts_at - timedelta(days=days)
        assert send_booking_reminders(at=due - timedelta(seconds=1)) == IDLE
        assert send_booking_reminders(at=due) == DONE
        assert send_booking_reminders(at=due) == IDLE
        assert statuses() == ["sent"] * sent + ["pending"] * (3 - sent)
    assert told() == [
        ("event_reminder_week", "email"),
        ("event_reminder_balance", "email"),
        ("event_reminder_day", "email"),
        ("event_reminder_day", "sms"),
    ]
    first = BookingReminder.objects.order_by("scheduled_for").first()
    assert (first.sent_at, first.attempts) == (booking.starts_at - timedelta(days=7), 1)
    assert events_of(booking.pk)[-1] == (
        "booking.reminded",
        {"reference": booking.reference, "purpose": "event", "scheduled_for": "2026-06-05T19:00:00+00:00"},
    )


def test_bk18_nothing_is_sent_of_what_is_over_or_gone(station, booking):
    assert send_booking_reminders(at=booking.starts_at) == JobReport(done=3)
    assert statuses() == ["cancelled"] * 3
    BookingReminder.objects.update(status="pending")
    Booking.objects.filter(pk=booking.pk).update(status="deposit_pending")
    assert send_booking_reminders(at=booking.starts_at - timedelta(hours=1)) == JobReport(done=3)
    BookingReminder.objects.update(status="pending")
    Booking.objects.filter(pk=booking.pk).update(
        status="no_show", deleted_at=NOW, delete_reason="Entered twice by mistake"
    )
    assert send_booking_reminders(at=booking.starts_at - timedelta(hours=1)) == JobReport(done=3)
    assert (statuses(), told()) == (["cancelled"] * 3, [])


def test_bk18_staff_add_one(station):
    booking = book(station)
    manager = make_actor(stations=[station])
    reminder = add(booking, hours=5, by=manager, message="  Please keep the dog inside ")
    assert (reminder.purpose, reminder.status, reminder.message) == (
        "custom",
        "pending",
        "Please keep the dog inside",
    )
    assert StationAuditLog.objects.get(details__event="booking.reminder_added").permissions_used == [
        "booking.update"
    ]
    assert send_booking_reminders(at=NOW + timedelta(hours=5)) == DONE
    message = OutboxMessage.objects.get(destination="custom_reminder")
    assert (message.target, message.private_payload["text"]) == ("email", "Please keep the dog inside")


def test_bk18_unique_and_in_the_future_of_a_live_party(booking):
    add(booking, hours=5)
    assert add(booking, kind="both", hours=5).reminder_type == "both"
    with pytest.raises(Duplicate):
        add(booking, hours=5)
    for wrong in ({"hours": 0}, {"days": 60}):
        with pytest.raises(ValidationFailed) as refusal:
            add(booking, **wrong)
        assert [error.pointer for error in refusal.value.errors] == ["/scheduled_for"]
    for words in (" ", "x" * 501):
        with pytest.raises(ValidationFailed) as refusal:
            add(booking, hours=6, message=words)
        assert [error.pointer for error in refusal.value.errors] == ["/message"]
    Booking.objects.update(status="completed")
    with pytest.raises(InvalidTransition):
        add(booking, hours=7)


def test_bk18_no_sms_without_consent(station):
    booking = book(station)
    add(booking, kind="sms", hours=5)
    assert send_booking_reminders(at=NOW + timedelta(hours=5)) == DONE
    reminder = BookingReminder.objects.get()
    assert (reminder.status, reminder.error_message, reminder.sent_at) == (
        "failed",
        "The customer has not agreed to SMS about this party.",
        None,
    )
    assert told() == []


def test_bk18_a_waiting_one_can_be_called_off(booking):
    reminder = add(booking, hours=5)
    gone = cancel_reminder(reminder=reminder, by=SYSTEM, at=NOW)
    assert gone.status == "cancelled"
    assert events_of(booking.pk)[-1][0] == "booking.reminder_cancelled"
    with pytest.raises(InvalidTransition):
        cancel_reminder(reminder=reminder, by=SYSTEM, at=NOW)
    with pytest.raises(NotFound):
        cancel_reminder(reminder=BookingReminderFactory.build(booking=booking), by=SYSTEM, at=NOW)
    assert send_booking_reminders(at=NOW + timedelta(hours=5)) == IDLE
