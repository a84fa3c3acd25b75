"""/stations/{id}/travel-fee: 15.2, Q-9, Q-10, API-7."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.utils import timezone

from bookings.models import TravelFeeConfiguration
from common.api.etag import etag_of, record_version
from identity.enums import StationRole, UserRole
from identity.models import StationAuditLog
from tests.bookings.api.clients import Caller, pointers, problem
from tests.bookings.parties import make_actor
from tests.factories.bookings import make_selling_station
from tests.factories.identity import StationFactory

pytestmark = pytest.mark.django_db

FEE = {"free_miles": 20.5, "price_per_mile_cents": 250, "max_service_distance": 90}
CONFLICT = (412, "version_conflict")


@pytest.fixture
def station():
    return StationFactory()


@pytest.fixture
def caller(station):
    return Caller(make_actor(UserRole.ADMIN, stations=[station], link=StationRole.ADMIN))


def path(station):
    return f"/stations/{station.pk}/travel-fee"


def put(caller, station, body, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return caller.client.put(f"/api/v1{path(station)}", body, format="json", headers=named)


def test_the_fee_in_full(station, caller):
    assert problem(caller.get(path(station))) == (404, "not_found")
    fee = TravelFeeConfiguration.objects.create(
        station=station,
        latitude=Decimal("37.5485000"),
        longitude=Decimal("-121.9886000"),
        free_miles=Decimal("20.50"),
        notes="Toll bridge",
    )
    response = caller.get(path(station))
    assert (response.status_code, response.headers["ETag"]) == (200, etag_of(fee))
    assert response.json() == {
        "station_id": str(station.pk),
        "free_miles": 20.5,
        "price_per_mile_cents": 200,
        "max_service_distance": 150,
        "latitude": 37.5485,
        "longitude": -121.9886,
        "is_active": True,
        "notes": "Toll bridge",
        "currency": "USD",
        "created_at": fee.created_at.isoformat().replace("+00:00", "Z"),
        "updated_at": fee.updated_at.isoformat().replace("+00:00", "Z"),
    }
    unchanged = caller.client.get(f"/api/v1{path(station)}", headers={"If-None-Match": etag_of(fee)})
    assert (unchanged.status_code, unchanged.content) == (304, b"")


@pytest.mark.parametrize("condition", [{}, {"If_None_Match": "*"}])
def test_the_first_put_sets_it(station, caller, condition):
    response = put(caller, station, FEE, **condition)
    assert response.status_code == 201, response.content
    fee = TravelFeeConfiguration.objects.get()
    assert response.headers["ETag"] == etag_of(fee)
    assert (fee.station, fee.free_miles, fee.price_per_mile_cents, fee.max_service_distance) == (
        station,
        Decimal("20.50"),
        250,
        Decimal("90.00"),
    )
    log = StationAuditLog.objects.get()
    assert (log.action, log.resource_type, log.station_id) == (
        "create",
        "travelfeeconfiguration",
        station.pk,
    )


@pytest.mark.parametrize("tag", ['"1"', "*"])
def test_api7_a_first_fee_matches_no_version(station, caller, tag):
    response = put(caller, station, FEE, If_Match=tag)
    assert (problem(response), response.json()["current_version"]) == (CONFLICT, 0)
    assert not TravelFeeConfiguration.objects.exists()


def test_api7_a_fee_is_replaced_by_who_has_seen_it(station, caller):
    fee = TravelFeeConfiguration.objects.create(station=station, notes="Toll bridge", is_active=False)
    assert problem(put(caller, station, FEE)) == (428, "precondition_required")
    for condition in ({"If_Match": '"1"'}, {"If_None_Match": "*"}):
        stale = put(caller, station, FEE, **condition)
        assert (problem(stale), stale.json()["current_version"]) == (CONFLICT, record_version(fee))
    replaced = put(caller, station, {**FEE, "max_service_distance": None}, If_Match=etag_of(fee))
    assert replaced.status_code == 200, replaced.content
    body = replaced.json()
    assert (body["max_service_distance"], body["notes"], body["is_active"]) == (None, None, True)
    assert problem(put(caller, station, FEE, If_Match=etag_of(fee))) == CONFLICT
    fee.refresh_from_db()
    assert replaced.headers["ETag"] == etag_of(fee)
    assert StationAuditLog.objects.get().details["changed"] == {
        "free_miles": {"old": "30.00", "new": "20.50"},
        "price_per_mile_cents": {"old": 200, "new": 250},
        "max_service_distance": {"old": "150.00", "new": None},
        "is_active": {"old": False, "new": True},
        "notes": {"old": "Toll bridge", "new": None},
    }


@pytest.mark.parametrize(
    ("role", "link", "answers"),
    [
        (UserRole.SUPER_ADMIN, None, {"own": 201, "other": 201, "nowhere": 404}),
        (UserRole.ADMIN, "admin", {"own": 201, "other": 404, "nowhere": 404}),
        (UserRole.CUSTOMER_SUPPORT, "admin", {"own": 201, "other": 404, "nowhere": 404}),
        (UserRole.ADMIN, None, {"own": 404, "other": 404, "nowhere": 404}),
        (UserRole.CUSTOMER_SUPPORT, "customer_support", {"own": 403, "other": 403, "nowhere": 403}),
        (UserRole.STATION_MANAGER, "station_admin", {"own": 403, "other": 403, "nowhere": 403}),
        (UserRole.CHEF, None, {"own": 403, "other": 403, "nowhere": 403}),
        (UserRole.CUSTOMER, None, {"own": 403, "other": 403, "nowhere": 403}),
        (UserRole.CONSUMER, None, {"own": 403, "other": 403, "nowhere": 403}),
    ],
)
def test_r4_who_sets_the_fee_of_which_station(station, role, link, answers):
    actor = make_actor(role, stations=[station], link=link) if link else make_actor(role)
    caller = Caller(actor)
    places = {"own": station, "other": StationFactory(), "nowhere": StationFactory.build(pk=uuid4())}
    assert {place: put(caller, places[place], FEE).status_code for place in answers} == answers
    read = {place: caller.get(path(places[place])).status_code for place in answers}
    assert read == {place: 200 if status == 201 else status for place, status in answers.items()}


def test_nobody_knows_it_without_signing_in(station):
    assert problem(Caller().get(path(station))) == (401, "not_authenticated")
    assert problem(put(Caller(), station, FEE)) == (401, "not_authenticated")


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, ["/free_miles", "/max_service_distance", "/price_per_mile_cents"]),
        (
            {
                "free_miles": -1,
                "price_per_mile_cents": 10**12,
                "max_service_distance": 10_000,
                "latitude": 91,
                "longitude": -181,
                "is_active": "yes",
                "notes": "x" * 2_001,
                "settings": {},
                "currency": "EUR",
            },
            [
                "/currency",
                "/free_miles",
                "/is_active",
                "/latitude",
                "/longitude",
                "/max_service_distance",
                "/notes",
                "/price_per_mile_cents",
                "/settings",
            ],
        ),
        ({**FEE, "free_miles": "20"}, ["/free_miles"]),
        ({**FEE, "notes": "a\0b"}, ["/notes"]),
        ({**FEE, "free_miles": 20.555}, ["/free_miles"]),
        ({**FEE, "free_miles": 91}, ["/max_service_distance"]),
        ({**FEE, "latitude": 37.5}, ["/latitude"]),
        ({**FEE, "station_id": str(uuid4())}, ["/station_id"]),
    ],
    ids=[
        "nothing",
        "everything",
        "text",
        "NUL",
        "thousandths",
        "all free",
        "half a point",
        "another station",
    ],
)
def test_400_wrong_fees(station, caller, body, wrong):
    response = put(caller, station, body)
    assert (problem(response), sorted(pointers(response))) == ((400, "validation_error"), wrong)
    assert not TravelFeeConfiguration.objects.exists()


def test_q9_later_quotes_use_it():
    station = make_selling_station()
    guest, owner = Caller(), Caller(make_actor(UserRole.SUPER_ADMIN))
    party = {
        "station_id": str(station.pk),
        "date": (timezone.localdate() + timedelta(days=20)).isoformat(),
        "slot": "12:00",
        "adults": 10,
        "postal_code": "95814",
    }
    before = guest.post("/public/quotes", party).json()
    fee = {"free_miles": 0, "price_per_mile_cents": 100, "max_service_distance": None}
    assert put(owner, station, fee).status_code == 201
    after = guest.post("/public/quotes", party).json()
    miles = Decimal(before["road_miles"])
    assert before["travel_cents"] == round((miles - 30) * 200)
    assert after["travel_cents"] == round(miles * 100)
