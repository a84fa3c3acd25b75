"""API-9: what the API answers is what its document says, operation by operation."""

from datetime import timedelta

import pytest
from django.utils import timezone
from jsonschema import Draft202012Validator, FormatChecker

from bookings.enums import BookingStatus
from tests.bookings.api.clients import Caller, fresh_key
from tests.bookings.parties import make_actor, make_booking, make_chef, make_customer
from tests.factories.bookings import make_selling_station

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def document(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        return Caller().get("/schema").json()


def documented(document, method, template, status):
    """The schema of an answer; every problem has one too."""
    operation = document["paths"][f"/api/v1{template}"][method]
    content = operation["responses"][str(status)]["content"]
    (schema,) = [entry["schema"] for entry in content.values()]
    return {**schema, "components": document["components"]}


def check(document, method, template, response):
    schema = documented(document, method, template, response.status_code)
    errors = Draft202012Validator(schema, format_checker=FormatChecker()).iter_errors(response.json())
    assert [f"{error.json_path}: {error.message}" for error in errors] == []


def soon():
    return timezone.localdate() + timedelta(days=20)


def party(station, **values):
    return {
        "station_id": str(station.pk),
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
        "terms_accepted": True,
        **values,
    }


@pytest.fixture
def station():
    return make_selling_station(slot_capacity=2)


def test_public_answers(document, station):
    guest = Caller()
    place = {"station_id": str(station.pk)}
    days = {**place, "start": soon().isoformat(), "end": soon().isoformat()}
    for template, query in (
        ("/public/stations", {}),
        ("/public/availability", days),
        ("/public/booked-dates", days),
        ("/public/price-list", place),
    ):
        response = guest.get(template, **query)
        assert response.status_code == 200
        check(document, "get", template, response)
    quote = guest.post("/public/quotes", {name: party(station)[name] for name in QUOTED})
    assert quote.status_code == 200
    check(document, "post", "/public/quotes", quote)
    for template in ("/public/bookings", "/public/holds"):
        made = guest.post(template, party(station), key=fresh_key())
        assert made.status_code == 201
        check(document, "post", template, made)
    taken = guest.post("/public/bookings", party(station), key=fresh_key())
    assert taken.status_code == 409
    check(document, "post", "/public/bookings", taken)
    seen = guest.get(f"/public/holds/{made.json()['token']}")
    assert seen.status_code == 200
    check(document, "get", "/public/holds/{token}", seen)


QUOTED = ("station_id", "date", "slot", "adults", "postal_code")


def test_staff_answers(document, station):
    staff = Caller(make_actor(stations=[station]))
    customer = make_customer(station)
    chef = make_chef(station)
    for status in BookingStatus:
        cancelled = status == BookingStatus.CANCELLED
        extra = {"cancelled_at": timezone.now(), "cancellation_reason_code": "other"} if cancelled else {}
        booking = make_booking(
            station,
            status=status,
            customer=customer,
            date=soon(),
            lane=list(BookingStatus).index(status) + 1,
            **extra,
        )
    day = soon().isoformat()
    for template, path, query in (
        ("/bookings", "/bookings", {}),
        ("/bookings", "/bookings", {"status": "confirmed", "ordering": "-date"}),
        ("/bookings/{id}", f"/bookings/{booking.pk}", {}),
        ("/bookings/{id}/explain", f"/bookings/{booking.pk}/explain", {}),
        ("/customers", "/customers", {}),
        ("/customers/{id}", f"/customers/{customer.pk}", {}),
        ("/chefs", "/chefs", {}),
        ("/chefs/{id}", f"/chefs/{chef.pk}", {}),
        ("/stations", "/stations", {}),
        ("/stations/{id}", f"/stations/{station.pk}", {}),
        ("/bookings/availability", "/bookings/availability", {"start": day, "end": day}),
        ("/bookings/calendar", "/bookings/calendar", {"date": day, "view": "week"}),
        ("/auth/me", "/auth/me", {}),
    ):
        response = staff.get(path, **query)
        assert response.status_code == 200, (path, response.content)
        check(document, "get", template, response)
    listed = staff.get("/bookings").json()
    assert len(listed["results"]) == len(BookingStatus)
    made = staff.post("/bookings", party(station, slot="18:00"), key=fresh_key())
    assert made.status_code == 201
    check(document, "post", "/bookings", made)


def test_examples_of_the_public_operations_are_accepted_bodies(document):
    for path in ("/public/quotes", "/public/bookings", "/public/holds", "/public/holds/{token}/sign"):
        content = document["paths"][f"/api/v1{path}"]["post"]["requestBody"]["content"]["application/json"]
        (example,) = [entry["value"] for entry in content["examples"].values()]
        schema = {**content["schema"], "components": document["components"]}
        Draft202012Validator(schema, format_checker=FormatChecker()).validate(example)
