"""Imports that are stopped in the middle: Ctrl-C and kill -9 lose nothing and double nothing."""

import json
import multiprocessing
import os
import signal
import time
from contextlib import contextmanager
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, connections

from bookings.models import Booking, SlotClaim
from bookings.services.reference_data import load_price_list
from tests.bookings.imports.files import MAPPING, write_csv
from tests.factories.identity import StationFactory

ROWS = 60
PATIENCE = 60

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def arguments(tmp_path):
    load_price_list()
    station = StationFactory(code="ST-TEST-001", slot_capacity=ROWS)
    mapping = tmp_path / "rows.mapping.toml"
    mapping.write_text(MAPPING)
    rows = [{"wish": str(number), "day": f"2026-03-{number % 20 + 1:02}"} for number in range(ROWS)]
    return {
        "file": write_csv(tmp_path / "rows.csv", *rows),
        "station": station.code,
        "mapping": mapping,
        "report": tmp_path / "refused.csv",
        "as_live": True,
        "as_json": True,
    }


def finish(arguments):
    out = StringIO()
    call_command("import_bookings", **arguments, stdout=out)
    report = json.loads(out.getvalue())
    assert Booking.objects.count() == SlotClaim.objects.count() == ROWS
    assert report["imported"] + report["already_imported"] == ROWS
    assert report["refused"] == {}
    return report


def wait_until(condition):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "nothing happened"
        time.sleep(0.02)


def import_in_child(arguments, workers, answer):
    """Run the command as its own process does: alone with its connections, its verdict sent to the parent."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        call_command("import_bookings", **arguments, workers=workers, stdout=StringIO())
    except CommandError as stopped:
        answer.send((str(stopped), stopped.returncode))
    finally:
        answer.close()
        connections.close_all()


@contextmanager
def running_import(arguments, workers):
    """Yield the process of an import that has written its first booking, and the pipe of its verdict."""
    connections.close_all()
    context = multiprocessing.get_context("fork")
    verdict, answer = context.Pipe(duplex=False)
    run = context.Process(target=import_in_child, args=(arguments, workers, answer))
    run.start()
    answer.close()
    try:
        wait_until(Booking.objects.exists)
        yield run, verdict
    finally:
        run.kill()
        run.join()
        verdict.close()


@pytest.mark.parametrize("workers", [1, 2])
def test_ctrl_c_stops_and_the_next_run_continues(arguments, workers) -> None:
    with running_import(arguments, workers) as (run, verdict):
        os.kill(run.pid, signal.SIGINT)
        assert verdict.poll(PATIENCE)
        assert verdict.recv() == ("Stopped; run the command again to continue.", 1)
        run.join(PATIENCE)
    wait_until(lambda: other_connections() == 0)
    done = Booking.objects.count()
    assert 1 <= done < ROWS
    assert finish({**arguments, "workers": workers})["already_imported"] == done


@pytest.mark.parametrize("workers", [1, 2])
def test_kill_9_leaves_no_worker_and_the_next_run_continues(arguments, workers) -> None:
    with running_import(arguments, workers) as (run, _verdict):
        run.kill()
        run.join()
    wait_until(lambda: other_connections() == 0)
    done = Booking.objects.count()
    assert 1 <= done < ROWS
    assert finish({**arguments, "workers": workers})["already_imported"] == done


def other_connections():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        return cursor.fetchone()[0]
