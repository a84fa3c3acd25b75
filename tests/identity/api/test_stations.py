"""/stations, read only: scoped, constant queries."""

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from identity.services.sessions import start_session
from tests.factories.identity import StationFactory, StationUserFactory, UserFactory, make_staff

pytestmark = pytest.mark.django_db

PATH = "/api/v1/stations"


def client_of(user):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {start_session(user=user, at=timezone.now()).access}")
    return client


def codes(client, query=""):
    response = client.get(PATH + query)
    assert response.status_code == 200
    return [row["code"] for row in response.json()["results"]]


def test_one_station_in_full(station):
    station.settings = {"alert_emails": ["boss@stations.example"], "tax_rate_bps": 900}
    station.business_hours = {"friday": {"open": "10:00", "close": "23:00"}}
    station.save()
    response = client_of(make_staff("customer_support", station)).get(f"{PATH}/{station.pk}")
    assert response.status_code == 200
    assert "ETag" in response.headers
    body = response.json()
    assert {type(body.pop("created_at")), type(body.pop("updated_at"))} == {str}
    assert body == {
        "id": str(station.pk),
        "code": station.code,
        "name": "Fremont",
        "display_name": station.display_name,
        "email": station.email,
        "phone": "+15105550100",
        "address_line1": "1 Mission Blvd",
        "address_line2": None,
        "city": "Fremont",
        "state": "CA",
        "postal_code": "94536",
        "country": "US",
        "timezone": "America/Los_Angeles",
        "latitude": 37.57,
        "longitude": -121.98,
        "geocode_status": "located",
        "status": "active",
        "slot_capacity": 1,
        "max_concurrent_bookings": 10,
        "service_area_radius": None,
        "business_hours": dict.fromkeys(
            ["monday", "tuesday", "wednesday", "thursday", "saturday", "sunday"], None
        )
        | {"friday": {"open": "10:00", "close": "23:00"}},
        "settings": {
            "slots": ["12:00", "15:00", "18:00", "21:00"],
            "public_lead_time_hours": 48,
            "booking_lead_time_hours": 24,
            "blackout_dates": [],
            "deposit_cents": 10_000,
            "reschedule_fee_cents": 20_000,
            "tax_rate_bps": 900,
            "card_fee": True,
        },
    }


@pytest.mark.parametrize("role", ["admin", "customer_support", "station_manager"])
def test_r4_staff_see_their_stations_only(station, other_station, role):
    client = client_of(make_staff(role, station))
    assert codes(client) == [station.code]
    foreign = client.get(f"{PATH}/{other_station.pk}")
    assert (foreign.status_code, foreign.json()["code"]) == (404, "not_found")


def test_super_admin_sees_all_in_order_of_code(station, other_station):
    assert codes(client_of(make_staff("super_admin"))) == sorted([station.code, other_station.code])


def test_chefs_see_the_stations_they_are_linked_to(station, other_station):
    user = UserFactory(role="chef")
    StationUserFactory(user=user, station=station, role="customer_support")
    assert codes(client_of(user)) == [station.code]
    assert codes(client_of(UserFactory(role="chef"))) == []


def test_who_has_no_right_to_read_stations(station):
    response = client_of(UserFactory(role="customer")).get(PATH)
    assert (response.status_code, response.json()["code"]) == (403, "permission_denied")
    assert APIClient().get(PATH).json()["code"] == "not_authenticated"


def test_filters_and_ordering(station, other_station):
    other_station.status = "maintenance"
    other_station.save()
    client = client_of(make_staff("super_admin"))
    assert codes(client, "?status=maintenance") == [other_station.code]
    assert codes(client, "?status__in=active,maintenance&ordering=-code") == sorted(
        [station.code, other_station.code], reverse=True
    )
    assert client.get(f"{PATH}?email=x").json()["code"] == "unknown_parameter"


NEW = {"name": "Oakland", "phone": "+15105550199", "address_line1": "2 Lake St", "postal_code": "94601"}


