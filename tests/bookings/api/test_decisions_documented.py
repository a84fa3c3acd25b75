"""API-9: what the decisions, sub-resources and holds answer is what the document says of them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from identity.enums import UserRole
from tests.bookings.api.clients import Caller, fresh_key
from tests.bookings.api.test_documented import check, document, party, soon  # noqa: F401 -- a fixture
from tests.bookings.parties import make_actor, make_booking, make_chef
from tests.factories.bookings import make_selling_station

pytestmark = pytest.mark.django_db
REASON = "The birthday was moved"


@pytest.fixture
def station():
    return make_selling_station(slot_capacity=3)


@pytest.fixture
def admin(station):
    return Caller(make_actor(UserRole.ADMIN, stations=[station], link="admin"))


@pytest.fixture
def manager(station):
    return Caller(make_actor(stations=[station]))


def test_decisions(document, station, admin, manager):  # noqa: F811 -- the fixture
    booking = make_booking(station, date=soon(), status="confirmed", created_at=timezone.now())
    ask = {"reason": REASON, "reason_code": "other"}
    steps = (
        ("reschedule", {"date": (soon() + timedelta(days=3)).isoformat(), "slot": "18:00"}, admin, 200),
        ("reschedule", {"date": "2020-01-01", "slot": "18:00"}, admin, 422),
        ("adjust", {"amount_cents": 500, "reason": REASON}, admin, 200),
        ("request-cancellation", ask, admin, 200),
        ("request-cancellation", ask, admin, 409),
        ("approve-cancellation", {}, admin, 403),
        ("reject-cancellation", {"reason": REASON}, manager, 200),
        ("request-cancellation", ask, admin, 200),
        ("approve-cancellation", {"note": "By phone"}, manager, 200),
        ("correct", {"reason": REASON}, admin, 409),
        ("reinstate", {"reason": REASON}, admin, 200),
        ("restore", {}, admin, 409),
    )
    for action, body, who, status in steps:
        booking.refresh_from_db()
        answer = who.post(f"/bookings/{booking.pk}/{action}", body, seen=booking.version)
        assert (action, answer.status_code) == (action, status), answer.json()
        check(document, "post", f"/bookings/{{id}}/{action}", answer)


def test_sub_resources(document, station, manager):  # noqa: F811 -- the fixture
    make_chef(station)
    booking = make_booking(station, date=soon(), created_at=timezone.now())
    manager.post(f"/bookings/{booking.pk}/hold", {"reason": REASON}, seen=1)
    body = {
        "reminder_type": "email",
        "scheduled_for": (timezone.now() + timedelta(days=1)).isoformat(),
        "message": "Please keep the dog inside",
    }
    made = manager.post(f"/bookings/{booking.pk}/reminders", body)
    check(document, "post", "/bookings/{id}/reminders", made)
    for name in ("events", "reminders", "chef-recommendations"):
        answer = manager.get(f"/bookings/{booking.pk}/{name}")
        assert answer.json()["results"]
        check(document, "get", f"/bookings/{{id}}/{name}", answer)


def test_holds(document, station, manager):  # noqa: F811 -- the fixture
    made = manager.post("/holds", party(station), key=fresh_key())
    check(document, "post", "/holds", made)
    path = f"/holds/{made.json()['id']}"
    check(document, "get", "/holds", manager.get("/holds"))
    check(document, "get", "/holds/{id}", manager.get(path))
    check(document, "post", "/holds/{id}/convert", manager.post(f"{path}/convert", key=fresh_key()))
    check(document, "post", "/holds/{id}/cancel", manager.post(f"{path}/cancel"))
