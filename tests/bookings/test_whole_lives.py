"""Whole lives of parties on a simulated clock, over both changes of the clocks; the jobs are run by command.

Los Angeles: on 2026-03-08 the night loses an hour, on 2026-11-01 it gains one.
"""

import json
from datetime import UTC, date, datetime, time, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from bookings.models import Booking, BookingReminder, Deposit, Payment, SlotClaim
from bookings.selectors.slot_proof import prove_slots
from bookings.services.assignments import assign_chef
from bookings.services.bookings import create_booking
from bookings.services.cancellations import approve_cancellation, request_cancellation
from bookings.services.corrections import correct_booking
from bookings.services.life_cycle import complete_booking
from bookings.services.payments import record_payment
from bookings.services.removals import delete_booking, restore_booking
from bookings.services.reschedules import Reschedule, reschedule_booking
from common.actors import GuestActor, SystemActor
from events.models import OutboxMessage
from events.selectors import verify_chain
from tests.bookings.parties import events_of, make_actor, make_chef
from tests.factories.bookings import make_request, make_selling_station

pytestmark = pytest.mark.django_db
JOBS = (
    "auto_cancel_deposits",
    "deposit_reminders",
    "send_booking_reminders",
    "close_past_bookings",
    "chef_alerts",
    "cancellation_alerts",
    "dispatch_outbox",
)
REASON = "The birthday was moved"
SYSTEM = SystemActor("test")


def local(text, offset):
    """An instant by the clocks of the station: `2026-03-07 18:00` at -8 (winter) or -7 (summer)."""
    return (datetime.fromisoformat(text) - timedelta(hours=offset)).replace(tzinfo=UTC)


WINTER, SUMMER = -8, -7


class Clock:
    """Runs every job of the house at an instant; time goes forward only."""

    def __init__(self):
        self.now = datetime.min.replace(tzinfo=UTC)

    def at(self, now):
        assert now >= self.now
        self.now = now
        done = {}
        for job in JOBS:
            out = StringIO()
            call_command("run_job", "--job", job, "--at", now.isoformat(), "--json", stdout=out)
            report = json.loads(out.getvalue())
            assert report["failed"] == 0, report
            if report["done"] and job != "dispatch_outbox":
                done[job] = report["done"]
        return done


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def mails(settings, tmp_path):
    """Subjects of the mails that went out, in order."""
    settings.VAR_DIR = tmp_path

    def read():
        path = Path(tmp_path) / "outbox" / "mail.jsonl"
        rows = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
        return [row for row in rows if row["to"].endswith("people.example")]

    return read


@pytest.fixture
def station():
    return make_selling_station(settings={"alert_emails": ["boss@stations.example"]})


def book(station, at, **fields):
    return create_booking(request=make_request(station, **fields), by=GuestActor(), at=at)


def pay(booking, at, cents=10_000):
    record_payment(booking=booking, amount_cents=cents, method="zelle", reference="Z-1", by=SYSTEM, at=at)


def event_types(booking):
    return [name for name, _payload in events_of(booking.pk)]


def assert_clean():
    assert prove_slots().findings == ()
    assert list(verify_chain()) == []
    assert not OutboxMessage.objects.exclude(target="sms").exclude(status="completed").exists()


