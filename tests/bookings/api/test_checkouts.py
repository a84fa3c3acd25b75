"""PY-5 over HTTP: the link of a booking and of a hold; the provider is called in no transaction."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from bookings.models import Booking, Payment, ReservationHold
from common.gateways import CardUnavailable, FileCardGateway
from events.models import IdempotencyKey
from identity.enums import UserRole
from tests.bookings.api.clients import Caller, fresh_key, problem
from tests.bookings.parties import NOW, make_actor, make_booking, make_customer, make_station, make_user
from tests.factories.bookings import make_selling_station, signature_of

pytestmark = pytest.mark.django_db
CALLS = []


class WatchedGateway(FileCardGateway):
    """Notes whether a transaction was open, and stumbles as often as a test wants."""

    stumbles = 0

    def create_checkout(self, order):
        CALLS.append(connection.in_atomic_block)
        if WatchedGateway.stumbles:
            WatchedGateway.stumbles -= 1
            raise CardUnavailable("APIConnectionError")
        return super().create_checkout(order)


@pytest.fixture
def gateway(settings, tmp_path):
    settings.CARD_GATEWAY = f"{__name__}.WatchedGateway"
    settings.VAR_DIR = tmp_path
    CALLS.clear()
    yield WatchedGateway
    WatchedGateway.stumbles = 0


@pytest.fixture
def station():
    return make_station()


@pytest.fixture
def booking(station):
    return make_booking(station, created_at=timezone.now())


def post(caller, booking, key=None, seen=1):
    return caller.post(f"/bookings/{booking.pk}/checkout", {}, key=key or fresh_key(), seen=seen)


def test_py5_the_link(station, booking):
    answer = post(Caller(make_actor(stations=[station])), booking)
    assert answer.status_code == 201
    payment = Payment.objects.get()
    assert answer.json() == {
        "payment_id": str(payment.pk),
        "payment_type": "deposit",
        "amount_cents": 10_000,
        "fee_cents": 320,
        "charged_cents": 10_320,
        "currency": "USD",
        "checkout_url": payment.checkout_url,
        "expires_at": (payment.created_at + timedelta(hours=23)).isoformat().replace("+00:00", "Z"),
    }


def test_py5_who_may(station, booking):
    user = make_user(UserRole.CUSTOMER, email="host@example.com", email_verified_at=NOW)
    host = Caller(make_actor(UserRole.CUSTOMER, user=user))
    mine = make_booking(
        station,
        customer=make_customer(station, email="host@example.com"),
        slot=booking.slot.replace(hour=15),
    )
    assert post(host, mine).status_code == 201
    assert problem(post(host, booking)) == (404, "not_found")
    chef = Caller(make_actor(UserRole.CHEF))
    assert problem(post(chef, booking)) == (403, "permission_denied")
    assert problem(post(Caller(), booking)) == (401, "not_authenticated")
    assert Payment.objects.count() == 1


def test_api6_api7_headers(station, booking):
    staff = Caller(make_actor(stations=[station]))
    path = f"/bookings/{booking.pk}/checkout"
    assert problem(staff.post(path, {}, seen=1)) == (400, "idempotency_key_required")
    assert problem(staff.post(path, {}, key=fresh_key())) == (428, "precondition_required")
    assert problem(post(staff, booking, seen=9)) == (412, "version_conflict")
    assert not Payment.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_api6_the_provider_is_called_in_no_transaction_and_the_answer_replayed(gateway, station, booking):
    staff = Caller(make_actor(stations=[station]))
    key = fresh_key()
    first, second = post(staff, booking, key=key), post(staff, booking, key=key)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert second.headers["Idempotency-Replayed"] == "true"
    assert CALLS == [False]


@pytest.mark.django_db(transaction=True)
def test_a_provider_that_stumbles_leaves_one_open_payment(gateway, station, booking):
    """502 is not kept (API-6): the next try with the same key asks again, with the payment's own key."""
    staff = Caller(make_actor(stations=[station]))
    gateway.stumbles = 1
    key = fresh_key()
    assert problem(post(staff, booking, key=key)) == (502, "provider_error")
    assert not IdempotencyKey.objects.exists()
    again = post(staff, booking, key=key)
    assert again.status_code == 201
    assert Payment.objects.get().pk == Payment.objects.get(pk=again.json()["payment_id"]).pk


def test_nothing_due_is_a_kept_refusal(station):
    booking = make_booking(station, status="no_show")
    staff = Caller(make_actor(stations=[station]))
    key = fresh_key()
    assert problem(post(staff, booking, key=key)) == (409, "invalid_transition")
    assert post(staff, booking, key=key).headers["Idempotency-Replayed"] == "true"


def party(station, **values):
    return {
        "station_id": str(station.pk),
        "date": (timezone.localdate() + timedelta(days=20)).isoformat(),
        "slot": "12:00",
        "first_name": "Ann",
        "last_name": "Lee",
        "email": "ann@example.com",
        "phone": "+15105550123",
        "address": "5 Oak Ave, Fremont",
        "postal_code": "94539",
        "adults": 8,
        "allergens": ["none"],
        **values,
    }


def held(station):
    made = Caller().post("/public/holds", party(station), key=fresh_key())
    return made.json()["token"]


def pay(token, key=None):
    return Caller().post(f"/public/holds/{token}/pay", {}, key=key or fresh_key())


def test_h3_a_signed_hold_is_paid_by_card():
    token = held(make_selling_station())
    assert problem(pay(token)) == (409, "invalid_transition")
    Caller().post(f"/public/holds/{token}/sign", signature_of(ReservationHold.objects.get().station))
    answer = pay(token)
    payment = Payment.objects.get()
    hold = ReservationHold.objects.get()
    assert answer.status_code == 201
    assert answer.json() == {
        "payment_id": str(payment.pk),
        "payment_type": "deposit",
        "amount_cents": 10_000,
        "fee_cents": 320,
        "charged_cents": 10_320,
        "currency": "USD",
        "checkout_url": payment.checkout_url,
        "expires_at": hold.payment_deadline_at.isoformat().replace("+00:00", "Z"),
        "booking_id": None,
    }
    assert problem(Caller().post(f"/public/holds/{token}/pay", {})) == (400, "idempotency_key_required")
    assert pay(token).json()["payment_id"] == str(payment.pk)


def test_h3_a_hold_without_deposit_becomes_its_booking():
    token = held(make_selling_station(settings={"deposit_cents": 0}))
    Caller().post(f"/public/holds/{token}/sign", signature_of(ReservationHold.objects.get().station))
    answer = pay(token)
    booking = Booking.objects.get()
    assert (answer.status_code, booking.status) == (201, "confirmed")
    assert answer.json() == {
        "payment_id": None,
        "payment_type": None,
        "amount_cents": 0,
        "fee_cents": 0,
        "charged_cents": 0,
        "currency": "USD",
        "checkout_url": None,
        "expires_at": None,
        "booking_id": str(booking.pk),
    }


def test_h4_an_expired_hold_is_not_paid():
    token = held(make_selling_station())
    Caller().post(f"/public/holds/{token}/sign", signature_of(ReservationHold.objects.get().station))
    ReservationHold.objects.update(payment_deadline_at=timezone.now() - timedelta(seconds=1))
    assert problem(pay(token)) == (410, "hold_expired")
    assert problem(pay("unknown")) == (404, "not_found")
