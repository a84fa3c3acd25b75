"""D-7 as operators run it."""

import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from bookings.models import Booking, Customer, SlotClaim
from bookings.services.slot_races import find_race_slots, race_for_slot
from events.models import DomainEvent, OutboxMessage
from identity.models import Station
from tests.factories.bookings import NOW, make_selling_station

pytestmark = pytest.mark.django_db(transaction=True)


def test_d7_race_leaves_clean_lists_and_says_what_happened(capsys):
    station = make_selling_station(slot_capacity=2)
    call_command("race_slots", "--threads", "6", "--rounds", "2", "--json")
    report = json.loads(capsys.readouterr().out)
    worst = report.pop("worst_answer_ms")
    assert 0 < worst < 5_000
    assert report == {
        "station": station.code,
        "capacity": 2,
        "rounds": 2,
        "threads": 6,
        "won": 4,
        "slot_taken": 8,
        "slot_contended": 0,
        "captured": 8,
        "problems": [],
    }
    assert not SlotClaim.objects.exists()
    assert not Booking.objects.live().exists()
    assert not Customer.objects.live().exists()
    assert set(Booking.objects.values_list("status", "deposit__status")) == {("cancelled", "waived")}
    assert not OutboxMessage.objects.exists()
    assert DomainEvent.objects.filter(event_type="booking.cancelled").count() == 4


def test_d7_race_never_runs_in_production(settings):
    make_selling_station()
    settings.ENVIRONMENT = "production"
    with pytest.raises(CommandError, match="production"):
        call_command("race_slots")
    assert not Booking.objects.exists()


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--threads", "0"], "no whole number from 1 on"),
        (["--station", "ST-NOWHERE"], "No active station ST-NOWHERE"),
        (["--rounds", "300"], "has only 248 empty slots"),
    ],
)
def test_mistakes_of_the_operator(args, words):
    make_selling_station()
    with pytest.raises(CommandError, match=words):
        call_command("race_slots", *args)


def test_no_station_at_all():
    with pytest.raises(CommandError, match="no active station"):
        call_command("race_slots")


def test_d7_problems_are_named():
    """A station that closes while they race refuses every racer: nobody wins, nobody is captured."""
    station = make_selling_station()
    slot = find_race_slots(station=station, rounds=1, at=NOW)[0]
    Station.objects.update(status="inactive")
    result = race_for_slot(station=station, slot=slot, threads=2)
    assert (result.won, result.taken, result.captured) == (0, 0, 0)
    assert [problem.split(":")[0] for problem in result.problems] == [
        "SlotNotOffered",
        "SlotNotOffered",
        "0 bookings and 0 claims for 1 lanes",
    ]


@pytest.fixture
def broken_tables():
    """Neither a party of two nor the failure to book it can be written."""
    checks = {
        '"core"."bookings"': "party_adults <> 2",
        '"events"."domain_events"': "event_type <> 'booking.failed'",
    }
    with connection.cursor() as cursor:
        for table, check in checks.items():
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT ck_broken CHECK ({check}) NOT VALID")
    yield
    with connection.cursor() as cursor:
        for table in checks:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT ck_broken")


def test_d7_an_accident_is_told_without_its_row(broken_tables):
    """What PostgreSQL adds as DETAIL quotes the row that failed."""
    station = make_selling_station()
    slot = find_race_slots(station=station, rounds=1, at=NOW)[0]
    result = race_for_slot(station=station, slot=slot, threads=1)
    assert result.problems == (
        'IntegrityError: new row for relation "bookings" violates check constraint "ck_broken"',
        "0 bookings and 0 claims for 1 lanes",
    )


def test_d7_a_loser_without_alternatives_is_a_problem():
    station = make_selling_station(settings={"slots": ["12:00"]})
    slot = find_race_slots(station=station, rounds=1, at=NOW)[0]
    others = [slot.date + timedelta(days=days) for days in range(-7, 8) if days]
    station.settings = {"slots": ["12:00"], "blackout_dates": [day.isoformat() for day in others]}
    station.save()
    result = race_for_slot(station=station, slot=slot, threads=2)
    assert (result.won, result.taken, result.problems) == (1, 1, ("a loser got no alternatives",))