def test_a_party_on_the_day_when_the_night_loses_an_hour(station, clock, mails):
    """T1, T2, BK-6, T3, BK-17, BK-15, BK-18, T6: from the click to the closed party."""
    booked_at = local("2026-02-20 10:00", WINTER)
    booking = book(station, booked_at, date=date(2026, 3, 8), slot=time(18))
    assert booking.starts_at == local("2026-03-08 18:00", SUMMER)
    assert clock.at(booked_at) == {}
    assert clock.at(booked_at + timedelta(hours=1, minutes=30)) == {"deposit_reminders": 1}
    assert clock.at(booked_at + timedelta(hours=2)) == {"deposit_reminders": 1}
    pay(booking, booked_at + timedelta(hours=3))
    assert clock.at(booked_at + timedelta(hours=12)) == {}
    # A week of elapsed hours before: 17:00 by the clocks of winter.
    week = local("2026-03-01 17:00", WINTER)
    assert clock.at(week - timedelta(seconds=1)) == {}
    assert clock.at(week) == {"send_booking_reminders": 1, "chef_alerts": 1}
    assert clock.at(week + timedelta(hours=4)) == {"chef_alerts": 1}
    booking.refresh_from_db()
    assert (booking.is_urgent, booking.urgency_alert_count) == (True, 2)
    chef = make_chef(station)
    assign_chef(booking=booking, chef=chef, expected_version=booking.version, by=SYSTEM, at=clock.now)
    assert clock.at(local("2026-03-05 17:00", WINTER)) == {"send_booking_reminders": 1}
    assert clock.at(local("2026-03-07 17:00", WINTER)) == {"send_booking_reminders": 1}
    pay(booking, local("2026-03-08 17:55", SUMMER), cents=booking.total_due_cents - 10_000)
    over = booking.ends_at + timedelta(hours=12)
    assert clock.at(over - timedelta(seconds=1)) == {}
    assert clock.at(over) == {"close_past_bookings": 1}
    booking.refresh_from_db()
    assert (booking.status, booking.deposit.status) == ("completed", "confirmed")
    assert [row["subject"].replace(booking.reference, "REF") for row in mails()] == [
        "Your hibachi party REF: deposit of $100.00 to confirm",
        "A reminder: the deposit for your party REF",
        "A reminder: the deposit for your party REF",
        "Your hibachi party REF is confirmed",
        "One week to go: your hibachi party REF",
        "Three days to go: your party REF",
        "Tomorrow: your hibachi party REF",
    ]
    assert "Sunday, March 8, 2026 at 6:00 PM PDT" in mails()[0]["body"]
    assert event_types(booking) == [
        "booking.created",
        "booking.deposit_requested",
        "booking.reminded",
        "booking.reminded",
        "booking.confirmed",
        "booking.reminded",
        "booking.chef_assigned",
        "booking.reminded",
        "booking.reminded",
        "booking.completed",
    ]
    correct_booking(booking=booking, reason=REASON, expected_version=None, by=SYSTEM, at=over)
    assert Deposit.objects.get().status == "forfeited"
    assert_clean()


def test_the_refund_cutoff_of_that_party_is_an_hour_of_winter(station, clock, mails):
    """BK-11: the cut-off of 2026-03-08 18:00 is 2026-03-05T02:00Z; equal is in time, later is late."""
    station.slot_capacity = 2
    station.save()
    manager, other = (make_actor(stations=[station]) for _number in range(2))
    at = local("2026-02-20 10:00", WINTER)
    cutoff = datetime(2026, 3, 5, 2, tzinfo=UTC)
    ends = []
    for asked_at in (cutoff, cutoff + timedelta(seconds=1)):
        booking = book(station, at, date=date(2026, 3, 8), slot=time(18))
        pay(booking, at, cents=25_000)
        request_cancellation(
            booking=booking,
            reason=REASON,
            reason_code="customer_request",
            expected_version=None,
            by=manager,
            at=asked_at,
        )
        ends.append(booking)
    day = timedelta(hours=24)
    found = [
        clock.at(cutoff + day + timedelta(seconds=late)).get("cancellation_alerts") for late in (0, 1, 2)
    ]
    assert found == [None, 1, 1]
    for booking in ends:
        approve_cancellation(
            booking=booking, expected_version=None, by=other, at=cutoff + timedelta(hours=25)
        )
    clock.at(cutoff + timedelta(hours=25))
    refunds = Payment.objects.filter(payment_type="refund").order_by("pk")
    assert list(refunds.values_list("booking_id", "amount_cents")) == [
        (ends[0].pk, 25_000),
        (ends[1].pk, 15_000),
    ]
    assert [Deposit.objects.get(booking=booking).status for booking in ends] == ["refunded", "forfeited"]
    told = [row["body"] for row in mails() if "is cancelled" in row["subject"]]
    assert ["$250.00" in told[0], "$150.00" in told[1], "deposit is kept" in told[1]] == [True] * 3
    assert not SlotClaim.objects.exists()
    assert_clean()


