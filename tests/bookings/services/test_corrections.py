"""T9, T10, T11: set right afterwards."""

from datetime import time, timedelta

import pytest

from bookings.enums import DepositStatus
from bookings.exceptions import SlotTaken
from bookings.models import Booking, BookingReminder, Deposit, Payment, SlotClaim
from bookings.ports import coupons
from bookings.services.bookings import create_booking
from bookings.services.cancellations import approve_cancellation, request_cancellation
from bookings.services.corrections import correct_booking, reinstate_booking, reinstate_by_payment
from bookings.services.deposit_runs import auto_cancel_deposits
from bookings.services.payments import record_payment
from bookings.services.slots import lock_slots, slot_of
from common.actors import GuestActor, SystemActor
from common.exceptions import InvalidTransition, NotFound, ValidationFailed, VersionConflict
from events.models import OutboxMessage
from identity.models import StationAuditLog
from tests.bookings.parties import after_start, events_of, make_booking
from tests.factories.bookings import NOW, make_request, make_selling_station

pytestmark = pytest.mark.django_db
SYSTEM = SystemActor("test")
REASON = "The chef rang: nobody there"


@pytest.fixture
def station():
    return make_selling_station()


def book(station, **fields):
    return create_booking(request=make_request(station, **fields), by=GuestActor(), at=NOW)


def pay(booking, cents=10_000, at=NOW):
    return record_payment(
        booking=booking, amount_cents=cents, method="zelle", reference="Z-1", by=SYSTEM, at=at
    )


def cancel(booking, at=NOW):
    request_cancellation(
        booking=booking,
        reason="The birthday was moved",
        reason_code="customer_request",
        expected_version=None,
        by=SYSTEM,
        at=at,
    )
    return approve_cancellation(booking=booking, expected_version=None, by=SYSTEM, at=at, note="By phone")


def correct(booking, at, version=None):
    return correct_booking(booking=booking, reason=REASON, expected_version=version, by=SYSTEM, at=at)


def reinstate(booking, at=NOW, version=None):
    return reinstate_booking(booking=booking, reason=REASON, expected_version=version, by=SYSTEM, at=at)


def test_t9_within_a_week_the_deposit_is_forfeited(station):
    booking = make_booking(station, status="completed")
    latest = booking.ends_at + timedelta(days=7)
    with pytest.raises(InvalidTransition, match="could be corrected until"):
        correct(booking, latest + timedelta(seconds=1))
    with pytest.raises(VersionConflict):
        correct(booking, latest, version=7)
    assert (correct(booking, latest, version=1).status, Deposit.objects.get().status) == (
        "no_show",
        "forfeited",
    )
    assert events_of(booking.pk) == [
        (
            "booking.corrected",
            {"reference": booking.reference, "from": "completed", "to": "no_show", "deposit": "forfeited"},
        )
    ]
    row = StationAuditLog.objects.get()
    assert (row.action, row.reason) == ("update", REASON)


def test_t9_a_waived_deposit_stays_waived(station):
    booking = make_booking(station, status="completed")
    Deposit.objects.update(status="waived", paid_at=None, settle_reason="Regular of ten years")
    correct(booking, after_start(booking, days=1))
    assert Deposit.objects.get().settle_reason == "Regular of ten years"


@pytest.mark.parametrize("status", ["new", "deposit_pending", "confirmed", "no_show"])
def test_t9_only_what_is_completed(station, status):
    booking = make_booking(station, status=status)
    with pytest.raises(InvalidTransition):
        correct(booking, after_start(booking, days=1))
    with pytest.raises(ValidationFailed):
        correct_booking(booking=booking, reason="short", expected_version=None, by=SYSTEM, at=NOW)


def test_t10_back_as_new_with_new_deadlines_and_claim(station):
    booking = cancel(book(station))
    assert not SlotClaim.objects.exists()
    at = NOW + timedelta(days=2)
    back = reinstate(booking, at=at, version=4)
    back.refresh_from_db()
    assert (
        back.status,
        back.version,
        back.lane,
        back.customer_deposit_deadline,
        back.internal_deadline,
        back.cancelled_at,
        back.cancellation_note,
        back.cancellation_requested_at,
        back.cancellation_reason,
        back.cancellation_reason_code,
        back.cancellation_status,
    ) == ("new", 5, 1, at + timedelta(hours=2), at + timedelta(hours=24), None, None, None, None, None, None)
    deposit = Deposit.objects.get()
    assert (deposit.status, deposit.settled_at, deposit.settle_reason) == (DepositStatus.PENDING, None, None)
    assert SlotClaim.objects.get().booking_id == booking.pk
    assert events_of(booking.pk)[-1] == (
        "booking.reinstated",
        {"reference": booking.reference, "from": "cancelled", "to": "new", "lane": 1},
    )
    assert OutboxMessage.objects.filter(destination="booking_reinstated").count() == 1
    assert pay(booking).booking_id == booking.pk
    booking.refresh_from_db()
    assert booking.status == "confirmed"


