"""The page of figures: whose stations, which dates, what the charts say."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from bookings.enums import BookingStatus
from identity.enums import UserRole
from tests.bookings.parties import make_booking, make_station
from tests.common.admin.world_rows import soon
from tests.factories.identity import make_staff

pytestmark = pytest.mark.django_db
URL = "/admin/analytics/"


def as_user(user):
    client = Client()
    client.force_login(user, backend="identity.backends.StaffBackend")
    return client


def test_the_figures_of_the_stations_in_reach_are_drawn(client, world):
    station = world.a.station
    day = soon(days=-20).date()
    make_booking(station, date=day, status=BookingStatus.COMPLETED, created_at=soon(days=-40))
    make_booking(world.b.station, date=day, status=BookingStatus.COMPLETED)
    answer = client.get(URL)
    tiles = {label: value for label, value, _icon, _note in answer.context["tiles"]}
    assert tiles["Parties"] in ("1", "2")
    assert tiles["Received"] == "$100"
    assert tiles["Sold"].startswith("$")
    assert [code for code, _cells in answer.context["heat"]] == [station.code]
    assert [bar.text for bar in answer.context["by_method"]] == ["$100"]
    text = answer.content.decode()
    assert [word for word in world.b.words if word in text] == []
    assert f'href="{URL}"' in client.get("/admin/").content.decode()


def test_the_owner_sees_all_stations_and_chooses_one(world):
    owner = as_user(world.owner)
    codes = [code for code, _cells in owner.get(URL).context["heat"]]
    assert codes == [world.a.station.code, world.b.station.code]
    one = owner.get(URL, {"station": world.b.station.code}).context
    assert ([code for code, _cells in one["heat"]], one["chosen_station"]) == (
        [world.b.station.code],
        world.b.station,
    )


def test_r4_a_station_out_of_reach_does_not_exist(client, world):
    assert client.get(URL, {"station": world.b.station.code}).status_code == 404


def test_r4_without_the_right_there_is_no_such_page(world):
    for user in (world.support, make_staff(UserRole.STATION_MANAGER, email="idle@house.example")):
        assert as_user(user).get(URL).status_code == 403
        assert f'href="{URL}"' not in as_user(user).get("/admin/").content.decode()


@pytest.mark.parametrize(
    ("query", "chosen", "days"),
    [
        ({}, "90", 90),
        ({"period": "30"}, "30", 30),
        ({"period": "365"}, "365", 365),
        ({"period": "ahead"}, "ahead", 90),
        ({"period": "nonsense"}, "90", 90),
        ({"start": "2026-06-01", "end": "2026-06-07"}, "", 7),
        ({"start": "2026-06-07", "end": "2026-06-01"}, "90", 90),
        ({"start": "0001-01-01", "end": "9999-12-31"}, "90", 90),
        ({"start": "yesterday", "end": "2026-06-01"}, "90", 90),
        ({"start": "2026-06-01", "end": "2026-06-07", "period": "30"}, "30", 30),
    ],
)
def test_periods_are_chosen_or_typed(client, query, chosen, days):
    context = client.get(URL, query).context
    assert (context["chosen"], (context["end"] - context["start"]).days + 1) == (chosen, days)


def test_long_periods_are_drawn_by_month(client):
    context = client.get(URL, {"start": "2025-01-01", "end": "2025-12-31"}).context
    assert context["heat_days"][:2] == ["Jan 2025", "Feb 2025"]
    assert context["by_state"].title == "Parties per month"
    assert context["by_state"].is_empty is True


def test_a_company_without_stations_has_an_empty_page(db):
    make_station(status="inactive").delete()
    owner = make_staff(UserRole.SUPER_ADMIN)
    assert as_user(owner).get(URL).context["heat"] == []


def test_the_number_of_queries_is_constant(client, world, django_assert_max_num_queries):
    day, counts = timezone.localdate() - timedelta(days=3), []
    client.get(URL)
    for lanes in ((1,), (2, 3)):
        for lane in lanes:
            make_booking(world.a.station, date=day, lane=lane + 5, status=BookingStatus.COMPLETED)
        with django_assert_max_num_queries(10) as captured:
            client.get(URL)
        counts.append(len(captured))
    assert counts[0] == counts[1]
