"""The main job over HTTP: quote, book, hold and sign."""

import hashlib
from uuid import uuid4

import pytest

from bookings.models import Booking, Customer, ReservationHold, SlotClaim
from events.models import DomainEvent
from tests.factories.bookings import signature_of

pytestmark = pytest.mark.django_db


def test_quote_prices_a_party_and_keeps_nothing(send, body):
    party = {name: body[name] for name in ("station_id", "date", "slot", "adults", "kids", "postal_code")}
    answer = send("post", "quotes", party, key=None)
    assert answer.status_code == 200
    quote = answer.json()
    assert quote["subtotal_cents"] == 10 * 5_500 + 2 * 3_000
    assert sum(line["amount_cents"] for line in quote["lines"]) == quote["total_cents"]
    assert quote["balance_cents"] == quote["total_cents"]
    assert Booking.objects.count() == 0


def test_quote_out_of_reach_remembers_the_contact(send, body):
    """Q-10: above the service distance with a contact → booking.failed."""
    party = {name: body[name] for name in ("station_id", "date", "slot", "adults", "email", "phone")}
    answer = send("post", "quotes", {**party, "postal_code": "10001"}, key=None)
    assert (answer.status_code, answer.json()["code"]) == (422, "outside_service_area")
    failed = DomainEvent.objects.get(event_type="booking.failed")
    assert failed.payload["reason"] == "outside_service_area"
    assert "example.com" not in str(failed.payload).lower()


def test_booking_is_made_and_its_slot_is_gone(send, body):
    """T1, D-4, D-5: the second asker is told what else is free."""
    first = send("post", "bookings", body)
    assert first.status_code == 201, first.content
    booking = Booking.objects.get()
    assert first.json()["reference"] == booking.reference
    assert first.json()["status"] == "deposit_pending"
    assert first.json()["slot"] == body["slot"]
    assert "email" not in first.json()
    assert (booking.customer.email, booking.customer.phone) == ("robin@example.com", "+15105550123")

    second = send("post", "bookings", {**body, "email": "other@example.com"})
    assert second.status_code == 409
    problem = second.json()
    assert problem["code"] == "slot_taken"
    assert second.headers["Content-Type"] == "application/problem+json"
    assert [(a["date"], a["slot"]) for a in problem["alternatives"]][:3] == [
        (body["date"], "15:00"),
        (body["date"], "21:00"),
        (body["date"], "12:00"),
    ]
    assert len(problem["alternatives"]) == 6
    assert (Booking.objects.count(), SlotClaim.objects.count(), Customer.objects.count()) == (1, 1, 1)


def test_same_key_replays_the_answer(send, body):
    """API-6."""
    first = send("post", "bookings", body, key="one-and-the-same-key")
    again = send("post", "bookings", body, key="one-and-the-same-key")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    other = send("post", "bookings", {**body, "adults": 11}, key="one-and-the-same-key")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_mismatch")
    assert Booking.objects.count() == 1


def test_refusal_is_replayed_too(send, body):
    send("post", "bookings", body)
    first = send("post", "bookings", body, key="the-key-of-the-loser")
    again = send("post", "bookings", body, key="the-key-of-the-loser")
    assert (first.status_code, again.status_code) == (409, 409)
    assert again.json() == first.json()
    assert DomainEvent.objects.filter(event_type="booking.failed").count() == 1


def test_booking_needs_a_key(send, body):
    answer = send("post", "bookings", body, key=None)
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_required")
    assert Booking.objects.count() == 0


def test_accepted_quote_must_still_hold(send, body):
    """Q-15."""
    party = {name: body[name] for name in ("station_id", "date", "slot", "adults", "kids", "postal_code")}
    quote_hash = send("post", "quotes", party, key=None).json()["quote_hash"]
    changed = send("post", "bookings", {**body, "adults": 12, "quote_hash": quote_hash})
    assert (changed.status_code, changed.json()["code"]) == (409, "quote_changed")
    assert changed.json()["quote"]["quote_hash"] != quote_hash
    assert Booking.objects.count() == 0
    assert send("post", "bookings", {**body, "quote_hash": quote_hash}).status_code == 201


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"terms_accepted": False}, 422, "terms_not_accepted"),
        ({"allergens": []}, 422, "allergens_required"),
        ({"adults": 0}, 422, "party_size_invalid"),
        ({"adults": 51}, 422, "party_size_invalid"),
        ({"kids": -1}, 422, "party_size_invalid"),
        ({"slot": "13:00"}, 422, "slot_not_offered"),
        ({"date": "2020-01-01"}, 422, "slot_in_past"),
        ({"date": "9999-12-31"}, 422, "beyond_horizon"),
        ({"postal_code": "00000"}, 422, "unknown_postal_code"),
        ({"postal_code": "10001"}, 422, "outside_service_area"),
        ({"latitude": 40.7, "longitude": -74.0}, 422, "location_mismatch"),
        ({"menu": {"proteins": {"chicken": 1}}}, 422, "protein_count_mismatch"),
        ({"tier": "premium"}, 422, "tier_not_available"),
        ({"coupon_code": "NOPE"}, 422, "coupon_invalid"),
        ({"station_id": str(uuid4())}, 404, "not_found"),
        ({"requested_time": "20:00"}, 400, "validation_error"),
    ],
)
def test_refusals_carry_their_code_and_write_nothing(send, body, change, status, code):
    answer = send("post", "bookings", {**body, **change})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (Booking.objects.count(), Customer.objects.count(), SlotClaim.objects.count()) == (0, 0, 0)


def test_hold_is_kept_signed_and_given_up(send, body):
    """H-1, H-2, H-5: the token is shown once and opens the hold."""
    made = send("post", "holds", {**body, "terms_accepted": False})
    assert made.status_code == 201, made.content
    token = made.json()["token"]
    assert ReservationHold.objects.get().signing_token_hash == hashlib.sha256(token.encode()).hexdigest()
    assert send("post", "bookings", body).json()["code"] == "slot_taken"

    seen = send("get", f"holds/{token}")
    assert (seen.status_code, seen.json()["status"]) == (200, "pending")
    assert "token" not in seen.json()

    signed = send(
        "post",
        f"holds/{token}/sign",
        signature_of(ReservationHold.objects.get().station),
    )
    assert (signed.status_code, signed.json()["status"]) == (200, "signed")
    assert signed.json()["expires_at"] == signed.json()["payment_deadline_at"]

    assert send("delete", f"holds/{token}").status_code == 204
    assert SlotClaim.objects.count() == 0
    again = send("delete", f"holds/{token}")
    assert (again.status_code, again.json()["code"]) == (409, "invalid_transition")
    assert send("post", "bookings", body).status_code == 201


def test_unknown_token_tells_nothing_and_is_not_repeated(send):
    """P-4: the path of a problem hides tokens."""
    token = str(uuid4())
    answer = send("get", f"holds/{token}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert token not in answer.content.decode()


def test_third_live_hold_of_a_contact_is_refused(send, body):
    for slot in ("12:00", "15:00"):
        assert send("post", "holds", {**body, "slot": slot}).status_code == 201
    third = send("post", "holds", {**body, "slot": "18:00"})
    assert (third.status_code, third.json()["code"]) == (409, "hold_limit_reached")
    assert ReservationHold.objects.count() == 2
