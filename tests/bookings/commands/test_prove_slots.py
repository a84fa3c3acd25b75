"""D-8: conflicts planted straight in SQL are found and named."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from bookings.models import Booking, ReservationHold, SystemEvent
from bookings.services.bookings import create_booking
from bookings.services.holds import create_hold
from common.actors import GuestActor
from events.registry import JobReport, jobs
from events.services.jobs import run_job
from tests.factories.bookings import DAY, NOON, NOW, make_request, make_selling_station

GUEST = GuestActor()
pytestmark = pytest.mark.django_db


@pytest.fixture
def station():
    return make_selling_station(slot_capacity=3)


@pytest.fixture
def booking(station):
    return create_booking(request=make_request(station), by=GUEST, at=NOW)


@pytest.fixture
def hold(station, booking):
    return create_hold(request=make_request(station), by=GUEST, at=NOW)[0]


def prove(capsys, *args):
    """Run the command; return its exit code and its report."""
    code = 0
    try:
        call_command("prove_slots", "--json", *args)
    except CommandError as error:
        code = error.returncode
    return code, json.loads(capsys.readouterr().out)


def plant(sql, *params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def named(report):
    return [(finding["kind"], finding["owner"]) for finding in report["findings"]]


def test_d8_nothing_is_found_when_all_is_well(booking, hold, capsys):
    assert prove(capsys) == (0, {"bookings": 1, "holds": 1, "claims": 2, "findings": []})


def test_d8_missing_claim(booking, hold, capsys):
    plant("DELETE FROM core.slot_claims")
    code, report = prove(capsys)
    assert code == 1
    assert named(report) == [("missing_claim", f"booking {booking.pk}"), ("missing_claim", f"hold {hold.pk}")]
    assert report["findings"][0] == {
        "kind": "missing_claim",
        "owner": f"booking {booking.pk}",
        "station_id": str(booking.station_id),
        "date": "2026-06-06",
        "slot": "12:00",
        "lane": 1,
        "detail": "occupies without a claim",
    }


def test_d8_extra_claim(booking, capsys):
    plant("UPDATE core.bookings SET status = 'completed' WHERE id = %s", booking.pk)
    assert named(prove(capsys)[1]) == [("extra_claim", f"booking {booking.pk}")]


def test_d8_claim_of_a_deleted_booking(booking, capsys):
    plant("UPDATE core.bookings SET deleted_at = now(), delete_reason = 'planted' WHERE id = %s", booking.pk)
    assert named(prove(capsys)[1]) == [("extra_claim", f"booking {booking.pk}")]


@pytest.mark.parametrize("change", ["lane = 2", "slot = '15:00'", "date = '2026-06-07'"])
def test_d8_wrong_place(booking, change, capsys):
    plant(f"UPDATE core.slot_claims SET {change} WHERE booking_id = %s", booking.pk)
    assert named(prove(capsys)[1]) == [("wrong_place", f"booking {booking.pk}")]


def test_d8_wrong_station(booking, capsys):
    other = make_selling_station()
    plant("UPDATE core.slot_claims SET station_id = %s", other.pk)
    assert named(prove(capsys)[1]) == [("wrong_place", f"booking {booking.pk}")]
    assert prove(capsys, "--station", other.code)[1]["findings"][0]["kind"] == "extra_claim"


def test_d8_double_lane_of_two_bookings(station, booking, capsys):
    second = create_booking(request=make_request(station), by=GUEST, at=NOW)
    plant("DROP INDEX core.idx_booking_date_slot_active")
    plant("UPDATE core.bookings SET lane = 1 WHERE id = %s", second.pk)
    assert named(prove(capsys)[1]) == [
        ("double_lane", f"booking {second.pk}"),
        ("wrong_place", f"booking {second.pk}"),
    ]


def test_d8_double_lane_of_booking_and_hold(booking, hold, capsys):
    plant("UPDATE core.reservation_holds SET lane = 1 WHERE id = %s", hold.pk)
    assert ("double_lane", f"hold {hold.pk}") in named(prove(capsys)[1])


def test_d8_double_claim(station, booking, capsys):
    plant("SET CONSTRAINTS ALL IMMEDIATE")
    plant("ALTER TABLE core.slot_claims DROP CONSTRAINT slot_claims_booking_id_key")
    plant(
        "INSERT INTO core.slot_claims (id, station_id, date, slot, lane, booking_id) "
        "VALUES (%s, %s, %s, %s, 2, %s)",
        uuid4(),
        station.pk,
        DAY,
        NOON,
        booking.pk,
    )
    assert ("double_claim", f"booking {booking.pk}") in named(prove(capsys)[1])


def test_d8_wrong_times(booking, hold, capsys):
    late = timedelta(minutes=30)
    Booking.objects.update(starts_at=booking.starts_at + late, ends_at=booking.ends_at + late + late)
    ReservationHold.objects.update(starts_at=hold.starts_at + late)
    assert sorted(named(prove(capsys)[1])) == [
        ("wrong_ends_at", f"booking {booking.pk}"),
        ("wrong_starts_at", f"booking {booking.pk}"),
        ("wrong_starts_at", f"hold {hold.pk}"),
    ]


def test_s8_an_occupant_at_a_time_that_does_not_exist(booking, capsys):
    for name in ("bookings", "slot_claims"):
        plant(f"UPDATE core.{name} SET date = '2026-03-08', slot = '02:30'")
    assert named(prove(capsys)[1]) == [("nonexistent_time", f"booking {booking.pk}")]


def test_d8_limits(station, booking, capsys):
    plant("DELETE FROM core.slot_claims")
    assert prove(capsys, "--from", "2026-06-07")[0] == 0
    assert prove(capsys, "--to", "2026-06-05")[0] == 0
    assert prove(capsys, "--from", "2026-06-06", "--to", "2026-06-06")[0] == 1
    assert prove(capsys, "--station", station.code)[0] == 1
    with pytest.raises(CommandError, match="no station ST-NOWHERE"):
        call_command("prove_slots", "--station", "ST-NOWHERE")


@pytest.mark.django_db(transaction=True)
def test_d8_reads_one_snapshot(booking, capsys):
    assert prove(capsys) == (0, {"bookings": 1, "holds": 0, "claims": 1, "findings": []})


def test_d8_m8_the_daily_job_tells_the_station_once(station, booking):
    job = next(job for job in jobs if job.name == "prove_slots")
    assert (job.every, run_job(job, at=NOW)) == (timedelta(days=1), JobReport(done=2))
    plant("DELETE FROM core.slot_claims")
    for day in range(2):
        assert run_job(job, at=NOW + timedelta(days=day)) == JobReport(done=1, failed=1)
    told = SystemEvent.objects.get(service="alerts")
    assert (told.action, told.entity_type, told.entity_id) == ("slots_differ", "station", station.pk)
    assert told.event_data["message"] == (
        "1 differences between claims and what occupies. The first: missing_claim, "
        f"booking {booking.pk} on 2026-06-06 12:00 lane 1: occupies without a claim."
    )
