"""Section 1: customers and chefs own their rows by the verified e-mail of their account."""

from datetime import UTC, datetime, time

import pytest
from rest_framework.test import APIClient

from common.actors import SystemActor
from identity.models import User
from identity.services.invitations import invite_user
from identity.services.reference_data import load_roles
from tests.bookings.parties import make_booking, make_chef, make_customer, make_station
from tests.identity.post import last_letter

pytestmark = pytest.mark.django_db

API = "/api/v1"
GOOD = "violet harbour 42 lanterns"


@pytest.fixture(autouse=True)
def roles(db):
    load_roles()


def post(path, body):
    return APIClient().post(f"{API}{path}", body, format="json")


def client_of(email):
    access = post("/auth/login", {"email": email, "password": GOOD}).json()["access"]
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {access}")
    return client


def ids(client, path):
    answer = client.get(f"{API}{path}")
    assert answer.status_code == 200, answer.content
    return {row["id"] for row in answer.json()["results"]}


def test_au11_a_customer_who_registers_finds_their_parties_in_every_station():
    hosts = [make_customer(make_station(), email="Ann@Example.com") for _station in range(2)]
    mine = {str(make_booking(host.station, customer=host).pk) for host in hosts}
    stranger = make_booking(make_station())
    post("/auth/register", {"email": "ann@example.com", "password": GOOD})
    assert post("/auth/login", {"email": "ann@example.com", "password": GOOD}).status_code == 403
    post("/auth/verify-email", {"token": last_letter().token})
    client = client_of("ann@example.com")
    assert ids(client, "/bookings") == mine
    assert ids(client, "/customers") == {str(host.pk) for host in hosts}
    assert client.get(f"{API}/bookings/{stranger.pk}").status_code == 404


def test_an_unverified_email_opens_nothing():
    host = make_customer(make_station(), email="ann@example.com")
    make_booking(host.station, customer=host)
    post("/auth/register", {"email": "ann@example.com", "password": GOOD})
    post("/auth/verify-email", {"token": last_letter().token})
    client = client_of("ann@example.com")
    User.objects.update(email_verified_at=None)
    assert ids(client, "/bookings") == set()
    assert ids(client, "/customers") == set()


def test_au13_an_invited_chef_finds_their_parties():
    station = make_station()
    chef = make_chef(station, email="Ken@Example.com")
    mine = make_booking(station, chef=chef)
    other = make_booking(station, chef=make_chef(station), slot=time(18))
    invite_user(
        email="ken@example.com",
        role="chef",
        stations=[station],
        by=SystemActor("test"),
        at=datetime.now(UTC),
    )
    assert post("/auth/invitation", {"token": last_letter().token, "password": GOOD}).status_code == 204
    client = client_of("ken@example.com")
    assert ids(client, "/bookings") == {str(mine.pk)}
    assert client.get(f"{API}/bookings/{other.pk}").status_code == 404