def problem(response):
    return response.status_code, response.json()["code"]


def test_r8_a_station_is_opened_changed_and_closed(roles):
    client = client_of(make_staff("super_admin"))
    made = client.post(PATH, NEW, format="json")
    assert made.status_code == 201
    body = made.json()
    assert (body["code"], body["city"], body["timezone"]) == (
        "ST-OAKLAND-001",
        "Oakland",
        "America/Los_Angeles",
    )
    path, tag = f"{PATH}/{body['id']}", {"HTTP_IF_MATCH": made.headers["ETag"]}
    change = {"slot_capacity": 2, "settings": {"deposit_cents": 5_000}, "latitude": 37.8, "longitude": -122.2}
    changed = client.patch(path, change, format="json", **tag)
    assert changed.status_code == 200
    assert (changed.json()["slot_capacity"], changed.json()["settings"]["deposit_cents"]) == (2, 5_000)
    assert problem(client.patch(path, change, format="json", **tag)) == (412, "version_conflict")
    assert problem(client.patch(path, change, format="json")) == (428, "precondition_required")
    reason = {"reason": "nobody books there"}
    assert problem(client.delete(path, reason, format="json", **tag)) == (412, "version_conflict")
    tag = {"HTTP_IF_MATCH": changed.headers["ETag"]}
    assert problem(client.delete(path, {}, format="json", **tag)) == (400, "validation_error")
    assert client.delete(path, reason, format="json", **tag).status_code == 204
    assert client.get(path).json()["status"] == "inactive"


def test_r8_a_station_in_use_stays(station):
    owner = make_staff("super_admin")
    StationUserFactory(station=station)
    client = client_of(owner)
    tag = client.get(f"{PATH}/{station.pk}").headers["ETag"]
    reason = {"reason": "nobody books there"}
    refused = client.delete(f"{PATH}/{station.pk}", reason, format="json", HTTP_IF_MATCH=tag)
    assert problem(refused) == (409, "station_in_use")
    assert refused.json()["counts"] == {"live_links": 1}


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({**NEW, "code": "ST-X-001"}, "/code"),
        ({**NEW, "settings": {"deposit_cents": -1}}, "/settings/deposit_cents"),
        ({**NEW, "status": "inactive"}, "/status"),
        ({**NEW, "slot_capacity": "2"}, "/slot_capacity"),
        ({name: value for name, value in NEW.items() if name != "postal_code"}, "/postal_code"),
    ],
)
def test_wrong_stations_are_refused(roles, body, pointer):
    response = client_of(make_staff("super_admin")).post(PATH, body, format="json")
    assert problem(response) == (400, "validation_error")
    assert [error["pointer"] for error in response.json()["errors"]] == [pointer]


def test_an_admin_changes_stations_of_their_own_only(station, other_station):
    client = client_of(make_staff("admin", station))
    tag = client.get(f"{PATH}/{station.pk}").headers["ETag"]
    body = {"display_name": "Fremont South"}
    own = client.patch(f"{PATH}/{station.pk}", body, format="json", HTTP_IF_MATCH=tag)
    assert (own.status_code, own.json()["display_name"]) == (200, "Fremont South")
    other = client.patch(f"{PATH}/{other_station.pk}", body, format="json", HTTP_IF_MATCH=tag)
    assert problem(other) == (404, "not_found")
    assert problem(client.post(PATH, NEW, format="json")) == (403, "permission_denied")
    delete = client.delete(
        f"{PATH}/{station.pk}", {"reason": "nobody books there"}, format="json", HTTP_IF_MATCH=tag
    )
    assert problem(delete) == (403, "permission_denied")


@pytest.mark.parametrize("count", [1, 3])
def test_api10_lists_run_a_constant_number_of_queries(roles, count, django_assert_num_queries):
    StationFactory.create_batch(count)
    client = client_of(make_staff("super_admin"))
    assert len(codes(client)) == count
    with django_assert_num_queries(2):
        assert len(codes(client)) == count
