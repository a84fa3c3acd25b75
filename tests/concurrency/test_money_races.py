"""Money under many hands: real threads, a connection each (PY-4, PY-5, PY-7, H-3)."""

from datetime import timedelta

import pytest

from bookings.enums import PaymentStatus
from bookings.models import Booking, Payment, ReservationHold
from bookings.selectors.payments import get_paid_cents
from bookings.services.card_payments import CardCharge, complete_card_payment
from bookings.services.checkout import prepare_booking_checkout, prepare_hold_checkout
from bookings.services.holds import create_hold, expire_holds, sign_hold
from bookings.services.refunds import refund_payment
from common.actors import GuestActor, SystemActor
from tests.bookings.parties import NOW, make_booking, make_station
from tests.concurrency.racing import race
from tests.factories.bookings import make_request, make_selling_station, signature_of

pytestmark = pytest.mark.django_db(transaction=True)
STRIPE = SystemActor("stripe")
GUEST = GuestActor()


def charge_of(payment):
    return CardCharge(
        intent_id="pi_1",
        amount_cents=payment.amount_cents + payment.fee_cents,
        currency="USD",
        occurred_at=NOW,
        payment_id=payment.pk,
        credited_cents=payment.amount_cents,
        fee_cents=payment.fee_cents,
    )


def test_py5_one_open_payment_for_many_askers():
    booking = make_booking(make_station())
    results = race([lambda: prepare_booking_checkout(booking=booking, by=GUEST, at=NOW)] * 6)
    assert {result.answer.pk for result in results} == {Payment.objects.get().pk}


def test_py4_a_charge_counts_once():
    booking = make_booking(make_station())
    payment = prepare_booking_checkout(booking=booking, by=GUEST, at=NOW)
    charge = charge_of(payment)
    results = race([lambda: complete_card_payment(charge=charge, by=STRIPE, at=NOW)] * 5)
    assert [result.is_refusal for result in results].count(False) >= 1
    booking.refresh_from_db()
    assert (booking.status, get_paid_cents(booking.pk)) == ("confirmed", 10_000)


def test_py7_refunds_never_exceed_the_payment():
    booking = make_booking(make_station(), status="confirmed")
    payment = Payment.objects.create(
        booking=booking,
        payment_type="deposit",
        payment_method="cash",
        status="completed",
        amount_cents=10_000,
        completed_at=NOW,
    )

    def refund():
        return refund_payment(
            payment=payment, amount_cents=3_000, reason="Guests fell ill", by=STRIPE, at=NOW
        )

    results = race([refund] * 6)
    assert sorted(getattr(result.answer, "code", "done") for result in results) == [
        "done",
        "done",
        "done",
        "refund_exceeds_paid",
        "refund_exceeds_paid",
        "refund_exceeds_paid",
    ]
    payment.refresh_from_db()
    assert (payment.status, payment.refunded_amount_cents) == (PaymentStatus.PARTIALLY_REFUNDED, 9_000)


@pytest.mark.parametrize("_round", range(3))
def test_h3_h6_a_hold_is_paid_and_expired_at_once(_round):
    made, _token = create_hold(request=make_request(make_selling_station()), by=GUEST, at=NOW)
    hold = sign_hold(
        hold=made,
        **signature_of(made.station),
        by=GUEST,
        at=NOW,
    )
    payment = prepare_hold_checkout(hold=hold, by=GUEST, at=NOW)
    charge, late = charge_of(payment), NOW + timedelta(hours=5)
    works = [lambda: complete_card_payment(charge=charge, by=STRIPE, at=late)] * 2
    race([*works, lambda: expire_holds(at=late)])
    # Whoever lost the race is tried again by the inbox.
    complete_card_payment(charge=charge, by=STRIPE, at=late)
    booking = Booking.objects.get()
    assert (booking.status, ReservationHold.objects.get().status) == ("confirmed", "converted")
    assert (Payment.objects.get().booking, get_paid_cents(booking.pk)) == (booking, 10_000)
