"""API-6: a hundred equal requests at once, a thread and a connection each, have one effect and one answer."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from bookings.models import Booking, Payment, ReservationHold
from events.models import IdempotencyKey
from identity.enums import StationRole
from identity.models import StationUser
from identity.services.reference_data import load_roles
from identity.services.sessions import start_session
from tests.bookings.parties import make_booking, make_station, make_user
from tests.concurrency.racing import race
from tests.factories.bookings import make_selling_station

REQUESTS = 100
KEY = "one-key-for-a-hundred"
MADE, REPLAYED, RUNNING = (201, None, None), (201, "true", None), (409, None, "1")

pytestmark = pytest.mark.django_db(transaction=True)


def party():
    return {
        "station_id": str(make_selling_station().pk),
        "date": (timezone.now().date() + timedelta(days=21)).isoformat(),
        "slot": "18:00",
        "adults": 10,
        "first_name": "Robin",
        "last_name": "Example",
        "email": "robin@example.com",
        "phone": "(510) 555-0123",
        "address": "5 Oak Ave, Fremont",
        "postal_code": "94539",
        "allergens": ["none"],
    }


def booking():
    return "/api/v1/public/bookings", {**party(), "terms_accepted": True}, {}, Booking


def hold():
    return "/api/v1/public/holds", party(), {}, ReservationHold


def payment():
    load_roles()
    station = make_station()
    user = make_user()
    StationUser.objects.create(user=user, station=station, role=StationRole.STATION_ADMIN)
    token = start_session(user=user, at=timezone.now()).access
    owing = make_booking(station, status="confirmed", date=timezone.now().date() + timedelta(days=21))
    body = {"booking_id": str(owing.pk), "amount_cents": 10_000, "method": "zelle", "reference": "Z-1"}
    return "/api/v1/payments", body, {"Authorization": f"Bearer {token}"}, Payment


def told(response):
    """Return status, whether it was replayed, and when to ask again."""
    return response.status_code, response.get("Idempotency-Replayed"), response.get("Retry-After")


@pytest.mark.parametrize("lay_out", [booking, hold, payment])
def test_api6_a_hundred_equal_requests_have_one_effect(lay_out):
    path, body, headers, model = lay_out()
    content = json.dumps(body)

    def post():
        client = Client(raise_request_exception=False)
        return client.post(
            path, content, content_type="application/json", headers={**headers, "Idempotency-Key": KEY}
        )

    answers = [result.answer for result in race([post] * REQUESTS)]
    [made] = [answer for answer in answers if told(answer) == MADE]
    others = [answer for answer in answers if answer is not made]
    assert {told(answer) for answer in others} <= {REPLAYED, RUNNING}
    waiting = [answer for answer in others if told(answer) == RUNNING]
    assert {answer.json()["code"] for answer in waiting} <= {"idempotency_in_flight"}
    assert {answer.content for answer in others if answer not in waiting} <= {made.content}
    # Whoever was asked to come again does, and everybody else sends once more: all hear what the first heard.
    again = [result.answer for result in race([post] * REQUESTS)]
    assert [(told(answer), answer.content) for answer in again] == [(REPLAYED, made.content)] * REQUESTS
    assert (model.objects.count(), IdempotencyKey.objects.count()) == (1, 1)
    assert str(model.objects.get().pk) in made.content.decode()
