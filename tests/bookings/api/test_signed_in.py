"""The whole way of a request: bearer token, rights from the database, scope, answer."""

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from identity.enums import StationRole, UserRole
from identity.models import Role, StationUser
from identity.models import UserRole as Assignment
from identity.services.reference_data import load_roles
from identity.services.sessions import start_session
from tests.bookings.parties import make_booking, make_station, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("rows", [1, 3])
def test_api10_a_signed_in_list_runs_two_queries(rows, django_assert_num_queries):
    load_roles()
    station = make_station(slot_capacity=3)
    for lane in range(1, rows + 1):
        make_booking(station, lane=lane)
    user = make_user(UserRole.STATION_MANAGER)
    Assignment.objects.create(user=user, role=Role.objects.get(name=user.role))
    StationUser.objects.create(user=user, station=station, role=StationRole.STATION_ADMIN)
    pair = start_session(user=user, at=timezone.now())
    client = APIClient(headers={"Authorization": f"Bearer {pair.access}"})
    assert client.get("/api/v1/bookings").status_code == 200
    with django_assert_num_queries(2):
        response = client.get("/api/v1/bookings")
    assert len(response.json()["results"]) == rows
