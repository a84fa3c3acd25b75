from datetime import timedelta

import pytest

from bookings.models import Booking, BookingReminder, Deposit, Payment
from bookings.selectors.explain import Explanation, NextAction, Reason, explain_booking
from tests.bookings.parties import NOW, after_start, make_booking, make_chef, make_station

pytestmark = pytest.mark.django_db


@pytest.fixture
def station():
    return make_station()


def codes(booking, at):
    found = explain_booking(booking=booking, at=at)
    return [blocker.code for blocker in found.blockers], found.next_action and (
        found.next_action.code,
        found.next_action.at,
    )


def test_bk20_waits_for_the_deposit(station):
    booking = make_booking(station)
    assert explain_booking(booking=booking, at=NOW) == Explanation(
        state="deposit_pending",
        why="The deposit was asked for and has not arrived.",
        blockers=[Reason("deposit_unpaid", "$100.00 of the $100.00 deposit is missing.")],
        next_action=NextAction(
            "deposit_reminder", "The customer is reminded of the deposit.", NOW + timedelta(minutes=90)
        ),
    )


def test_bk20_new(station):
    booking = make_booking(station, status="new")
    assert explain_booking(booking=booking, at=NOW).why == "The deposit has not been asked for yet."


def test_bk20_after_the_last_reminder_comes_the_cancellation(station):
    booking = make_booking(station)
    at = NOW + timedelta(hours=23)
    assert codes(booking, at) == (["deposit_unpaid"], ("auto_cancel", NOW + timedelta(hours=24)))


def test_bk20_a_hold_or_a_payment_under_way_stops_it(station):
    booking = make_booking(station)
    at = NOW + timedelta(hours=23)
    Payment.objects.create(
        booking=booking,
        payment_type="deposit",
        payment_method="ach",
        status="processing",
        amount_cents=10_000,
    )
    assert codes(booking, at) == (["deposit_unpaid", "payment_processing"], None)
    Booking.objects.update(hold_on_request=True, held_at=NOW, hold_reason="Waits for a cheque")
    booking.refresh_from_db()
    assert codes(booking, at) == (["deposit_unpaid", "on_hold", "payment_processing"], None)
    assert "cheque" not in str(explain_booking(booking=booking, at=at))


def test_bk20_without_deposit_nothing_is_missing(station):
    assert codes(make_booking(station, deposit_due_cents=0), NOW) == ([], None)


def test_bk20_an_open_cancellation_request_blocks(station):
    booking = make_booking(
        station,
        cancellation_requested_at=NOW,
        cancellation_reason="Changed our plans",
        cancellation_reason_code="customer_request",
    )
    assert codes(booking, NOW)[0] == ["deposit_unpaid", "cancellation_requested"]


def test_bk20_confirmed_waits_for_chef_and_start(station):
    booking = make_booking(station, status="confirmed", deposit_confirmed_at=NOW)
    start = booking.starts_at
    found = explain_booking(booking=booking, at=NOW)
    assert found.why == "The deposit has arrived; confirmed at 2026-05-01 19:00 UTC."
    assert codes(booking, NOW) == (["no_chef", "not_started"], ("chef_alert", start - timedelta(days=7)))
    BookingReminder.objects.create(
        booking=booking, reminder_type="email", scheduled_for=start - timedelta(days=8)
    )
    assert codes(booking, NOW)[1] == ("event_reminder", start - timedelta(days=8))
    booking.chef = make_chef(station)
    assert codes(booking, start - timedelta(days=2)) == (
        ["not_started"],
        ("complete", booking.ends_at + timedelta(hours=12)),
    )


def test_bk20_waived(station):
    booking = make_booking(station, status="confirmed", deposit_confirmed_at=NOW)
    Deposit.objects.update(status="waived", paid_at=None)
    assert explain_booking(booking=booking, at=NOW).why.startswith("The deposit was waived;")


def test_bk20_during_the_party(station):
    booking = make_booking(station, status="confirmed", chef=make_chef(station))
    close = ("complete", booking.ends_at + timedelta(hours=12))
    assert codes(booking, after_start(booking, minutes=5)) == (["no_show_too_early"], close)
    assert codes(booking, after_start(booking, minutes=30)) == ([], close)
    assert explain_booking(booking=booking, at=NOW).why.endswith("confirmed at an unknown time.")


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"status": "completed"}, "The party took place."),
        ({"status": "no_show"}, "Nobody came to the party; the deposit is forfeited."),
        (
            {"status": "cancelled", "cancelled_at": NOW, "cancellation_reason_code": "deposit_timeout"},
            "Cancelled at 2026-05-01 19:00 UTC, reason: deposit timeout.",
        ),
    ],
)
def test_bk20_closed(station, values, why):
    found = explain_booking(booking=make_booking(station, **values), at=NOW)
    assert found == Explanation(state=values["status"], why=why, blockers=[], next_action=None)


def test_bk20_a_hold_is_named_after_confirmation_too(station):
    booking = make_booking(
        station, status="confirmed", hold_on_request=True, held_at=NOW, hold_reason="Waits for a cheque"
    )
    blockers = explain_booking(booking=booking, at=NOW).blockers
    assert blockers[0] == Reason("on_hold", "On hold since 2026-05-01 19:00 UTC.")
