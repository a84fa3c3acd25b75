from datetime import timedelta

import pytest

from bookings.enums import DepositStatus, PaymentType
from bookings.exceptions import Overpayment
from bookings.models import Deposit, Payment, SystemEvent
from bookings.selectors.payments import UNPLACED, get_balance_cents, get_paid_cents, has_payment_under_way
from bookings.services.payments import record_payment
from common.exceptions import ValidationFailed
from identity.models import StationAuditLog
from tests.bookings.parties import NOW, events_of, make_actor, make_booking, make_station

pytestmark = pytest.mark.django_db


@pytest.fixture
def station():
    return make_station()


@pytest.fixture
def manager(station):
    return make_actor(stations=[station])


def pay(booking, manager, amount_cents, **more):
    return record_payment(
        booking=booking, amount_cents=amount_cents, method="cash", reference="R-1", by=manager, at=NOW, **more
    )


def test_py6_records_the_money(station, manager):
    booking = make_booking(station, status="confirmed")
    payment = pay(booking, manager, 25_000, notes="Paid at the door")
    payment.refresh_from_db()
    assert (
        payment.booking,
        payment.amount_cents,
        payment.fee_cents,
        payment.currency,
        payment.status,
        payment.payment_type,
        payment.payment_method,
        payment.payment_reference,
        payment.received_at,
        payment.completed_at,
        payment.recorded_by_id,
        payment.notes,
    ) == (
        booking,
        25_000,
        0,
        "USD",
        "completed",
        PaymentType.PARTIAL_PAYMENT,
        "cash",
        "R-1",
        NOW,
        NOW,
        manager.id,
        "Paid at the door",
    )
    assert events_of(payment.pk) == [
        (
            "payment.recorded",
            {
                "booking_id": str(booking.pk),
                "amount_cents": 25_000,
                "currency": "USD",
                "method": "cash",
                "payment_type": "partial_payment",
            },
        )
    ]
    audit = StationAuditLog.objects.get()
    assert (audit.action, audit.resource_type, audit.permissions_used) == (
        "create",
        "payment",
        ["payment.record"],
    )
    assert get_balance_cents(booking) == 35_000


def test_t3_the_deposit_confirms_by_itself_once_it_is_complete(station, manager):
    booking = make_booking(station)
    pay(booking, manager, 4_000)
    booking.refresh_from_db()
    assert booking.status == "deposit_pending"
    second = pay(booking, manager, 6_000)
    booking.refresh_from_db()
    assert (booking.status, booking.version) == ("confirmed", 2)
    deposit = Deposit.objects.get()
    assert (deposit.status, deposit.payment, deposit.paid_at) == (DepositStatus.CONFIRMED, second, NOW)
    assert second.payment_type == PaymentType.DEPOSIT


def test_py6_full_payment_confirms_too(station, manager):
    booking = make_booking(station)
    assert pay(booking, manager, 60_000).payment_type == PaymentType.FULL_PAYMENT
    booking.refresh_from_db()
    assert booking.status == "confirmed"
    assert get_balance_cents(booking) == 0


def test_py6_overpayment_is_refused_unless_allowed(station, manager):
    booking = make_booking(station, status="confirmed")
    pay(booking, manager, 50_000)
    with pytest.raises(Overpayment) as refusal:
        pay(booking, manager, 10_001)
    assert refusal.value.extra == {"balance_cents": 10_000, "amount_cents": 10_001}
    pay(booking, manager, 10_001, allow_overpayment=True)
    assert get_balance_cents(booking) == -1


def test_py6_amount_and_method_are_checked(station, manager):
    booking = make_booking(station)
    with pytest.raises(ValidationFailed):
        pay(booking, manager, 0)
    assert not Payment.objects.exists()


def test_py1_paid_counts_received_money_less_refunds(station):
    booking = make_booking(station, status="confirmed")
    common = {"booking": booking, "payment_method": "cash", "completed_at": NOW}
    kept = Payment.objects.create(
        **common,
        payment_type="deposit",
        status="partially_refunded",
        amount_cents=10_000,
        refunded_amount_cents=3_000,
    )
    Payment.objects.create(
        **common,
        payment_type="partial_payment",
        status="refunded",
        amount_cents=500,
        refunded_amount_cents=500,
    )
    Payment.objects.create(**common, payment_type="partial_payment", status="completed", amount_cents=2_000)
    Payment.objects.create(**common, payment_type="partial_payment", status="failed", amount_cents=9_000)
    Payment.objects.create(
        **common,
        payment_type="refund",
        status="completed",
        amount_cents=3_000,
        refunded_payment=kept,
        refund_reason="Fewer guests",
    )
    assert get_paid_cents(booking.pk) == 9_000
    assert not has_payment_under_way(booking.pk)
    Payment.objects.create(
        booking=booking, payment_method="ach", payment_type="deposit", status="processing", amount_cents=1
    )
    assert has_payment_under_way(booking.pk)


