"""Section 15.2, row /holds: R, C, cancel, convert for staff."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from bookings.models import Booking, ReservationHold, SlotClaim
from bookings.selectors.holds import get_hold_by_token
from bookings.services.holds import create_hold, sign_hold
from common.actors import GuestActor
from identity.enums import UserRole
from identity.models import StationAuditLog
from tests.bookings.api.clients import Caller, fresh_key, problem
from tests.bookings.parties import make_actor
from tests.factories.bookings import make_request, make_selling_station, signature_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def station():
    return make_selling_station(slot_capacity=4)


@pytest.fixture
def desk(station):
    return Caller(make_actor(UserRole.CUSTOMER_SUPPORT, stations=[station], link="customer_support"))


def soon():
    return timezone.localdate() + timedelta(days=30)


def hold_of(station, **fields):
    hold, _token = create_hold(
        request=make_request(station, date=soon(), **fields), by=GuestActor(), at=timezone.now()
    )
    return hold


def sign(hold):
    return sign_hold(
        hold=hold,
        **signature_of(hold.station),
        by=GuestActor(),
        at=timezone.now(),
    )


def body(**values):
    return {
        "date": soon().isoformat(),
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


def test_h1_staff_hold_a_slot_for_a_customer(station, desk):
    assert problem(desk.post("/holds", body())) == (400, "idempotency_key_required")
    made = desk.post("/holds", body(), key=fresh_key())
    assert (made.status_code, made.json()["status"], made.json()["email"]) == (
        201,
        "pending",
        "a•••@e•••.com",
    )
    hold = ReservationHold.objects.get()
    assert get_hold_by_token(token=made.json()["token"], at=timezone.now()) == hold
    assert hold.request["source"] == "admin"
    assert SlotClaim.objects.get().hold_id == hold.pk
    elsewhere = make_selling_station()
    wrong = desk.post("/holds", body(station_id=str(elsewhere.pk)), key=fresh_key())
    assert problem(wrong) == (403, "permission_denied")


@pytest.mark.parametrize("count", [1, 3])
def test_p3_api10_lists_mask_and_take_constant_queries(station, desk, count, django_assert_num_queries):
    for _number in range(count):
        hold_of(station)
    hold_of(make_selling_station())
    with django_assert_num_queries(1):
        rows = desk.get("/holds").json()["results"]
    assert len(rows) == count
    assert "name" not in rows[0]
    assert "token" not in rows[0]
    assert all("•" in row["email"] and "•" in row["phone"] for row in rows)


def test_p3_a_detail_is_clear_and_audited(station, desk):
    hold = hold_of(station)
    shown = desk.get(f"/holds/{hold.pk}").json()
    assert (shown["name"], shown["email"], shown["slot"]) == ("Ann Lee", hold.email, "12:00")
    row = StationAuditLog.objects.get(action="view")
    assert (row.resource_type, row.resource_id, row.permissions_used) == (
        "reservationhold",
        str(hold.pk),
        ["hold.manage"],
    )
    assert problem(desk.get(f"/holds/{uuid4()}")) == (404, "not_found")


def test_p2_filters(station, desk):
    hold = hold_of(station)
    sign(hold_of(station, first_name="Bea"))
    assert [row["id"] for row in desk.get("/holds", q=hold.email).json()["results"]] == [str(hold.pk)]
    assert desk.get("/holds", q="Ann").json()["results"] == []
    assert len(desk.get("/holds", status="signed").json()["results"]) == 1
    assert desk.get("/holds", date__lt=soon().isoformat()).json()["results"] == []


def test_h5_cancel(station, desk):
    hold = hold_of(station)
    assert problem(desk.post(f"/holds/{hold.pk}/cancel", seen=1)) == (412, "version_conflict")
    tag = desk.get(f"/holds/{hold.pk}").headers["ETag"].strip('"')
    gone = desk.post(f"/holds/{hold.pk}/cancel", seen=tag)
    assert (gone.json()["status"], gone.json()["cancellation_reason"]) == ("cancelled", "admin_cancelled")
    assert not SlotClaim.objects.exists()
    assert problem(desk.post(f"/holds/{hold.pk}/cancel")) == (409, "invalid_transition")


@pytest.mark.parametrize("act", ["cancel", "convert"])
@pytest.mark.parametrize("body", [[], 7, {"reason": "none"}])
def test_acts_take_no_members(station, desk, act, body):
    hold = hold_of(station)
    refused = desk.post(f"/holds/{hold.pk}/{act}", body, key=fresh_key())
    assert problem(refused) == (400, "validation_error")
    assert SlotClaim.objects.count() == 1


def test_h3_convert(station, desk):
    hold = hold_of(station)
    path = f"/holds/{hold.pk}/convert"
    assert problem(desk.post(path)) == (400, "idempotency_key_required")
    assert problem(desk.post(path, key=fresh_key())) == (409, "invalid_transition")
    sign(hold)
    made = desk.post(path, key=fresh_key())
    booking = Booking.objects.get()
    assert (made.status_code, UUID(made.json()["id"]), made.json()["status"]) == (
        201,
        booking.pk,
        "deposit_pending",
    )
    assert made.headers["ETag"] == f'"{booking.version}"'
    shown = desk.get(f"/holds/{hold.pk}").json()
    assert (shown["status"], shown["booking_id"]) == ("converted", str(booking.pk))


def test_h4_gone(station, desk):
    hold = hold_of(station)
    ReservationHold.objects.update(signing_deadline_at=timezone.now() - timedelta(minutes=1))
    assert problem(desk.post(f"/holds/{hold.pk}/cancel")) == (410, "hold_expired")


def test_r4_hosts_and_chefs_manage_no_holds(station):
    hold = hold_of(station)
    for role in (UserRole.CUSTOMER, UserRole.CHEF):
        caller = Caller(make_actor(role))
        assert problem(caller.get("/holds")) == (403, "permission_denied")
        assert problem(caller.post(f"/holds/{hold.pk}/cancel")) == (403, "permission_denied")
