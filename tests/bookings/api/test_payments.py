from datetime import timedelta

import pytest
from django.utils import timezone

from bookings.models import Booking, Deposit, Payment
from identity.enums import StationRole, UserRole
from identity.models import StationAuditLog
from tests.bookings.api.clients import Caller, fresh_key, pointers, problem
from tests.bookings.parties import (
    NOW,
    make_actor,
    make_booking,
    make_customer,
    make_station,
    make_user,
)

pytestmark = pytest.mark.django_db
REASON = "Guests fell ill"


@pytest.fixture
def station():
    return make_station()


@pytest.fixture
def booking(station):
    return make_booking(
        station, status="confirmed", date=timezone.localdate() + timedelta(days=20), created_at=timezone.now()
    )


@pytest.fixture
def admin(station):
    return Caller(make_actor(UserRole.ADMIN, stations=[station], link=StationRole.ADMIN))


@pytest.fixture
def manager(station):
    return Caller(make_actor(stations=[station]))


def pay(caller, booking, amount_cents=10_000, **values):
    body = {
        "booking_id": str(booking.pk),
        "amount_cents": amount_cents,
        "method": "zelle",
        "reference": "Z-1",
        **values,
    }
    return caller.post("/payments", body, key=fresh_key())


def card_payment(booking, **values):
    return Payment.objects.create(
        **{
            "booking": booking,
            "payment_type": "full_payment",
            "payment_method": "card",
            "status": "completed",
            "amount_cents": 60_000,
            "fee_cents": 1_770,
            "stripe_payment_intent_id": "pi_1",
            "completed_at": NOW,
            "sender_email": "ann@example.com",
            **values,
        }
    )


def test_py6_staff_record_money(manager, booking):
    answer = pay(manager, booking)
    assert answer.status_code == 201
    row = answer.json()
    payment = Payment.objects.get()
    assert row == {
        "id": str(payment.pk),
        "booking_id": str(booking.pk),
        "hold_id": None,
        "payment_type": "partial_payment",
        "payment_method": "zelle",
        "status": "completed",
        "amount_cents": 10_000,
        "fee_cents": 0,
        "charged_cents": 10_000,
        "refunded_amount_cents": 0,
        "currency": "USD",
        "refunded_payment_id": None,
        "received_at": row["received_at"],
        "completed_at": row["completed_at"],
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
    }
    assert "ETag" in answer.headers
    assert manager.get("/payments").json()["results"] == [row]


def test_py6_refusals(manager, booking):
    body = {"booking_id": str(booking.pk), "amount_cents": 1, "method": "zelle", "reference": "Z-1"}
    assert problem(manager.post("/payments", body)) == (400, "idempotency_key_required")
    assert problem(pay(manager, booking, 60_001)) == (422, "overpayment")
    assert pointers(pay(manager, booking, 0, method="card")) == ["/amount_cents", "/method"]
    elsewhere = make_booking(make_station())
    assert problem(pay(manager, elsewhere)) == (404, "not_found")


def test_a_key_pays_once(manager, booking):
    """API-6."""
    body = {"booking_id": str(booking.pk), "amount_cents": 500, "method": "cash", "reference": "R"}
    key = fresh_key()
    first, second = (manager.post("/payments", body, key=key) for _turn in range(2))
    assert first.json() == second.json()
    assert second.headers["Idempotency-Replayed"] == "true"
    assert Payment.objects.count() == 1


def test_p3_the_detail_is_clear_and_audited(manager, booking):
    dispute = {"id": "dp_1", "status": "needs_response", "reason": "fraudulent", "amount_cents": 61_770}
    payment = card_payment(booking, metadata={"dispute": dispute}, notes="Ask Ken")
    detail = manager.get(f"/payments/{payment.pk}").json()
    assert (detail["sender_email"], detail["charged_cents"], detail["notes"], detail["dispute"]) == (
        "ann@example.com",
        61_770,
        "Ask Ken",
        dispute,
    )
    audit = StationAuditLog.objects.get(action="view")
    assert (audit.resource_type, audit.resource_id, audit.station_id) == (
        "payment",
        str(payment.pk),
        booking.station_id,
    )
    assert "ann@example.com" not in str(manager.get("/payments").json())


def test_customers_see_their_own_money_without_internal_words(station):
    user = make_user(UserRole.CUSTOMER, email="host@example.com", email_verified_at=NOW)
    host = Caller(make_actor(UserRole.CUSTOMER, user=user))
    mine = make_booking(station, customer=make_customer(station, email="host@example.com"))
    payment = card_payment(mine, notes="Difficult", metadata={"dispute": {"id": "dp_1"}})
    other = card_payment(make_booking(make_station()), stripe_payment_intent_id="pi_2")
    assert [row["id"] for row in host.get("/payments").json()["results"]] == [str(payment.pk)]
    detail = host.get(f"/payments/{payment.pk}").json()
    assert (detail["notes"], detail["dispute"], detail["recorded_by_id"]) == (None, None, None)
    assert problem(host.get(f"/payments/{other.pk}")) == (404, "not_found")
    assert problem(pay(host, mine)) == (403, "permission_denied")


def refund(caller, payment, **body):
    return caller.post(f"/payments/{payment.pk}/refund", {"reason": REASON, **body}, key=fresh_key())


def test_py7_refund_and_completion(admin, manager, booking):
    paid = pay(manager, booking, 20_000).json()
    payment = Payment.objects.get()
    assert problem(refund(manager, payment)) == (403, "permission_denied")
    assert problem(admin.post(f"/payments/{payment.pk}/refund", {"reason": REASON})) == (
        400,
        "idempotency_key_required",
    )
    given = refund(admin, payment, amount_cents=5_000)
    assert (given.status_code, given.json()["status"], given.json()["refunded_payment_id"]) == (
        201,
        "pending",
        paid["id"],
    )
    assert problem(refund(admin, payment, amount_cents=15_001)) == (422, "refund_exceeds_paid")
    path = f"/payments/{given.json()['id']}/complete-refund"
    done = admin.post(path, {"reference": "Check 7"})
    assert (done.status_code, done.json()["status"]) == (200, "completed")
    assert problem(admin.post(path, {"reference": "Check 7"})) == (409, "invalid_transition")
    assert problem(manager.post(path, {"reference": "Check 7"})) == (403, "permission_denied")


def test_py10_unplaced_money(admin, station, booking):
    kept = card_payment(booking)
    gone = make_booking(
        station, status="cancelled", cancelled_at=NOW, cancellation_reason_code="deposit_timeout"
    )
    Deposit.objects.filter(booking=gone).update(status="paid", paid_at=NOW)
    waits = card_payment(gone, stripe_payment_intent_id="pi_2")
    card_payment(gone, stripe_payment_intent_id="pi_3", status="refunded", refunded_amount_cents=60_000)

    def listed(**query):
        return {row["id"] for row in admin.get("/payments", **query).json()["results"]}

    assert listed(unplaced="true") == {str(waits.pk)}
    assert str(kept.pk) in listed(unplaced="false")
    assert str(waits.pk) not in listed(unplaced="false")
    assert listed(booking_id=str(booking.pk)) == {str(kept.pk)}
    assert listed(status="refunded", payment_method="card", payment_type="full_payment") != {str(kept.pk)}
    assert Booking.objects.count() == 2


@pytest.mark.parametrize("rows", [1, 3])
def test_api10_constant_queries(admin, booking, rows, django_assert_num_queries):
    for number in range(rows):
        card_payment(booking, stripe_payment_intent_id=f"pi_{number}")
    with django_assert_num_queries(1):
        assert len(admin.get("/payments").json()["results"]) == rows
