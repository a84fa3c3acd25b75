"""BK-17, T6 by the clock."""

from datetime import timedelta

import pytest

from bookings.models import Booking, SlotClaim, SystemEvent
from bookings.services.assignments import assign_chef
from bookings.services.chef_runs import chef_alerts, close_past_bookings
from common.actors import SystemActor
from events.registry import JobReport
from tests.bookings.parties import make_booking, make_chef, make_station

pytestmark = pytest.mark.django_db
DONE, IDLE = JobReport(done=1), JobReport()
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def station():
    return make_station(slot_capacity=3)


@pytest.fixture
def booking(station):
    return make_booking(station, status="confirmed")


def causes():
    rows = SystemEvent.objects.filter(service="alerts").order_by("pk")
    return [
        (row.action.removeprefix("chef_missing"), row.event_data["station_id"] is not None) for row in rows
    ]


def marks(booking):
    booking.refresh_from_db()
    return (
        booking.is_urgent,
        booking.urgency_alert_count,
        booking.urgency_alert_sent_at,
        booking.urgency_escalated_at,
    )


def test_bk17_every_four_hours_from_a_week_before(booking):
    week = booking.starts_at - 7 * DAY
    assert chef_alerts(at=week - timedelta(seconds=1)) == IDLE
    assert chef_alerts(at=week) == DONE
    assert marks(booking) == (True, 1, week, None)
    assert booking.version == 1
    assert chef_alerts(at=week + 4 * HOUR - timedelta(seconds=1)) == IDLE
    for number in (2, 3):
        assert chef_alerts(at=week + (number - 1) * 4 * HOUR) == DONE
    assert causes() == [("", True)] * 3
    fourth = week + 12 * HOUR
    assert chef_alerts(at=fourth) == DONE
    assert marks(booking) == (True, 4, fourth, fourth)
    assert causes()[3:] == [("", True), ("_escalated", False)]
    assert chef_alerts(at=fourth + 4 * HOUR) == DONE
    assert marks(booking)[3] == fourth


def test_bk17_within_three_days_the_owners_hear_of_it_at_once(booking):
    at = booking.starts_at - 3 * DAY
    assert chef_alerts(at=at) == DONE
    assert marks(booking) == (True, 1, at, at)
    assert causes() == [("", True), ("_escalated", False)]


def test_bk17_a_chef_ends_it(station, booking):
    at = booking.starts_at - 5 * DAY
    chef_alerts(at=at)
    booking.refresh_from_db()
    assign_chef(booking=booking, chef=make_chef(station), expected_version=1, by=SystemActor("t"), at=at)
    assert marks(booking) == (False, 0, None, None)
    assert chef_alerts(at=at + DAY) == IDLE


def test_bk17_no_alert_of_what_is_not_ahead_and_no_mark_stays(station, booking):
    other = make_booking(station, lane=2, status="completed", is_urgent=True)
    unpaid = make_booking(station, lane=3, is_urgent=True)
    assert chef_alerts(at=booking.starts_at) == IDLE
    assert (marks(other)[0], marks(unpaid)[0]) == (False, False)


def test_t6_twelve_hours_after_the_end(station, booking):
    unpaid = make_booking(station, lane=2)
    due = booking.ends_at + 12 * HOUR
    assert close_past_bookings(at=due - timedelta(seconds=1)) == IDLE
    assert close_past_bookings(at=due) == DONE
    assert close_past_bookings(at=due) == IDLE
    assert set(Booking.objects.values_list("pk", "status")) == {
        (booking.pk, "completed"),
        (unpaid.pk, "deposit_pending"),
    }
    assert not SlotClaim.objects.filter(booking=booking).exists()
