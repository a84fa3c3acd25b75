"""PY-5: the one open card payment and its link; H-3, H-6, T3, T11 and PY-10 when it is paid."""

from datetime import timedelta

import pytest

from bookings.enums import BookingStatus, HoldStatus, PaymentStatus
from bookings.models import Booking, Payment, ReservationHold
from bookings.services.cancellations import approve_cancellation, request_cancellation
from bookings.services.card_courier import send_to_provider
from bookings.services.card_links import link_until
from bookings.services.checkout import (
    check_open,
    fetch_page,
    keep_link,
    prepare_booking_checkout,
    prepare_hold_checkout,
)
from bookings.services.holds import cancel_hold, create_hold, expire_holds, sign_hold
from bookings.services.payments import record_payment
from common.actors import GuestActor
from common.exceptions import InvalidTransition, VersionConflict
from common.gateways import CheckoutPage
from events.exceptions import ProviderError
from events.models import OutboxMessage
from identity.enums import StationRole, UserRole
from tests.bookings.parties import NOW, events_of, make_actor, make_booking, make_station
from tests.factories.bookings import make_request, make_selling_station, signature_of

pytestmark = pytest.mark.django_db
GUEST = GuestActor()


@pytest.fixture
def station():
    return make_station()


@pytest.fixture
def admin(station):
    return make_actor(UserRole.ADMIN, stations=[station], link=StationRole.ADMIN)


def checkout(booking, by=GUEST, at=NOW):
    payment = prepare_booking_checkout(booking=booking, by=by, at=at)
    return keep_link(payment=payment, page=fetch_page(payment=payment), at=at)


def voided():
    rows = OutboxMessage.objects.filter(target="stripe", destination="void_checkout")
    return [row.payload["page"] for row in rows.order_by("sequence")]


def test_py5_the_deposit_with_the_card_fee(station):
    """Q-12: 2.9 % and 30 cents on top, not credited."""
    payment = checkout(make_booking(station))
    payment.refresh_from_db()
    assert (
        payment.payment_type,
        payment.payment_method,
        payment.status,
        payment.amount_cents,
        payment.fee_cents,
    ) == ("deposit", "card", "pending", 10_000, 320)
    assert payment.checkout_url.endswith(f"?page={payment.pk}")
    assert payment.metadata == {"checkout_page": f"cs_offline_{payment.pk}"}
    assert [name for name, _payload in events_of(payment.pk)] == ["payment.recorded"]


def test_q12_a_station_without_the_fee(station):
    station.settings = {"card_fee": False}
    station.save()
    assert checkout(make_booking(station)).fee_cents == 0


def test_py5_the_open_payment_is_returned_again(station):
    booking = make_booking(station)
    first, second = checkout(booking), checkout(booking, at=NOW + timedelta(hours=1))
    assert (first.pk, first.checkout_url) == (second.pk, second.checkout_url)
    assert fetch_page(payment=second) is None


def test_py5_what_no_longer_fits_is_failed_first_and_its_link_void(station, admin):
    booking = make_booking(station)
    first = checkout(booking)
    record_payment(booking=booking, amount_cents=4_000, method="cash", reference="R", by=admin, at=NOW)
    second = checkout(booking)
    first.refresh_from_db()
    assert (first.status, first.failure_reason, first.checkout_url) == ("failed", "superseded", None)
    assert (second.amount_cents, second.fee_cents, second.payment_type) == (6_000, 204, "deposit")
    assert voided() == [f"cs_offline_{first.pk}"]
    aged = checkout(booking, at=NOW + timedelta(hours=22))
    assert aged.pk != second.pk
    assert voided() == [f"cs_offline_{first.pk}", f"cs_offline_{second.pk}"]


def test_py5_the_balance_once_the_deposit_is_paid(station, admin):
    booking = make_booking(station)
    record_payment(booking=booking, amount_cents=10_000, method="cash", reference="R", by=admin, at=NOW)
    balance = checkout(booking)
    assert (balance.amount_cents, balance.payment_type) == (50_000, "full_payment")
    record_payment(booking=booking, amount_cents=50_000, method="cash", reference="R", by=admin, at=NOW)
    with pytest.raises(InvalidTransition, match="Nothing is due"):
        checkout(booking)


@pytest.mark.parametrize("status", ["cancelled", "no_show"])
def test_py5_not_for_what_is_over(station, status):
    extra = {"cancelled_at": NOW, "cancellation_reason_code": "other"} if status == "cancelled" else {}
    with pytest.raises(InvalidTransition):
        checkout(make_booking(station, status=status, **extra))


