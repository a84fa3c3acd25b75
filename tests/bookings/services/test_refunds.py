import pytest

from bookings.enums import BookingStatus, DepositStatus, PaymentStatus
from bookings.exceptions import RefundExceedsPaid
from bookings.models import Deposit, Payment, SystemEvent
from bookings.selectors.payments import get_paid_cents
from bookings.services.card_refunds import settle_card_refund
from bookings.services.payments import record_payment
from bookings.services.refunds import complete_refund, refund_payment
from common.actors import SystemActor
from common.exceptions import InvalidTransition, NotFound, ValidationFailed
from common.models import uuid7
from events.models import OutboxMessage
from identity.enums import StationRole, UserRole
from identity.models import StationAuditLog
from tests.bookings.parties import NOW, after_start, events_of, make_actor, make_booking, make_station

pytestmark = pytest.mark.django_db
STRIPE = SystemActor("stripe")
REASON = "Guests fell ill"


@pytest.fixture
def station():
    return make_station()


@pytest.fixture
def manager(station):
    return make_actor(UserRole.ADMIN, stations=[station], link=StationRole.ADMIN)


@pytest.fixture
def booking(station):
    return make_booking(station, status="confirmed")


def paid_by_card(booking, amount_cents=10_000, **values):
    return Payment.objects.create(
        **{
            "booking": booking,
            "payment_type": "deposit",
            "payment_method": "card",
            "status": "completed",
            "amount_cents": amount_cents,
            "fee_cents": 320,
            "stripe_payment_intent_id": f"pi_{uuid7().hex}",
            "completed_at": NOW,
            **values,
        }
    )


def state(payment):
    payment.refresh_from_db()
    return payment.status, payment.refunded_amount_cents


def refund(payment, manager, amount_cents=None, **more):
    return refund_payment(
        payment=payment, amount_cents=amount_cents, reason=REASON, by=manager, at=NOW, **more
    )


def test_py7_a_card_refund_goes_to_stripe_by_outbox(booking, manager):
    payment = paid_by_card(booking, 60_000)
    given = refund(payment, manager, 25_000)
    given.refresh_from_db()
    assert (
        given.payment_type,
        given.status,
        given.amount_cents,
        given.fee_cents,
        given.refunded_payment,
        given.booking,
        given.payment_method,
        given.refund_reason,
        given.recorded_by_id,
        given.stripe_payment_intent_id,
        given.completed_at,
    ) == ("refund", "pending", 25_000, 0, payment, booking, "card", REASON, manager.id, None, None)
    assert state(payment) == (PaymentStatus.PARTIALLY_REFUNDED, 25_000)
    assert get_paid_cents(booking.pk) == 35_000
    row = OutboxMessage.objects.get()
    assert (row.target, row.destination, row.max_attempts, row.payload) == (
        "stripe",
        "refund",
        3,
        {
            "refund_id": str(given.pk),
            "payment_id": str(payment.pk),
            "amount_cents": 25_000,
            "currency": "USD",
        },
    )
    assert events_of(payment.pk) == [
        (
            "payment.refunded",
            {
                "booking_id": str(booking.pk),
                "hold_id": None,
                "refund_id": str(given.pk),
                "amount_cents": 25_000,
                "refunded_amount_cents": 25_000,
                "currency": "USD",
                "status": "partially_refunded",
            },
        )
    ]
    audit = StationAuditLog.objects.filter(resource_type="payment").order_by("pk").last()
    assert (audit.resource_id, audit.permissions_used) == (str(payment.pk), ["payment.refund"])


def test_py7_the_default_is_the_remainder(booking, manager):
    payment = paid_by_card(booking, 60_000, refunded_amount_cents=20_000, status="partially_refunded")
    assert refund(payment, manager).amount_cents == 40_000
    assert state(payment) == (PaymentStatus.REFUNDED, 60_000)


def test_py7_never_more_than_the_remainder(booking, manager):
    payment = paid_by_card(booking)
    refund(payment, manager, 4_000)
    with pytest.raises(RefundExceedsPaid) as refusal:
        refund(payment, manager, 6_001)
    assert refusal.value.extra == {"remaining_cents": 6_000, "amount_cents": 6_001}
    assert state(payment) == (PaymentStatus.PARTIALLY_REFUNDED, 4_000)


@pytest.mark.parametrize("amount", [0, -1])
def test_py7_the_amount_is_positive(booking, manager, amount):
    with pytest.raises(ValidationFailed):
        refund(paid_by_card(booking), manager, amount)


def test_py7_a_reason_is_needed(booking, manager):
    payment = paid_by_card(booking)
    with pytest.raises(ValidationFailed):
        refund_payment(payment=payment, reason="why", by=manager, at=NOW)
    assert state(payment) == (PaymentStatus.COMPLETED, 0)


@pytest.mark.parametrize("status", ["pending", "processing", "failed", "refunded"])
def test_py7_only_money_that_came_in(booking, manager, status):
    payment = paid_by_card(booking, status=status)
    with pytest.raises(InvalidTransition) as refusal:
        refund(payment, manager)
    assert refusal.value.from_ == status


def test_py7_a_refund_is_not_refunded(booking, manager):
    given = refund(paid_by_card(booking), manager)
    Payment.objects.filter(pk=given.pk).update(status="completed", completed_at=NOW)
    with pytest.raises(InvalidTransition):
        refund(given, manager)
    with pytest.raises(NotFound):
        refund(Payment(pk=uuid7()), manager)


