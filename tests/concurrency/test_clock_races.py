"""Jobs that run twice at once, or beside people: every item is done once."""

from datetime import timedelta
from functools import partial

import pytest

from bookings.models import Booking, BookingReminder, SystemEvent
from bookings.services.assignments import assign_chef
from bookings.services.cancellation_runs import cancellation_alerts
from bookings.services.cancellations import request_cancellation
from bookings.services.chef_runs import chef_alerts, close_past_bookings
from bookings.services.custom_reminders import cancel_reminder
from bookings.services.deposit_runs import auto_cancel_deposits, deposit_reminders
from bookings.services.life_cycle import complete_booking
from bookings.services.reminder_runs import send_booking_reminders
from bookings.services.reminders import plan_reminders
from common.actors import SystemActor
from common.exceptions import InvalidTransition
from events.models import DomainEvent, OutboxMessage
from tests.bookings.parties import NOW, make_booking, make_chef, make_station
from tests.concurrency.racing import race

pytestmark = pytest.mark.django_db(transaction=True)
BY = SystemActor("race")


@pytest.fixture
def station():
    return make_station(slot_capacity=4)


def counts(job, at, *, runners=4):
    """What parallel runs of a job came to, together."""
    reports = [result.answer for result in race([partial(job, at=at)] * runners)]
    assert [report.failed for report in reports] == [0] * runners
    return sum(report.done for report in reports)


def events(kind):
    return DomainEvent.objects.filter(event_type=kind).count()


def test_bk7_every_unpaid_booking_is_cancelled_once(station):
    for lane in (1, 2, 3):
        make_booking(station, lane=lane)
    assert counts(auto_cancel_deposits, NOW + timedelta(hours=25)) == 3
    assert (events("booking.cancelled"), Booking.objects.filter(status="cancelled").count()) == (3, 3)


def test_bk6_every_reminder_goes_out_once(station):
    for lane in (1, 2, 3):
        make_booking(station, lane=lane)
    assert counts(deposit_reminders, NOW + timedelta(hours=2)) == 3
    assert OutboxMessage.objects.filter(destination="deposit_reminder").count() == 3


def test_bk18_every_reminder_is_sent_or_called_off(station):
    booking = make_booking(station, status="confirmed")
    plan_reminders(booking=booking, at=NOW)
    at = booking.starts_at - timedelta(days=7)
    assert counts(send_booking_reminders, at) == 1
    second = BookingReminder.objects.filter(status="pending").order_by("scheduled_for").first()
    results = race(
        [
            partial(send_booking_reminders, at=second.scheduled_for),
            partial(cancel_reminder, reminder=second, by=BY, at=at),
        ]
    )
    second.refresh_from_db()
    refused = [type(result.answer) for result in results if result.is_refusal]
    assert (second.status, refused) in (("sent", [InvalidTransition]), ("cancelled", []))
    assert events("booking.reminded") == 1 + (second.status == "sent")


def test_bk17_one_alert_each_and_none_once_a_chef_is_there(station):
    booking = make_booking(station, status="confirmed")
    at = booking.starts_at - timedelta(days=5)
    assert counts(chef_alerts, at) == 1
    booking.refresh_from_db()
    assert booking.urgency_alert_count == 1
    chef = make_chef(station)
    later = at + timedelta(hours=4)
    race(
        [
            partial(chef_alerts, at=later),
            partial(assign_chef, booking=booking, chef=chef, expected_version=1, by=BY, at=later),
        ]
    )
    booking.refresh_from_db()
    assert (booking.chef_id, booking.is_urgent, booking.urgency_alert_count) == (chef.pk, False, 0)


def test_bk10_one_alert_of_a_request(station):
    booking = make_booking(station, status="confirmed")
    request_cancellation(
        booking=booking,
        reason="The birthday was moved",
        reason_code="other",
        expected_version=None,
        by=BY,
        at=NOW,
    )
    race([partial(cancellation_alerts, at=NOW + timedelta(hours=25))] * 4)
    assert SystemEvent.objects.filter(action="cancellation_waits").count() == 1


def test_t6_the_clock_and_people_complete_once(station):
    booking = make_booking(station, status="confirmed")
    at = booking.ends_at + timedelta(hours=12)
    by_hand = partial(complete_booking, booking=booking, expected_version=None, by=BY, at=at)
    race([partial(close_past_bookings, at=at), partial(close_past_bookings, at=at), by_hand])
    assert events("booking.completed") == 1