def test_bk3_the_version_is_checked(station):
    with pytest.raises(VersionConflict):
        prepare_booking_checkout(booking=make_booking(station), expected_version=7, by=GUEST, at=NOW)


def test_py5_a_crash_between_the_transactions_is_repeated_with_the_same_key(station):
    booking = make_booking(station)
    lost = prepare_booking_checkout(booking=booking, by=GUEST, at=NOW)
    page = fetch_page(payment=lost)
    again = checkout(booking, at=NOW + timedelta(minutes=5))
    assert (again.pk, again.metadata["checkout_page"]) == (lost.pk, page.id)


class RefusingGateway:
    def create_checkout(self, order):
        from common.gateways import CardUnavailable

        raise CardUnavailable("APIConnectionError")


def test_a_provider_that_does_not_answer_is_a_502(station, settings):
    booking = make_booking(station)
    settings.CARD_GATEWAY = f"{__name__}.RefusingGateway"
    with pytest.raises(ProviderError, match="APIConnectionError"):
        checkout(booking)
    settings.CARD_GATEWAY = "common.gateways.FileCardGateway"
    assert Payment.objects.get().pk == checkout(booking).pk


def test_py5_the_link_of_a_cancelled_booking_is_void(station, admin):
    booking = make_booking(station)
    payment = checkout(booking)
    manager = make_actor(stations=[station])
    asked = request_cancellation(
        booking=booking,
        reason="The family fell ill",
        reason_code="customer_request",
        expected_version=1,
        by=manager,
        at=NOW,
    )
    approve_cancellation(booking=asked, expected_version=asked.version, by=admin, at=NOW)
    payment.refresh_from_db()
    assert (payment.status, payment.failure_reason) == ("failed", "booking_cancelled")
    assert voided() == [f"cs_offline_{payment.pk}"]
    (row,) = OutboxMessage.objects.filter(target="stripe")
    assert send_to_provider(row, NOW) is None


def test_py5_a_page_made_for_a_payment_closed_meanwhile_is_void(station):
    booking = make_booking(station)
    payment = prepare_booking_checkout(booking=booking, by=GUEST, at=NOW)
    Booking.objects.filter(pk=booking.pk).update(deposit_due_cents=9_000)
    other = prepare_booking_checkout(booking=booking, by=GUEST, at=NOW)
    assert other.pk != payment.pk
    kept = keep_link(payment=payment, page=CheckoutPage(id="cs_late", url="https://pay.example"), at=NOW)
    with pytest.raises(InvalidTransition):
        check_open(kept)
    assert voided() == ["cs_late"]
    kept = keep_link(payment=payment, page=CheckoutPage(id="cs_late", url="https://pay.example"), at=NOW)
    assert voided() == ["cs_late"]


@pytest.fixture
def hold():
    made, _token = create_hold(request=make_request(make_selling_station()), by=GUEST, at=NOW)
    return sign_hold(
        hold=made,
        **signature_of(made.station),
        by=GUEST,
        at=NOW,
    )


def hold_checkout(hold, at=NOW):
    payment = prepare_hold_checkout(hold=hold, by=GUEST, at=at)
    return keep_link(payment=payment, page=fetch_page(payment=payment), at=at)


def test_py5_the_deposit_of_a_hold(hold):
    payment = hold_checkout(hold)
    assert (payment.hold, payment.booking, payment.amount_cents, payment.fee_cents) == (
        hold,
        None,
        10_000,
        320,
    )
    assert hold_checkout(hold).pk == payment.pk
    assert link_until(payment) == NOW + timedelta(hours=4)
    late = hold_checkout(hold, at=NOW + timedelta(hours=3, minutes=50))
    assert late.pk == payment.pk


def test_py5_the_link_of_an_expired_or_cancelled_hold_is_void(hold):
    payment = hold_checkout(hold)
    expire_holds(at=NOW + timedelta(hours=5))
    payment.refresh_from_db()
    assert (payment.status, payment.failure_reason) == ("failed", "hold_expired")
    assert voided() == [f"cs_offline_{payment.pk}"]
    assert ReservationHold.objects.get().status == HoldStatus.EXPIRED


def test_py5_the_link_of_a_cancelled_hold_is_void(hold):
    payment = hold_checkout(hold)
    cancel_hold(hold=hold, by=GUEST, at=NOW)
    payment.refresh_from_db()
    assert (payment.status, payment.failure_reason) == (PaymentStatus.FAILED, "hold_cancelled")
    assert Booking.objects.filter(status=BookingStatus.CONFIRMED).count() == 0
