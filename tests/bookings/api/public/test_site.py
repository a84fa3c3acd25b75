"""S-9, S-10: stations, free slots, booked dates and prices for the public."""

from datetime import timedelta
from hashlib import sha256
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from identity.enums import StationStatus
from tests.factories.bookings import make_selling_station
from tests.factories.identity import StationFactory

pytestmark = pytest.mark.django_db


def test_stations_are_the_active_ones_by_code(send, station):
    StationFactory(code="ST-ZZZ-001", status=StationStatus.INACTIVE)
    answer = send("get", "stations")
    assert answer.status_code == 200
    assert [row["code"] for row in answer.json()["results"]] == [station.code]
    assert set(answer.json()["results"][0]) == {
        "id",
        "code",
        "name",
        "display_name",
        "phone",
        "email",
        "city",
        "state",
        "postal_code",
        "timezone",
    }


@pytest.mark.parametrize("number", [1, 3])
def test_stations_take_one_query_however_many(send, number):
    for _ in range(number):
        StationFactory()
    with CaptureQueriesContext(connection) as queries:
        answer = send("get", "stations")
    assert len(answer.json()["results"]) == number
    assert len(queries) == 1


def test_availability_tells_every_slot_and_why_not(send, station, body, party_date):
    assert send("post", "bookings", body).status_code == 201
    day = party_date.isoformat()
    answer = send("get", f"availability?station_id={station.pk}&start={day}&end={day}")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert [(slot["slot"], slot["available"], slot["reason"]) for slot in answer.json()["results"]] == [
        ("12:00", True, None),
        ("15:00", True, None),
        ("18:00", False, "full"),
        ("21:00", True, None),
    ]


def test_availability_of_31_days_takes_two_queries(send, station, party_date):
    end = party_date + timedelta(days=30)
    with CaptureQueriesContext(connection) as queries:
        answer = send("get", f"availability?station_id={station.pk}&start={party_date}&end={end}")
    assert len(answer.json()["results"]) == 31 * 4
    assert len(queries) == 2


def test_booked_dates_are_those_without_a_slot(send, station, body, party_date):
    for slot in ("12:00", "15:00", "18:00", "21:00"):
        assert send("post", "bookings", {**body, "slot": slot}).status_code == 201
    end = party_date + timedelta(days=1)
    answer = send("get", f"booked-dates?station_id={station.pk}&start={party_date}&end={end}")
    assert answer.json() == {"station_id": str(station.pk), "results": [party_date.isoformat()]}


def test_nearest_station_answers_when_none_is_named(send, station, party_date):
    answer = send("get", f"availability?postal_code=94539&start={party_date}&end={party_date}")
    assert answer.json()["station_id"] == str(station.pk)
    far = send("get", f"availability?postal_code=10001&start={party_date}&end={party_date}")
    assert (far.status_code, far.json()["code"]) == (422, "outside_service_area")
    unknown = send("get", f"availability?postal_code=00000&start={party_date}&end={party_date}")
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown_postal_code")


def test_inactive_station_does_not_exist_for_the_public(send, party_date):
    closed = make_selling_station(status=StationStatus.INACTIVE)
    answer = send("get", f"availability?station_id={closed.pk}&start={party_date}&end={party_date}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("start=2026-02-31&end=2026-03-01&postal_code=94539", "validation_error"),
        ("start=2026-03-01&postal_code=94539", "validation_error"),
        ("start=2026-03-05&end=2026-03-01&postal_code=94539", "validation_error"),
        ("start=2026-03-01&end=2026-06-01&postal_code=94539", "validation_error"),
        ("start=2026-03-01&end=2026-03-02", "validation_error"),
        ("start=2026-03-01&end=2026-03-02&postal_code=94539&latitude=37.5", "validation_error"),
        ("start=2026-03-01&end=2026-03-02&postal_code=94539&color=red", "unknown_parameter"),
        ("start=2026-03-01&end=2026-03-02&station_id=nonsense", "validation_error"),
        ("start=9999-12-31&end=9999-12-31&postal_code=94539", None),
        ("start=0001-01-01&end=0001-01-02&postal_code=94539", None),
    ],
)
def test_wrong_queries_are_named(send, station, query, code):
    answer = send("get", f"availability?{query}")
    if code is None:
        assert answer.status_code == 200
    else:
        assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_price_list_tells_the_prices_of_section_4_1(send, station):
    answer = send("get", f"price-list?station_id={station.pk}")
    assert answer.status_code == 200
    listed = answer.json()
    assert listed["tier"]["adult_cents"] == 5_500
    assert listed["deposit_cents"] == 10_000
    assert "rules" not in listed


def test_h2_policies_show_the_agreement_with_the_figures_of_the_station(send, station):
    station.settings = {"deposit_cents": 15_000, "reschedule_fee_cents": 7_550}
    station.save()
    answer = send("get", f"policies?station_id={station.pk}")
    assert (answer.status_code, answer.json()["station_id"]) == (200, str(station.pk))
    (agreement,) = answer.json()["results"]
    assert (agreement["code"], agreement["version"]) == ("agreement", "2026-11")
    assert agreement["text_hash"] == sha256(agreement["text"].encode()).hexdigest()
    assert f"A chef of {station.display_name} comes" in agreement["text"]
    assert "the deposit of $150.00" in agreement["text"]
    assert "each further one costs $75.50" in agreement["text"]
    assert "Up to 4 days before" in agreement["text"]
    assert "until 24 hours before" in agreement["text"]


def test_policies_of_nowhere(send):
    answer = send("get", f"policies?station_id={uuid4()}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