def test_t10_a_deposit_that_was_kept_confirms_at_once(station):
    booking = book(station)
    pay(booking)
    cancel(booking, at=booking.starts_at - timedelta(days=3))
    assert Deposit.objects.get().status == DepositStatus.FORFEITED
    back = reinstate(booking, at=booking.starts_at - timedelta(days=2))
    assert back.status == "confirmed"
    assert [name for name, _payload in events_of(booking.pk)][-2:] == [
        "booking.reinstated",
        "booking.confirmed",
    ]
    deposit = Deposit.objects.get()
    assert (deposit.status, deposit.payment_id) == ("confirmed", Payment.objects.get().pk)
    assert BookingReminder.objects.filter(status="pending").count() == 1


def test_t10_a_refunded_deposit_has_to_come_again(station):
    booking = book(station)
    pay(booking)
    cancel(booking)
    back = reinstate(booking)
    assert (back.status, Deposit.objects.get().payment_id) == ("new", None)


def test_t10_guards(station):
    booking = cancel(book(station))
    with pytest.raises(InvalidTransition, match="lies in the past"):
        reinstate(booking, at=booking.starts_at)
    with pytest.raises(ValidationFailed):
        reinstate_booking(booking=booking, reason="", expected_version=None, by=SYSTEM, at=NOW)
    rival = book(station)
    with pytest.raises(SlotTaken) as refusal:
        reinstate(booking)
    assert len(refusal.value.extra["alternatives"]) == 6
    assert (refusal.value.extra["alternatives"][0]["slot"], refusal.value.extra["lead_captured"]) == (
        "15:00",
        False,
    )
    with pytest.raises(InvalidTransition):
        reinstate(rival)
    Booking.objects.filter(pk=booking.pk).update(deleted_at=NOW, delete_reason=REASON)
    with pytest.raises(NotFound):
        reinstate(booking)


class OneUse:
    def __init__(self):
        self.redeemed = []

    def redeem(self, *, code, booking_id, by, at):
        self.redeemed.append(code)

    def give_back(self, *, code, booking_id, by, at):
        self.redeemed.remove(code)


def test_t10_the_coupon_is_redeemed_again(station, monkeypatch):
    booking = book(station)
    Booking.objects.update(metadata={"quote": {"coupon_terms": {"code": "SUMMER"}}})
    uses = OneUse()
    uses.redeemed = ["SUMMER"]
    monkeypatch.setattr(coupons, "_filler", uses)
    cancel(booking)
    assert uses.redeemed == []
    reinstate(booking)
    assert uses.redeemed == ["SUMMER"]


def timed_out(station, **fields):
    booking = book(station, **fields)
    auto_cancel_deposits(at=NOW + timedelta(days=2))
    booking.refresh_from_db()
    assert booking.status == "cancelled"
    return booking


def late_payment(booking, cents=10_000):
    return Payment.objects.create(
        booking=booking,
        payment_type="deposit",
        payment_method="zelle",
        status="completed",
        completed_at=NOW,
        amount_cents=cents,
    )


def by_payment(booking, payment, at=NOW + timedelta(days=3)):
    lock_slots(slot_of(booking))
    locked = Booking.objects.select_for_update(no_key=True, of=("self",)).get(pk=booking.pk)
    return reinstate_by_payment(booking=locked, payment=payment, by=SYSTEM, at=at)


def test_t11_a_late_deposit_takes_the_party_back(station):
    booking = timed_out(station)
    payment = late_payment(booking)
    assert by_payment(booking, payment) is True
    booking.refresh_from_db()
    deposit = Deposit.objects.get()
    assert (booking.status, deposit.status, deposit.payment_id) == ("confirmed", "confirmed", payment.pk)
    assert [name for name, _payload in events_of(booking.pk)][-2:] == [
        "booking.reinstated",
        "booking.confirmed",
    ]
    assert BookingReminder.objects.filter(purpose="event", status="pending").count() == 3


def test_t11_py10_not_when_the_lane_is_taken_short_past_or_cancelled_otherwise(station):
    booking = timed_out(station)
    payment = late_payment(booking, cents=9_000)
    assert by_payment(booking, payment) is False
    full = late_payment(booking, cents=1_000)
    assert by_payment(booking, full, at=booking.starts_at) is False
    book(station)
    assert by_payment(booking, full) is False
    by_people = cancel(book(station, slot=time(15)))
    assert by_payment(by_people, late_payment(by_people)) is False
    booking.refresh_from_db()
    assert (booking.status, Booking.objects.filter(status="confirmed").count()) == ("cancelled", 0)
