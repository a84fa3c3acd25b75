from datetime import timedelta

import pytest

from bookings.models import SystemEvent
from bookings.services.cancellation_runs import cancellation_alerts
from bookings.services.cancellations import approve_cancellation, reject_cancellation, request_cancellation
from common.actors import SystemActor
from events.registry import JobReport
from tests.bookings.parties import NOW, make_booking, make_station

pytestmark = pytest.mark.django_db
SYSTEM = SystemActor("test")
REASON = "The birthday was moved"


def ask(booking, at):
    request_cancellation(
        booking=booking, reason=REASON, reason_code="other", expected_version=None, by=SYSTEM, at=at
    )


def test_bk10_a_request_open_for_a_day_alerts_once():
    booking = make_booking(make_station(), status="confirmed")
    ask(booking, NOW)
    day = timedelta(hours=24)
    assert cancellation_alerts(at=NOW + day) == JobReport()
    assert cancellation_alerts(at=NOW + day + timedelta(seconds=1)) == JobReport(done=1)
    assert cancellation_alerts(at=NOW + 2 * day) == JobReport()
    alert = SystemEvent.objects.get()
    assert (alert.action, alert.entity_id) == ("cancellation_waits", booking.pk)
    reject_cancellation(booking=booking, reason=REASON, expected_version=None, by=SYSTEM, at=NOW + 3 * day)
    assert cancellation_alerts(at=NOW + 4 * day) == JobReport()
    ask(booking, NOW + 5 * day)
    assert cancellation_alerts(at=NOW + 7 * day) == JobReport(done=1)


def test_bk10_a_decided_request_alerts_nobody():
    booking = make_booking(make_station(), status="confirmed")
    ask(booking, NOW)
    approve_cancellation(booking=booking, expected_version=None, by=SYSTEM, at=NOW)
    assert cancellation_alerts(at=NOW + timedelta(days=3)) == JobReport()
