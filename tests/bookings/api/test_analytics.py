"""/analytics: who may ask about which stations, and what the answers look like (R-9, API-9, API-10)."""

from datetime import date

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from bookings.enums import BookingStatus, PaymentMethod, PaymentStatus, PaymentType
from bookings.models import Payment
from events.figures import FigureSource
from events.registry import figures
from identity.enums import UserRole
from tests.bookings.api.clients import Caller, pointers, problem
from tests.bookings.parties import NOW, make_actor, make_booking, make_station

pytestmark = pytest.mark.django_db
JUNE = {"start": "2026-06-01", "end": "2026-06-30"}
PATHS = ("overview", "bookings", "revenue")


@pytest.fixture
def station():
    return make_station()


@pytest.fixture
def caller(station):
    return Caller(make_actor(stations=[station]))


def sell(station, **values):
    booking = make_booking(station, status=BookingStatus.COMPLETED, **values)
    Payment.objects.create(
        booking=booking,
        payment_type=PaymentType.FULL_PAYMENT,
        payment_method=PaymentMethod.CASH,
        status=PaymentStatus.COMPLETED,
        amount_cents=60_000,
        completed_at=booking.starts_at,
    )
    return booking


def test_figures_of_parties(station, caller):
    sell(station)
    body = caller.get("/analytics/bookings", **JUNE, unit="week").json()
    assert (body["start"], body["end"], body["stations"], body["unit"]) == (
        "2026-06-01",
        "2026-06-30",
        [str(station.pk)],
        "week",
    )
    assert (body["totals"]["parties"], body["totals"]["lanes_offered"]) == (1, 120)
    assert [row["start"] for row in body["periods"]] == [f"2026-06-{day:02}" for day in (1, 8, 15, 22, 29)]
    assert [row["code"] for row in body["by_station"]] == [station.code]
    assert len(body["by_occupancy"]) == 5
    assert {row["window"] for row in body["by_window"]} == {"urgent", "standard", "advance", "long_term"}


def test_figures_of_money(station, caller):
    sell(station)
    body = caller.get("/analytics/revenue", **JUNE).json()
    assert (body["unit"], body["currency"], len(body["periods"])) == ("day", "USD", 30)
    assert (body["totals"]["received_cents"], body["totals"]["sold_cents"]) == (60_000, 60_000)
    assert {row["method"]: row["received_cents"] for row in body["by_method"]}["cash"] == 60_000


def test_the_overview_walks_what_every_app_counts(station, caller):
    source = FigureSource(name="wishes", read=lambda period: {"granted": len(period.stations), "rate": None})
    figures.register("bookings", source)
    try:
        sell(station)
        body = caller.get("/analytics/overview", **JUNE).json()
    finally:
        figures.remove("bookings", source)
    assert body["figures"]["wishes"] == {"granted": 1, "rate": None}
    assert body["figures"]["bookings"]["parties"] == 1
    assert body["figures"]["revenue"]["net_cents"] == 60_000
    assert {"bookings", "revenue"} <= body["figures"].keys()


@pytest.mark.parametrize("path", PATHS)
def test_r4_other_stations_do_not_exist_and_are_not_counted(station, caller, path):
    other = make_station()
    sell(other)
    refused = caller.get(f"/analytics/{path}", **JUNE, station_id=str(other.pk))
    assert problem(refused) == (404, "not_found")
    body = caller.get(f"/analytics/{path}", **JUNE).json()
    assert body["stations"] == [str(station.pk)]
    owner = Caller(make_actor(UserRole.SUPER_ADMIN))
    assert owner.get(f"/analytics/{path}", **JUNE, station_id=str(other.pk)).json()["stations"] == [
        str(other.pk)
    ]
    assert {str(station.pk), str(other.pk)} <= set(owner.get(f"/analytics/{path}", **JUNE).json()["stations"])


@pytest.mark.parametrize("path", PATHS)
def test_r4_support_chefs_and_strangers_see_no_figures(station, path):
    support = make_actor(UserRole.CUSTOMER_SUPPORT, stations=[station], link="customer_support")
    assert problem(Caller(support).get(f"/analytics/{path}")) == (403, "permission_denied")
    assert problem(Caller(make_actor(UserRole.CHEF)).get(f"/analytics/{path}")) == (403, "permission_denied")
    assert problem(Caller().get(f"/analytics/{path}")) == (401, "not_authenticated")


@pytest.mark.parametrize("path", PATHS)
def test_periods_have_defaults_and_limits(caller, path):
    body = caller.get(f"/analytics/{path}").json()
    assert (date.fromisoformat(body["end"]) - date.fromisoformat(body["start"])).days == 29
    assert caller.get(f"/analytics/{path}", end="0001-01-02").json()["start"] == "0001-01-01"
    wrong = caller.get(f"/analytics/{path}", start="2026-06-30", end="2026-06-01")
    assert (problem(wrong), pointers(wrong)) == ((400, "validation_error"), ["/end"])
    assert problem(caller.get(f"/analytics/{path}", start="0001-01-01")) == (400, "validation_error")
    assert problem(caller.get(f"/analytics/{path}", sort="up")) == (400, "unknown_parameter")


@pytest.mark.parametrize("path", PATHS)
def test_answers_are_what_the_document_says(station, caller, path):
    sell(station)
    document = Caller().get("/schema").json()
    content = document["paths"][f"/api/v1/analytics/{path}"]["get"]["responses"]["200"]["content"]
    (schema,) = [entry["schema"] for entry in content.values()]
    validator = Draft202012Validator(
        {**schema, "components": document["components"]}, format_checker=FormatChecker()
    )
    for query in (JUNE, {"start": "2026-01-01", "end": "2026-01-02"}):
        answer = caller.get(f"/analytics/{path}", **query).json()
        assert [error.message for error in validator.iter_errors(answer)] == []


@pytest.mark.parametrize(("path", "queries"), [("overview", 7), ("bookings", 4), ("revenue", 3)])
@pytest.mark.parametrize("rows", [1, 3])
def test_api10_the_number_of_queries_is_constant(
    station, caller, django_assert_num_queries, path, queries, rows
):
    for lane in range(1, rows + 1):
        sell(station, lane=lane, created_at=NOW)
        make_station()
    with django_assert_num_queries(queries):
        assert caller.get(f"/analytics/{path}", **JUNE).status_code == 200
