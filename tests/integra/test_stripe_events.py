"""PY-3, PY-4: what Stripe told, processed from the inbox: once, in any order."""

import json
from datetime import timedelta

import pytest

from bookings.enums import BookingStatus, HoldStatus
from bookings.models import Booking, Deposit, Payment, ReservationHold, SystemEvent
from bookings.selectors.payments import UNPLACED, get_balance_cents, get_paid_cents
from bookings.services.card_courier import send_to_provider
from bookings.services.checkout import prepare_booking_checkout, prepare_hold_checkout
from bookings.services.holds import cancel_hold, convert_hold, create_hold, expire_holds, sign_hold
from bookings.services.refunds import refund_payment
from common.actors import GuestActor
from events.models import InboxMessage, OutboxMessage
from events.services.inbox import process_inbox, receive_message, replay_message
from identity.enums import StationRole, UserRole
from integra.models import PaymentEvent
from tests.bookings.parties import NOW, events_of, make_actor, make_booking, make_station
from tests.factories.bookings import make_request, make_selling_station, signature_of
from tests.integra.stripe_events import charge, dispute, event, intent, metadata_of, session

pytestmark = pytest.mark.django_db
GUEST = GuestActor()
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def station():
    return make_station()


@pytest.fixture
def booking(station):
    return make_booking(station)


@pytest.fixture
def payment(booking):
    return prepare_booking_checkout(booking=booking, by=GUEST, at=NOW)


def tell(*events, at=LATER):
    """Receive and process; the rows of the inbox in the order given."""
    for told in events:
        receive_message(
            source="stripe",
            message_id=told["id"],
            message_type=told["type"],
            payload=json.dumps(told),
            at=at,
        )
    process_inbox(at=at)
    rows = {row.message_id: row for row in InboxMessage.objects.filter(source="stripe")}
    return [(rows[told["id"]].status, rows[told["id"]].error) for told in events]


def succeeded(payment, **values):
    return event("payment_intent.succeeded", intent(payment, **values))


def test_py4_t3_a_paid_deposit_confirms(booking, payment):
    assert tell(succeeded(payment)) == [("processed", None)]
    booking.refresh_from_db()
    payment.refresh_from_db()
    deposit = Deposit.objects.get()
    assert (booking.status, booking.version) == (BookingStatus.CONFIRMED, 2)
    assert (
        payment.status,
        payment.stripe_payment_intent_id,
        payment.stripe_charge_id,
        payment.received_at,
        payment.completed_at,
        payment.checkout_url,
    ) == ("completed", "pi_1", "ch_1", NOW, LATER, None)
    assert (deposit.status, deposit.payment, deposit.payment_method) == ("confirmed", payment, "card")
    assert get_paid_cents(booking.pk) == 10_000
    assert [name for name, _payload in events_of(payment.pk)] == ["payment.recorded", "payment.completed"]


def test_py4_session_and_intent_count_once(booking, payment):
    told = event("checkout.session.completed", session(payment))
    assert tell(told, succeeded(payment)) == [("processed", None), ("processed", None)]
    assert get_paid_cents(booking.pk) == 10_000
    assert Payment.objects.count() == 1


def test_py4_repeats_and_replays_change_nothing(booking, payment):
    told = succeeded(payment)
    tell(told)
    row = InboxMessage.objects.get()
    assert tell({**told, "id": "evt_again"}) == [("processed", None)]
    owner = make_actor(UserRole.SUPER_ADMIN)
    replay_message(message=row, by=owner, at=LATER, force=True)
    process_inbox(at=LATER)
    assert get_paid_cents(booking.pk) == 10_000
    assert len(events_of(payment.pk)) == 2
    booking.refresh_from_db()
    assert booking.version == 2


def failed(payment, **values):
    problem = {"code": "card_declined", "decline_code": "insufficient_funds"}
    return event("payment_intent.payment_failed", intent(payment, last_payment_error=problem, **values))