def test_an_unpaid_booking_over_the_night_that_loses_an_hour(station, clock, mails):
    """BK-5, BK-7, T4, T11: a day of elapsed hours, whatever the clocks say; late money takes it back."""
    booked_at = local("2026-03-07 20:00", WINTER)
    booking = book(station, booked_at, date=date(2026, 3, 20), slot=time(12))
    for delay in (timedelta(hours=1.5), timedelta(hours=2), timedelta(hours=12), timedelta(hours=23)):
        assert clock.at(booked_at + delay) == {"deposit_reminders": 1}
    deadline = local("2026-03-08 21:00", SUMMER)
    assert (booking.internal_deadline, clock.at(deadline)) == (deadline, {})
    assert clock.at(deadline + timedelta(seconds=1)) == {"auto_cancel_deposits": 1}
    booking.refresh_from_db()
    assert (booking.status, SlotClaim.objects.count()) == ("cancelled", 0)
    assert mails()[-1]["subject"] == f"We had to release your date for {booking.reference}"
    pay(booking, deadline + timedelta(hours=1))
    clock.at(deadline + timedelta(hours=1))
    booking.refresh_from_db()
    assert (booking.status, SlotClaim.objects.count()) == ("confirmed", 1)
    assert event_types(booking)[-3:] == ["booking.cancelled", "booking.reinstated", "booking.confirmed"]
    assert [row["subject"] for row in mails()][-2:] == [
        f"Your party {booking.reference} takes place after all",
        f"Your hibachi party {booking.reference} is confirmed",
    ]
    assert_clean()


def test_a_party_that_moves_into_the_night_that_gains_an_hour(station, clock, mails):
    """BK-13, BK-14, BK-18, T7, BK-19: moved over the change; the deposit is locked, nobody comes."""
    booked_at = local("2026-10-01 10:00", SUMMER)
    booking = book(station, booked_at, date=date(2026, 10, 30), slot=time(18))
    pay(booking, booked_at)
    late = local("2026-10-26 18:01", SUMMER)
    moved = reschedule_booking(
        booking=booking,
        move=Reschedule(date=date(2026, 11, 1), slot=time(18)),
        expected_version=None,
        by=SYSTEM,
        at=late,
    )
    assert moved.starts_at == local("2026-11-01 18:00", WINTER)
    assert moved.starts_at - booking.starts_at == timedelta(hours=49)
    assert (moved.metadata["deposit_locked"], moved.total_due_cents) == (True, booking.total_due_cents)
    planned = BookingReminder.objects.filter(status="pending").order_by("scheduled_for")
    # Elapsed hours again: three days before stands at 19:00 by the clocks of summer.
    assert list(planned.values_list("scheduled_for", flat=True)) == [
        local("2026-10-29 19:00", SUMMER),
        local("2026-10-31 19:00", SUMMER),
    ]
    clock.at(late)
    assert clock.at(local("2026-10-29 19:00", SUMMER))["send_booking_reminders"] == 1
    assert clock.at(local("2026-10-31 19:00", SUMMER))["send_booking_reminders"] == 1
    complete_booking(booking=moved, expected_version=None, by=SYSTEM, at=moved.ends_at + timedelta(hours=12))
    gone = delete_booking(
        booking=moved, reason=REASON, expected_version=None, by=SYSTEM, at=moved.ends_at + timedelta(days=1)
    )
    assert not Booking.objects.live().exists()
    restore_booking(booking=gone, expected_version=None, by=SYSTEM, at=moved.ends_at + timedelta(days=31))
    clock.at(moved.ends_at + timedelta(days=31))
    assert [row["subject"].replace(booking.reference, "REF") for row in mails()] == [
        "Your hibachi party REF: deposit of $100.00 to confirm",
        "Your hibachi party REF is confirmed",
        "Your party REF has a new date: Sunday, November 1, 2026 at 6:00 PM PST",
        "Three days to go: your party REF",
        "Tomorrow: your hibachi party REF",
    ]
    assert_clean()
