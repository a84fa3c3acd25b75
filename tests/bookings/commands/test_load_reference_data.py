import json
from io import StringIO

import pytest
from django.core.management import call_command

from bookings.models import Booking, MenuItem
from identity.models import Permission, Role, Station, User
from tests.factories.identity import StationFactory

pytestmark = pytest.mark.django_db


def run(**options):
    out = StringIO()
    call_command("load_reference_data", as_json=True, **options, stdout=out)
    return json.loads(out.getvalue())


def test_it_loads_what_is_missing_and_nothing_twice() -> None:
    report = run()
    assert report["price_list"] == {"tiers": 1, "menu_items": 9, "addon_items": 6}
    assert report["first_station"] == "ST-FREMONT-001"
    counts = [model.objects.count() for model in (Role, Permission, MenuItem, Station)]
    again = run()
    assert again["price_list"] == {"tiers": 0, "menu_items": 0, "addon_items": 0}
    assert again["first_station"] == "there is one already"
    assert [model.objects.count() for model in (Role, Permission, MenuItem, Station)] == counts


def test_a_dry_run_leaves_nothing() -> None:
    assert run(dry_run=True)["dry_run"] is True
    assert not MenuItem.objects.exists()
    assert not Station.objects.exists()


def test_the_demo_comes_with_its_stations_and_logins() -> None:
    report = run(demo=True)
    assert report["demo"]["bookings"] == Booking.objects.count() == 200
    assert len(report["demo"]["logins_shown_only_now"]) == User.objects.count() == 10
    assert report["first_station"] == "there is one already"


def test_a_used_database_gets_no_demo() -> None:
    StationFactory()
    report = run(demo=True)
    assert report["demo"] == "the database is not empty: nothing done"
    assert not User.objects.exists()
