"""BK-6, BK-7, T4: what the clock does to an unpaid deposit."""

from datetime import timedelta

import pytest

from bookings.enums import DepositStatus
from bookings.models import Booking, BookingReminder, Deposit, Payment, SlotClaim, SystemEvent
from bookings.ports import coupons
from bookings.services.bookings import create_booking
from bookings.services.deposit_runs import auto_cancel_deposits, deposit_reminders
from bookings.services.life_cycle import hold_booking, release_booking
from bookings.services.payments import record_payment
from common.actors import GuestActor, SystemActor
from events.models import OutboxMessage
from events.registry import JobReport
from tests.bookings.parties import events_of
from tests.factories.bookings import NOW, make_request, make_selling_station

pytestmark = pytest.mark.django_db
SYSTEM = SystemActor("test")
DONE, IDLE = JobReport(done=1), JobReport()


@pytest.fixture
def station():
    return make_selling_station()


@pytest.fixture
def booking(station):
    return create_booking(request=make_request(station), by=GuestActor(), at=NOW)


def after(**delta):
    return NOW + timedelta(**delta)


def pay(booking, cents, at=NOW):
    record_payment(booking=booking, amount_cents=cents, method="zelle", reference="Z-1", by=SYSTEM, at=at)


def hold(booking, at=NOW):
    hold_booking(booking=booking, reason="Pays at the office", expected_version=None, by=SYSTEM, at=at)


def told(kind):
    rows = OutboxMessage.objects.filter(destination=kind).order_by("sequence", "id")
    return [row.target for row in rows]


def test_bk7_t4_past_the_internal_deadline(booking):
    assert auto_cancel_deposits(at=after(hours=24)) == IDLE
    at = after(hours=24, microseconds=1)
    assert auto_cancel_deposits(at=at) == DONE
    booking.refresh_from_db()
    assert (
        booking.status,
        booking.version,
        booking.cancelled_at,
        booking.cancelled_by_id,
        booking.cancellation_reason_code,
        booking.cancellation_reason,
        booking.cancellation_requested_at,
    ) == ("cancelled", 3, at, None, "deposit_timeout", "The deposit did not arrive in time.", None)
    deposit = Deposit.objects.get()
    assert (deposit.status, deposit.settled_at) == (DepositStatus.WAIVED, at)
    assert not SlotClaim.objects.exists()
    assert events_of(booking.pk)[-1] == (
        "booking.cancelled",
        {
            "reference": booking.reference,
            "from": "deposit_pending",
            "reason_code": "deposit_timeout",
            "refund_cents": 0,
            "deposit": "waived",
            "paid_cents": 0,
        },
    )
    assert told("booking_timed_out") == ["email"]
    assert auto_cancel_deposits(at=at) == IDLE


@pytest.mark.parametrize("ask_deposit", [True, False])
def test_bk7_a_new_booking_too(station, ask_deposit):
    create_booking(request=make_request(station, ask_deposit=ask_deposit), by=SYSTEM, at=NOW)
    assert auto_cancel_deposits(at=after(days=2)) == DONE


def test_bk7_not_while_held(booking):
    hold(booking)
    assert auto_cancel_deposits(at=after(days=2)) == IDLE
    release_booking(booking=booking, expected_version=None, by=SYSTEM, at=after(days=2))
    assert auto_cancel_deposits(at=after(days=3)) == IDLE
    assert auto_cancel_deposits(at=after(days=3, seconds=1)) == DONE


def test_bk7_not_while_money_is_on_its_way_nor_when_it_came(booking):
    payment = Payment.objects.create(
        booking=booking,
        payment_type="deposit",
        payment_method="card",
        status="processing",
        amount_cents=10_000,
    )
    assert auto_cancel_deposits(at=after(days=2)) == IDLE
    Payment.objects.filter(pk=payment.pk).update(status="failed")
    Booking.objects.filter(pk=booking.pk).update(deposit_due_cents=0)
    assert auto_cancel_deposits(at=after(days=2)) == IDLE


def test_bk7_py10_a_part_of_the_deposit_waits_for_staff(booking):
    pay(booking, 4_000)
    assert auto_cancel_deposits(at=after(days=2)) == DONE
    assert Deposit.objects.get().status == DepositStatus.PAID
    alert = SystemEvent.objects.get(action="unplaced")
    assert alert.entity_id == booking.pk
    assert events_of(booking.pk)[-1][1]["paid_cents"] == 4_000


class KeptCoupons:
    def __init__(self):
        self.returned = []

    def give_back(self, *, code, booking_id, by, at):
        self.returned.append(code)


def test_t4_a_coupon_is_given_back(booking, monkeypatch):
    Booking.objects.update(metadata={"quote": {"coupon_terms": {"code": "SUMMER"}}})
    kept = KeptCoupons()
    monkeypatch.setattr(coupons, "_filler", kept)
    assert auto_cancel_deposits(at=after(days=2)) == DONE
    assert kept.returned == ["SUMMER"]


def sent():
    return [
        (row.scheduled_for - NOW, row.status, row.reminder_type)
        for row in BookingReminder.objects.filter(purpose="deposit").order_by("scheduled_for")
    ]


def test_bk6_once_each(booking):
    assert deposit_reminders(at=after(minutes=89)) == IDLE
    for delay in (timedelta(minutes=90), timedelta(hours=2), timedelta(hours=12), timedelta(hours=23)):
        at = NOW + delay
        assert deposit_reminders(at=at - timedelta(microseconds=1)) == IDLE
        assert deposit_reminders(at=at) == DONE
        assert deposit_reminders(at=at) == IDLE
    assert [delay for delay, _status, _kind in sent()] == [
        timedelta(minutes=90),
        timedelta(hours=2),
        timedelta(hours=12),
        timedelta(hours=23),
    ]
    assert told("deposit_reminder") == ["email"] * 4
    assert [name for name, _payload in events_of(booking.pk)] == [
        "booking.created",
        "booking.deposit_requested",
        *["booking.reminded"] * 4,
    ]


def test_bk6_of_several_overdue_only_the_latest(booking):
    assert deposit_reminders(at=after(hours=13)) == DONE
    assert sent() == [(timedelta(hours=12), "sent", "email")]
    assert deposit_reminders(at=after(hours=14)) == IDLE


def test_bk6_by_sms_too_where_agreed(station):
    create_booking(request=make_request(station, sms_consent=True), by=GuestActor(), at=NOW)
    assert deposit_reminders(at=after(hours=2)) == DONE
    assert sorted(told("deposit_reminder")) == ["email", "sms"]


def test_bk6_not_when_held_paid_new_or_too_late(station, booking):
    at = after(hours=2)
    hold(booking)
    assert deposit_reminders(at=at) == IDLE
    release_booking(booking=booking, expected_version=None, by=SYSTEM, at=NOW)
    Booking.objects.filter(pk=booking.pk).update(internal_deadline=at)
    assert deposit_reminders(at=at) == IDLE
    Booking.objects.filter(pk=booking.pk).update(internal_deadline=after(hours=24), deposit_due_cents=0)
    assert deposit_reminders(at=at) == IDLE
    Booking.objects.filter(pk=booking.pk).update(status="new", deposit_due_cents=10_000)
    assert deposit_reminders(at=at) == IDLE
    pay(booking, 10_000)
    assert deposit_reminders(at=at) == IDLE
