"""/payment-events over HTTP: the queue with scores, matching, unmatching, ignoring (section 7)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from identity.enums import StationRole, UserRole
from integra.models import PaymentEvent, PaymentMatch
from tests.bookings.api.clients import Caller, fresh_key, pointers, problem
from tests.bookings.parties import make_actor, make_booking, make_customer, make_station
from tests.factories.integra import PaymentEventFactory

pytestmark = pytest.mark.django_db
REASON = "The money was for another party"


@pytest.fixture
def station():
    return make_station()


@pytest.fixture
def admin(station):
    return Caller(make_actor(UserRole.ADMIN, stations=[station], link=StationRole.ADMIN))


@pytest.fixture
def booking(station):
    now = timezone.now()
    return make_booking(
        station,
        customer=make_customer(station, email="ann@example.com", phone="+15105550123"),
        created_at=now - timedelta(hours=1),
        date=(now + timedelta(days=30)).date(),
    )


def event_of(station, booking, **values):
    return PaymentEventFactory(
        **{
            "station": station,
            "memo": f"for {booking.reference}",
            "sender_name": "Ann Lee",
            "sender_email": "ann@example.com",
            "occurred_at": timezone.now(),
            "amount_cents": 5_000,
            **values,
        }
    )


def test_the_queue_shows_candidates_with_all_parts(station, admin, booking):
    event = event_of(station, booking)
    PaymentEventFactory(station=make_station())
    (row,) = admin.get("/payment-events", queued="true").json()["results"]
    assert row == {
        "id": str(event.pk),
        "provider": "payment_mail",
        "method": "zelle",
        "status": "pending",
        "station_id": str(station.pk),
        "amount_cents": 5_000,
        "currency": "USD",
        "occurred_at": row["occurred_at"],
        "references": [booking.reference],
        "sender_name": "A. L.",
        "sender_email": "a•••@e•••.com",
        "sender_phone": None,
        "ignored_at": None,
        "match": None,
        "candidates": [
            {
                "booking_id": str(booking.pk),
                "reference": booking.reference,
                "score": 1.0,
                "parts": [
                    {"code": "reference", "points": 0.6},
                    {"code": "amount_within_60", "points": 0.1},
                    {"code": "time_within_24h", "points": 0.1},
                    {"code": "email_equal", "points": 0.3},
                    {"code": "name_equal", "points": 0.25},
                ],
            }
        ],
        "updated_at": row["updated_at"],
    }


def test_match_unmatch_and_ignore(station, admin, booking):
    event = event_of(station, booking)
    path = f"/payment-events/{event.pk}"
    matched = admin.post(f"{path}/match", {"booking_id": str(booking.pk), "notes": "Called"})
    assert matched.status_code == 200
    shown = matched.json()
    assert (shown["status"], shown["match"]["reference"], shown["match"]["score"], shown["candidates"]) == (
        "matched",
        booking.reference,
        1.0,
        [],
    )
    assert problem(admin.post(f"{path}/match", {"booking_id": str(booking.pk)})) == (409, "already_matched")
    assert problem(admin.post(f"{path}/ignore", {"reason": REASON})) == (409, "already_matched")
    back = admin.post(f"{path}/unmatch", {"reason": REASON}).json()
    assert (back["status"], back["match"], len(back["candidates"])) == ("unmatched", None, 1)
    assert problem(admin.post(f"{path}/unmatch", {"reason": REASON})) == (409, "invalid_transition")
    assert pointers(admin.post(f"{path}/ignore", {"reason": "no"})) == ["/reason"]
    gone = admin.post(f"{path}/ignore", {"reason": REASON}).json()
    assert (gone["status"], gone["candidates"]) == ("ignored", [])
    assert admin.get("/payment-events", queued="true").json()["results"] == []
    assert len(admin.get("/payment-events", queued="false").json()["results"]) == 1
    assert PaymentMatch.objects.count() == 1


def test_r4_r9_who_may(station, admin, booking):
    event = event_of(station, booking)
    elsewhere = make_booking(make_station())
    foreign = PaymentEventFactory(station=elsewhere.station)
    match = {"booking_id": str(booking.pk)}
    assert problem(admin.post(f"/payment-events/{foreign.pk}/match", match)) == (404, "not_found")
    assert problem(admin.post(f"/payment-events/{event.pk}/match", {"booking_id": str(elsewhere.pk)})) == (
        404,
        "not_found",
    )
    manager = Caller(make_actor(stations=[station]))
    assert problem(manager.get("/payment-events")) == (403, "permission_denied")
    assert problem(Caller().get("/payment-events")) == (401, "not_authenticated")


def entered(**values):
    return {
        "reference": "ZL-1",
        "amount_cents": 10_000,
        "method": "zelle",
        "occurred_at": "2026-05-01T12:00:00Z",
        **values,
    }


def test_py8_money_entered_by_hand_once(station, admin):
    body = entered(station_id=str(station.pk), sender_phone="(510) 555-0123", memo="MH-12AB34CD")
    first = admin.post("/payment-events", body, key=fresh_key())
    assert (first.status_code, first.json()["sender_phone"], first.json()["references"]) == (
        201,
        "•••• 23",
        ["MH-12AB34CD"],
    )
    again = admin.post("/payment-events", entered(station_id=str(station.pk), amount_cents=7))
    assert (again.status_code, again.json()["amount_cents"]) == (200, 10_000)
    assert PaymentEvent.objects.get().provider == "manual"


def test_money_entered_by_hand_is_checked(station, admin):
    assert pointers(admin.post("/payment-events", entered(sender_phone="12", amount_cents=0))) == [
        "/amount_cents",
        "/sender_phone",
    ]
    other = make_station()
    assert problem(admin.post("/payment-events", entered(station_id=str(other.pk)))) == (
        403,
        "permission_denied",
    )


@pytest.mark.parametrize("rows", [1, 3])
def test_api10_constant_queries(station, admin, booking, rows, django_assert_num_queries):
    for _number in range(rows):
        event_of(station, booking)
    with django_assert_num_queries(3):
        assert len(admin.get("/payment-events").json()["results"]) == rows