def test_py4_a_declined_card_fails_and_mails(booking, payment):
    assert tell(failed(payment)) == [("processed", None)]
    payment.refresh_from_db()
    assert (payment.status, payment.failure_reason) == ("failed", "insufficient_funds")
    row = OutboxMessage.objects.get(destination="payment_failed")
    assert (row.target, row.private_payload["to"], row.payload["charged_cents"]) == (
        "email",
        booking.customer.email,
        10_320,
    )
    assert booking.customer.email not in str(row.payload)


def test_py4_order_does_not_matter(booking, payment):
    told = succeeded(payment)
    assert tell(told, failed(payment)) == [("processed", None), ("ignored", None)]
    payment.refresh_from_db()
    assert (payment.status, payment.failure_reason) == ("completed", None)


def test_py4_a_second_try_on_the_same_page_succeeds(booking, payment):
    tell(failed(payment))
    tell(succeeded(payment))
    payment.refresh_from_db()
    booking.refresh_from_db()
    assert (payment.status, payment.failure_reason, booking.status) == ("completed", None, "confirmed")


def test_a_payment_that_takes_days_is_processing(booking, payment):
    told = event("checkout.session.completed", session(payment, status="unpaid"))
    assert tell(told) == [("processed", None)]
    payment.refresh_from_db()
    assert (payment.status, payment.stripe_payment_intent_id) == ("processing", "pi_1")
    assert tell({**told, "id": "evt_more"}) == [("ignored", None)]
    tell(failed(payment))
    payment.refresh_from_db()
    assert payment.status == "failed"
    bare = event("checkout.session.completed", session(payment, payment_intent=None))
    assert tell(bare) == [("ignored", None)]


def test_py3_a_wrong_amount_is_parked_and_its_money_waits_in_the_queue(booking, payment):
    """PY-3, PY-10."""
    told = succeeded(payment, amount=5_000)
    assert tell(told) == [("failed", "amount_mismatch")]
    payment.refresh_from_db()
    kept = PaymentEvent.objects.get()
    assert (payment.status, payment.failure_reason) == ("failed", "amount_mismatch")
    assert (kept.provider, kept.provider_id, kept.amount_cents, kept.status, kept.memo, kept.station) == (
        "stripe",
        "pi_1",
        5_000,
        "unmatched",
        booking.reference,
        booking.station,
    )
    assert set(SystemEvent.objects.values_list("action", flat=True)) == {"unplaced", "message_parked"}
    replay_message(message=InboxMessage.objects.get(), by=make_actor(UserRole.SUPER_ADMIN), at=LATER)
    process_inbox(at=LATER)
    assert PaymentEvent.objects.count() == 1
    assert InboxMessage.objects.get().error == "amount_mismatch"


@pytest.mark.parametrize("wrong", [{"credited_cents": "9999"}, {"fee_cents": "0"}])
def test_py3_amount_is_credited_plus_fee_of_the_metadata(payment, wrong):
    told = succeeded(payment, metadata=metadata_of(payment, **wrong))
    assert tell(told) == [("failed", "amount_mismatch")]


def test_unreadable_metadata_counts_as_none(payment):
    told = succeeded(payment, metadata=metadata_of(payment, credited_cents="x"))
    assert tell(told) == [("processed", None)]


def test_py3_the_currency_counts(payment):
    assert tell(succeeded(payment, currency="eur")) == [("failed", "amount_mismatch")]


def test_py10_unknown_money_waits_in_the_queue():
    ghost = Payment(amount_cents=700, fee_cents=0, payment_type="deposit")
    assert tell(succeeded(ghost, metadata={"booking_id": "no key"})) == [("processed", None)]
    kept = PaymentEvent.objects.get()
    assert (kept.amount_cents, kept.status, kept.station, kept.memo) == (700, "unmatched", None, None)
    assert events_of(kept.pk) == [
        ("payment.unplaced", {"amount_cents": 700, "currency": "USD", "reason": "unknown_booking"})
    ]
    assert tell(event("charge.refunded", charge(ghost, 300, metadata={}))) == [("ignored", None)]
    assert tell(event("charge.refunded", charge(ghost, 700, metadata={}))) == [("processed", None)]
    kept.refresh_from_db()
    assert (kept.status, kept.ignore_note) == ("ignored", "Refunded at the card provider")
    assert tell(event("charge.dispute.created", dispute(ghost))) == [("ignored", None)]


