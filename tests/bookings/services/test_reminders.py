from datetime import timedelta

import pytest

from bookings.enums import ReminderStatus, ReminderType
from bookings.models import BookingReminder
from bookings.services.reminders import plan_reminders
from tests.bookings.parties import NOW, make_booking, make_station

pytestmark = pytest.mark.django_db


def planned():
    return list(
        BookingReminder.objects.order_by("scheduled_for").values_list(
            "reminder_type", "purpose", "scheduled_for", "status"
        )
    )


def test_bk18_rows_of_a_party_five_weeks_ahead():
    booking = make_booking(make_station())
    plan_reminders(booking=booking, at=NOW)
    start = booking.starts_at
    assert planned() == [
        (ReminderType.EMAIL, "event", start - timedelta(days=7), "pending"),
        (ReminderType.EMAIL, "event", start - timedelta(days=3), "pending"),
        (ReminderType.BOTH, "event", start - timedelta(days=1), "pending"),
    ]


def test_bk18_planning_again_revives_cancelled_rows_and_leaves_sent_ones():
    booking = make_booking(make_station())
    plan_reminders(booking=booking, at=NOW)
    first, second, _third = BookingReminder.objects.order_by("scheduled_for")
    BookingReminder.objects.filter(pk=first.pk).update(status=ReminderStatus.SENT, sent_at=NOW)
    BookingReminder.objects.filter(pk=second.pk).update(status=ReminderStatus.CANCELLED)
    plan_reminders(booking=booking, at=NOW)
    assert [status for *_rest, status in planned()] == ["sent", "pending", "pending"]


def test_bk18_a_party_of_tomorrow_gets_none():
    booking = make_booking(make_station())
    plan_reminders(booking=booking, at=booking.starts_at - timedelta(hours=23))
    assert planned() == []