def test_py7_staff_complete_what_stripe_did_not_take(booking, manager):
    payment = record_payment(
        booking=booking, amount_cents=20_000, method="zelle", reference="Z-1", by=manager, at=NOW
    )
    given = refund(payment, manager, 5_000)
    assert not OutboxMessage.objects.exists()
    with pytest.raises(ValidationFailed):
        complete_refund(refund=given, reference=" ", by=manager, at=NOW)
    complete_refund(refund=given, reference=" Z-BACK ", by=manager, at=NOW)
    given.refresh_from_db()
    assert (given.status, given.payment_reference, given.completed_at) == ("completed", "Z-BACK", NOW)
    assert [name for name, _payload in events_of(given.pk)] == ["payment.recorded", "payment.completed"]
    assert get_paid_cents(booking.pk) == 15_000
    with pytest.raises(InvalidTransition):
        complete_refund(refund=given, reference="Z-BACK", by=manager, at=NOW)
    with pytest.raises(NotFound):
        complete_refund(refund=payment, reference="Z-BACK", by=manager, at=NOW)


def test_py7_staff_do_not_complete_what_stripe_executes(booking, manager):
    given = refund(paid_by_card(booking), manager)
    with pytest.raises(InvalidTransition):
        complete_refund(refund=given, reference="by hand", by=manager, at=NOW)


def settle(given, outcome, **more):
    return settle_card_refund(
        refund_id=given.pk,
        **{"stripe_refund_id": "re_1", "outcome": PaymentStatus(outcome), "by": STRIPE, "at": NOW, **more},
    )


def test_py7_stripe_completes_it_once(booking, manager):
    payment = paid_by_card(booking)
    given = refund(payment, manager)
    settle(given, "pending")
    given.refresh_from_db()
    assert (given.status, given.stripe_refund_id) == ("pending", "re_1")
    settle(given, "completed")
    settle(given, "failed", failure="too late")
    given.refresh_from_db()
    assert (given.status, given.completed_at, given.failure_reason) == ("completed", NOW, None)
    assert state(payment) == (PaymentStatus.REFUNDED, 10_000)
    assert [name for name, _payload in events_of(given.pk)] == ["payment.recorded", "payment.completed"]


def test_py7_a_failure_restores_the_payment_and_alerts(booking, manager):
    payment = paid_by_card(booking, 60_000)
    refund(payment, manager, 10_000)
    given = refund(payment, manager, 20_000)
    settle(given, "failed", stripe_refund_id="", failure="charge_already_refunded")
    given.refresh_from_db()
    assert (given.status, given.failure_reason, given.stripe_refund_id) == (
        "failed",
        "charge_already_refunded",
        None,
    )
    assert state(payment) == (PaymentStatus.PARTIALLY_REFUNDED, 10_000)
    alert = SystemEvent.objects.get(service="alerts", action="refund_failed")
    assert alert.entity_id == given.pk
    assert booking.reference in alert.event_data["message"]


def test_t8_a_refund_of_the_deposit_reopens_the_booking_and_its_failure_confirms_it_again(booking, manager):
    payment = paid_by_card(booking)
    Deposit.objects.update(payment=payment, payment_method="card")
    given = refund(payment, manager)
    booking.refresh_from_db()
    deposit = Deposit.objects.get()
    assert (booking.status, booking.version, booking.deposit_confirmed_at) == (
        BookingStatus.DEPOSIT_PENDING,
        2,
        None,
    )
    assert (booking.customer_deposit_deadline - NOW).total_seconds() == 2 * 3600
    assert (booking.internal_deadline - NOW).total_seconds() == 24 * 3600
    assert (deposit.status, deposit.payment, deposit.paid_at, deposit.settled_at) == (
        DepositStatus.PENDING,
        None,
        None,
        None,
    )
    assert events_of(booking.pk) == [
        (
            "booking.deposit_reversed",
            {
                "reference": booking.reference,
                "from": "confirmed",
                "to": "deposit_pending",
                "cause": "refunded",
                "paid_cents": 0,
                "deposit_cents": 10_000,
            },
        )
    ]
    assert SystemEvent.objects.filter(action="deposit_reversed", entity_id=booking.pk).count() == 1
    settle(given, "failed", failure="account_closed")
    booking.refresh_from_db()
    assert (booking.status, booking.version) == ("confirmed", 3)
    assert Deposit.objects.get().payment == payment


def test_t8_not_while_the_deposit_is_covered_or_waived_or_the_party_over(station, manager):
    covered = make_booking(station, status="confirmed")
    refund(paid_by_card(covered, 20_000), manager, 10_000)
    waived = make_booking(station, status="confirmed", slot=covered.slot.replace(hour=15))
    Deposit.objects.filter(booking=waived).update(status="waived")
    refund(paid_by_card(waived), manager)
    past = make_booking(station, status="confirmed", slot=covered.slot.replace(hour=18))
    refund_payment(payment=paid_by_card(past), reason=REASON, by=manager, at=after_start(past, hours=1))
    for booking in (covered, waived, past):
        booking.refresh_from_db()
        assert (booking.status, booking.version) == ("confirmed", 1)


def test_py10_refunding_the_money_of_a_cancelled_party_closes_its_deposit(station, manager):
    booking = make_booking(station, status="confirmed")
    payment = paid_by_card(booking)
    booking.slot_claim.delete()
    type(booking).objects.filter(pk=booking.pk).update(
        status="cancelled", cancelled_at=NOW, cancellation_reason_code="deposit_timeout"
    )
    Deposit.objects.update(status="paid", settled_at=None)
    refund(payment, manager, 4_000)
    assert Deposit.objects.get().status == DepositStatus.PAID
    refund(payment, manager)
    deposit = Deposit.objects.get()
    assert (deposit.status, deposit.settled_at, deposit.settled_by_id, deposit.settle_reason) == (
        "refunded",
        NOW,
        manager.id,
        REASON,
    )