def test_a_charge_that_names_its_booking_only(booking):
    told = intent(Payment(booking=booking, amount_cents=10_000, fee_cents=320, payment_type="refund"))
    del told["metadata"]["payment_id"]
    assert tell(event("payment_intent.succeeded", told)) == [("processed", None)]
    payment = Payment.objects.get()
    assert (payment.payment_type, payment.amount_cents, payment.fee_cents, payment.status) == (
        "partial_payment",
        10_000,
        320,
        "completed",
    )
    booking.refresh_from_db()
    assert booking.status == "confirmed"


def test_a_page_paid_twice_keeps_both(booking, payment):
    tell(succeeded(payment), succeeded(payment, intent_id="pi_2"))
    assert get_paid_cents(booking.pk) == 20_000
    assert get_balance_cents(booking) == 40_000
    assert set(Payment.objects.values_list("stripe_payment_intent_id", flat=True)) == {"pi_1", "pi_2"}


def test_a_payment_on_a_closed_link_counts_and_closes_the_other(booking, payment):
    Booking.objects.update(deposit_due_cents=9_000)
    other = prepare_booking_checkout(booking=booking, by=GUEST, at=NOW)
    tell(succeeded(payment))
    payment.refresh_from_db()
    other.refresh_from_db()
    assert (payment.status, other.status, other.failure_reason) == ("completed", "failed", "paid_otherwise")
    booking.refresh_from_db()
    assert booking.status == "confirmed"


def cancelled(booking, reason):
    booking.slot_claim.delete()
    Booking.objects.filter(pk=booking.pk).update(
        status="cancelled", cancelled_at=NOW, cancellation_reason_code=reason
    )
    Deposit.objects.filter(booking=booking).update(status="waived", settled_at=NOW)


def test_t11_a_late_deposit_takes_the_party_back(booking, payment):
    cancelled(booking, "deposit_timeout")
    tell(succeeded(payment))
    booking.refresh_from_db()
    assert (booking.status, booking.slot_claim.lane, Deposit.objects.get().status) == (
        "confirmed",
        1,
        "confirmed",
    )


def test_py10_a_late_deposit_without_a_lane_waits(station, booking, payment):
    cancelled(booking, "deposit_timeout")
    make_booking(station)
    tell(succeeded(payment))
    booking.refresh_from_db()
    assert (booking.status, Deposit.objects.get(booking=booking).status) == ("cancelled", "paid")
    assert list(Payment.objects.filter(UNPLACED)) == [payment]
    assert SystemEvent.objects.filter(action="unplaced").count() == 1


@pytest.fixture
def hold():
    made, _token = create_hold(request=make_request(make_selling_station()), by=GUEST, at=NOW)
    return sign_hold(
        hold=made,
        **signature_of(made.station),
        by=GUEST,
        at=NOW,
    )


def hold_payment(hold):
    return prepare_hold_checkout(hold=hold, by=GUEST, at=NOW)


def test_h3_a_paid_hold_is_a_confirmed_booking(hold):
    payment = hold_payment(hold)
    assert tell(succeeded(payment)) == [("processed", None)]
    booking = Booking.objects.get()
    hold.refresh_from_db()
    payment.refresh_from_db()
    assert (booking.status, booking.slot_claim.hold) == ("confirmed", None)
    assert (hold.status, hold.converted_to_booking, hold.payment_intent_id, hold.deposit_paid_at) == (
        HoldStatus.CONVERTED,
        booking,
        "pi_1",
        LATER,
    )
    assert (payment.booking, payment.hold, payment.status) == (booking, hold, "completed")
    assert [name for name, _payload in events_of(booking.pk)] == ["booking.created", "booking.confirmed"]
    assert tell(event("checkout.session.completed", session(payment))) == [("processed", None)]
    assert Booking.objects.count() == 1