def test_py6_the_trimmed_reference_is_stored(station, manager):
    record_payment(
        booking=make_booking(station), amount_cents=100, method="cash", reference=" R-7 ", by=manager, at=NOW
    )
    assert Payment.objects.get().payment_reference == "R-7"


@pytest.mark.parametrize(("before", "settled_at"), [("pending", None), ("waived", NOW)])
def test_py10_money_for_a_cancelled_booking_waits_for_a_decision(station, manager, before, settled_at):
    booking = make_booking(station, status="cancelled", cancelled_at=NOW, cancellation_reason_code="other")
    Deposit.objects.update(status=before, settled_at=settled_at)
    payment = pay(booking, manager, 10_000)
    booking.refresh_from_db()
    assert (booking.status, booking.version) == ("cancelled", 1)
    assert Deposit.objects.values_list("status", "payment", "reference", "paid_at", "settled_at").get() == (
        DepositStatus.PAID,
        payment.pk,
        "R-1",
        NOW,
        None,
    )
    assert SystemEvent.objects.values_list("service", "action", "entity_type", "entity_id").get() == (
        "alerts",
        "unplaced",
        "payment",
        payment.pk,
    )


def timed_out(station, **values):
    booking = make_booking(
        station,
        status="cancelled",
        cancelled_at=NOW,
        cancellation_reason_code="deposit_timeout",
        **values,
    )
    Deposit.objects.filter(booking=booking).update(status="waived", settled_at=NOW)
    return booking


def test_t11_a_late_deposit_takes_the_party_back(station, manager):
    booking = timed_out(station)
    pay(booking, manager, 4_000)
    booking.refresh_from_db()
    assert booking.status == "cancelled"
    pay(booking, manager, 6_000)
    booking.refresh_from_db()
    deposit = Deposit.objects.get()
    assert (booking.status, booking.cancelled_at, booking.slot_claim.lane) == ("confirmed", None, 1)
    assert (deposit.status, deposit.settled_at) == (DepositStatus.CONFIRMED, NOW)
    names = [name for name, _payload in events_of(booking.pk)]
    assert names == ["booking.reinstated", "booking.confirmed"]


def test_t11_py10_not_when_the_lane_is_taken(station, manager):
    booking = timed_out(station)
    make_booking(station)
    payment = pay(booking, manager, 10_000)
    booking.refresh_from_db()
    assert booking.status == "cancelled"
    assert Deposit.objects.get(booking=booking).status == DepositStatus.PAID
    assert [name for name, _payload in events_of(payment.pk)] == ["payment.recorded", "payment.unplaced"]
    assert list(Payment.objects.filter(UNPLACED)) == [payment]


def test_t11_py10_not_at_a_closed_station(station, manager):
    booking = timed_out(station)
    type(station).objects.update(status="inactive")
    pay(booking, manager, 10_000)
    booking.refresh_from_db()
    assert booking.status == "cancelled"
    assert Deposit.objects.get().status == DepositStatus.PAID


def test_py10_a_settled_deposit_of_a_cancelled_booking_stays(station, manager):
    booking = make_booking(station, status="cancelled", cancelled_at=NOW, cancellation_reason_code="other")
    Deposit.objects.update(status="forfeited", settled_at=NOW)
    pay(booking, manager, 10_000)
    assert Deposit.objects.get().status == DepositStatus.FORFEITED
    assert SystemEvent.objects.count() == 1
    assert not Payment.objects.filter(UNPLACED).exists()
    later = record_payment(
        booking=booking,
        amount_cents=500,
        method="cash",
        reference="R-2",
        by=manager,
        at=NOW + timedelta(days=1),
    )
    assert list(Payment.objects.filter(UNPLACED)) == [later]


def test_py10_money_for_a_live_booking_raises_no_alert(station, manager):
    pay(make_booking(station, status="confirmed"), manager, 10_000)
    assert not SystemEvent.objects.exists()


def test_p7_a_payment_that_confirms_names_its_own_code(station, manager):
    booking = make_booking(station)
    pay(booking, manager, 10_000)
    assert StationAuditLog.objects.get(resource_type="booking").permissions_used == ["payment.record"]