def test_h3_the_deadline_alone_does_not_matter(hold):
    payment = hold_payment(hold)
    tell(succeeded(payment), at=NOW + timedelta(hours=5))
    assert Booking.objects.get().status == "confirmed"


def test_h6_after_expiry_on_a_free_lane(hold):
    payment = hold_payment(hold)
    expire_holds(at=NOW + timedelta(hours=5))
    tell(succeeded(payment), at=NOW + timedelta(hours=6))
    booking = Booking.objects.get()
    hold.refresh_from_db()
    assert (booking.status, hold.status, hold.cancellation_reason) == ("confirmed", "converted", None)


def test_h6_py10_after_expiry_without_a_lane(hold):
    payment = hold_payment(hold)
    expire_holds(at=NOW + timedelta(hours=5))
    create_hold(request=make_request(hold.station), by=GUEST, at=NOW + timedelta(hours=5))
    tell(succeeded(payment), at=NOW + timedelta(hours=6))
    payment.refresh_from_db()
    hold.refresh_from_db()
    assert (payment.status, payment.booking, hold.status) == ("completed", None, "expired")
    assert list(Payment.objects.filter(UNPLACED)) == [payment]
    assert [name for name, _payload in events_of(payment.pk)][-1] == "payment.unplaced"
    assert not Booking.objects.exists()


def test_h5_py10_a_cancelled_hold_stays_cancelled(hold):
    payment = hold_payment(hold)
    cancel_hold(hold=hold, by=GUEST, at=NOW)
    tell(succeeded(payment))
    assert list(Payment.objects.filter(UNPLACED)) == [payment]


def test_py10_a_party_of_the_past(hold):
    payment = hold_payment(hold)
    tell(succeeded(payment), at=hold.starts_at)
    assert list(Payment.objects.filter(UNPLACED)) == []
    payment.refresh_from_db()
    assert (payment.status, payment.booking) == ("completed", None)
    expire_holds(at=hold.starts_at)
    assert list(Payment.objects.filter(UNPLACED)) == [payment]


def test_h3_a_hold_converted_unpaid_meanwhile(hold):
    payment = hold_payment(hold)
    staff = make_actor(UserRole.SUPER_ADMIN)
    booking = convert_hold(hold=ReservationHold.objects.get(), by=staff, at=NOW)
    tell(succeeded(payment))
    booking.refresh_from_db()
    payment.refresh_from_db()
    assert (booking.status, payment.booking) == ("confirmed", booking)


def test_py4_a_declined_hold_is_mailed(hold):
    tell(failed(hold_payment(hold)))
    row = OutboxMessage.objects.get(destination="payment_failed")
    assert row.private_payload["to"] == hold.email


def test_py3_refunds_made_at_stripe(booking, payment):
    tell(succeeded(payment))
    assert tell(event("charge.refunded", charge(payment, 4_000))) == [("processed", None)]
    assert tell(event("charge.refunded", charge(payment, 4_000))) == [("ignored", None)]
    assert tell(event("charge.refunded", charge(payment, 10_320))) == [("processed", None)]
    assert tell(event("charge.refunded", charge(payment, 4_000))) == [("ignored", None)]
    payment.refresh_from_db()
    booking.refresh_from_db()
    assert (payment.status, payment.refunded_amount_cents) == ("refunded", 10_000)
    rows = Payment.objects.filter(payment_type="refund").order_by("pk")
    assert [(row.amount_cents, row.status, row.refund_reason) for row in rows] == [
        (4_000, "completed", "Refunded at the card provider"),
        (6_000, "completed", "Refunded at the card provider"),
    ]
    assert booking.status == "deposit_pending"


def test_py3_our_own_refund_is_known(station, booking, payment):
    tell(succeeded(payment))
    admin = make_actor(UserRole.ADMIN, stations=[station], link=StationRole.ADMIN)
    refund = refund_payment(payment=payment, reason="Guests fell ill", by=admin, at=LATER)
    row = OutboxMessage.objects.get(target="stripe")
    assert send_to_provider(row, LATER) is None
    assert send_to_provider(row, LATER) is None
    refund.refresh_from_db()
    assert (refund.status, refund.stripe_refund_id) == ("completed", f"re_offline_{refund.pk}")
    assert tell(event("charge.refunded", charge(payment, 10_000))) == [("ignored", None)]
    assert Payment.objects.filter(payment_type="refund").count() == 1


def test_py3_what_comes_before_its_payment_is_tried_again(booking, payment):
    refund, opened = (
        event("charge.refunded", charge(payment, 4_000)),
        event("charge.dispute.created", dispute(payment)),
    )
    assert tell(refund, opened) == [("pending", "deferred: out_of_order")] * 2
    assert set(InboxMessage.objects.values_list("attempts", flat=True)) == {0}
    tell(succeeded(payment))
    process_inbox(at=LATER + timedelta(minutes=1))
    payment.refresh_from_db()
    assert (payment.refunded_amount_cents, payment.metadata["dispute"]["id"]) == (4_000, "dp_1")
    assert set(InboxMessage.objects.values_list("status", flat=True)) == {"processed"}


def test_py3_disputes_alert_and_change_no_state(booking, payment):
    tell(succeeded(payment))
    opened = event("charge.dispute.created", dispute(payment))
    assert tell(opened) == [("processed", None)]
    payment.refresh_from_db()
    assert payment.metadata["dispute"] == {
        "id": "dp_1",
        "status": "needs_response",
        "reason": "fraudulent",
        "amount_cents": 10_320,
    }
    assert payment.status == "completed"
    assert tell({**opened, "id": "evt_twice"}) == [("ignored", None)]
    closed = event("charge.dispute.closed", dispute(payment, status="won"))
    assert tell(closed, {**opened, "id": "evt_late"}) == [("processed", None), ("ignored", None)]
    payment.refresh_from_db()
    assert "dispute" not in payment.metadata
    actions = SystemEvent.objects.filter(service="alerts").values_list("action", flat=True)
    assert sorted(actions) == ["dispute_closed", "dispute_opened"]


def test_a_dispute_without_an_intent_means_nothing_to_us(payment):
    assert tell(event("charge.dispute.created", dispute(payment, payment_intent=None))) == [("ignored", None)]


def test_what_never_gets_its_payment_is_parked_after_a_day(payment):
    assert tell(event("charge.refunded", charge(payment, 4_000))) == [("pending", "deferred: out_of_order")]
    process_inbox(at=LATER + timedelta(days=2))
    row = InboxMessage.objects.get()
    assert (row.status, row.error) == ("failed", "out_of_order")


def test_py4_notices_of_payments_that_nobody_asked_for():
    ghost = Payment(amount_cents=700, fee_cents=0, payment_type="deposit")
    unpaid = event("checkout.session.completed", session(ghost, status="unpaid", metadata={}))
    declined = event("payment_intent.payment_failed", intent(ghost, metadata=None, last_payment_error=None))
    assert tell(unpaid, declined) == [("ignored", None), ("ignored", None)]


def test_py3_a_wrong_amount_for_a_payment_that_failed_before(booking, payment):
    tell(failed(payment))
    assert tell(succeeded(payment, amount=5_000)) == [("failed", "amount_mismatch")]
    payment.refresh_from_db()
    assert payment.failure_reason == "insufficient_funds"
    assert PaymentEvent.objects.get().amount_cents == 5_000


def test_py3_a_wrong_amount_of_a_booking_only(booking):
    told = intent(
        Payment(booking=booking, amount_cents=10_000, fee_cents=0, payment_type="deposit"), amount=1
    )
    del told["metadata"]["payment_id"]
    assert tell(event("payment_intent.succeeded", told)) == [("failed", "amount_mismatch")]
    assert not Payment.objects.exists()
    assert PaymentEvent.objects.get().memo == booking.reference
