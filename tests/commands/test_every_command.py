"""Section 17, generated: every command of the house has the common flags and exit codes."""

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command, get_commands, load_command_class
from django.db import connection, connections

from common.db.locks import lock_key
from common.management.base import HouseCommand
from tests.architecture.house import APPS, ROOT, house_models
from tests.bookings.imports import files as parties
from tests.bookings.parties import make_customer
from tests.commands.calls import CALLS, CANNOT_ROLL_BACK, DJANGOS_OWN, NEEDS_NO_DATABASE
from tests.factories.bookings import make_selling_station
from tests.factories.identity import UserFactory
from tests.factories.supply import ConsumerFactory, SupplierFactory
from tests.supply.imports import files as invoices

BANK = "id,amount,occurred_at,memo,sender_name\nT-1,11.50,2026-05-01T12:00:00-07:00,thanks,Ann Lee\n"
EVERY = pytest.mark.parametrize("name", sorted(CALLS))


def command(name):
    return load_command_class(get_commands()[name], name)


def flags(name):
    parser = command(name).create_parser("manage.py", name)
    return {flag for action in parser._actions for flag in action.option_strings}


def paths(folder: Path) -> dict[str, str]:
    """Write the files that calls name, and return their names."""
    (folder / "rows.toml").write_text(parties.MAPPING)
    (folder / "invoices.toml").write_text(invoices.MAPPING)
    (folder / "bank.csv").write_text(BANK)
    parties.write_csv(folder / "rows.csv", {})
    invoices.write_csv(folder / "invoices.csv", {})
    (folder / "out").mkdir()
    return {
        "csv": str(folder / "rows.csv"),
        "mapping": str(folder / "rows.toml"),
        "invoices": str(folder / "invoices.csv"),
        "invoice_mapping": str(folder / "invoices.toml"),
        "bank": str(folder / "bank.csv"),
        "dir": str(folder / "out"),
        "day": "2026-06-30",
    }


def arguments(call: str, names: dict[str, str]) -> list[str]:
    return [part.format_map(names) for part in call.split()]


@pytest.fixture
def world(db, tmp_path, settings, monkeypatch):
    """Return what calls speak of: a station that buys, a customer, an account, a supplier, files."""
    settings.VAR_DIR = tmp_path / "var"
    monkeypatch.setenv("SUPER_ADMIN_PASSWORD", "violet harbour 42 lanterns")
    station = make_selling_station()
    ConsumerFactory(station=station)
    return paths(tmp_path) | {
        "station": station.code,
        "customer": str(make_customer(station).pk),
        "user": UserFactory(role="chef").email,
        "supplier": str(SupplierFactory().pk),
    }


def run(name: str, *args: str) -> tuple[int, dict]:
    """Return exit code and report."""
    out = StringIO()
    try:
        call_command(name, "--json", *args, stdout=out)
    except CommandError as end:
        return end.returncode, json.loads(out.getvalue() or "{}")
    return 0, json.loads(out.getvalue())


def content() -> dict[str, str]:
    """Return a digest of the rows of every table."""
    digests = {}
    with connection.cursor() as cursor:
        for model in house_models():
            table = model._meta.db_table
            cursor.execute(f"SELECT md5(string_agg(row::text, '' ORDER BY row::text)) FROM {table} AS row")
            digests[table] = cursor.fetchone()[0]
    return digests


def test_the_table_names_every_command_of_the_house():
    ours = {name for name, app in get_commands().items() if isinstance(app, str) and app in APPS}
    assert ours == CALLS.keys() | DJANGOS_OWN


@EVERY
def test_flags(name):
    common = {"--json"} if name in CANNOT_ROLL_BACK else {"--json", "--dry-run"}
    assert flags(name) >= common | set(CALLS[name].flags.split())
    assert isinstance(command(name), HouseCommand)
    assert name not in CANNOT_ROLL_BACK or "--dry-run" not in flags(name)


@EVERY
def test_a_wrong_flag_ends_with_2(name, capsys):
    with pytest.raises(SystemExit) as end:
        command(name).run_from_argv(["manage.py", name, "--nonsense"])
    assert end.value.code == 2
    assert "usage: manage.py" in capsys.readouterr().err


@pytest.mark.parametrize("name", sorted(name for name, call in CALLS.items() if call.mistake))
def test_an_operators_mistake_ends_with_1(name, world):
    with pytest.raises(CommandError) as end:
        call_command(name, *arguments(CALLS[name].mistake, world), stdout=StringIO())
    assert end.value.returncode == 1


@pytest.mark.parametrize("name", sorted(CALLS.keys() - CANNOT_ROLL_BACK.keys()))
def test_a_dry_run_reports_as_json_and_leaves_no_trace(name, world):
    before = content()
    code, report = run(name, "--dry-run", *arguments(CALLS[name].works, world))
    assert (code, report["dry_run"]) == (0, True)
    assert content() == before
    assert list(Path(world["dir"]).iterdir()) == []


@pytest.mark.parametrize("name", ["health_report", "match_payments", "prove_slots", "run_job", "worker"])
def test_a_real_run_reports_as_json(name, world):
    code, report = run(name, *arguments(CALLS[name].works, world))
    assert code == 0
    assert "dry_run" not in report


@pytest.fixture(scope="module")
def ends(tmp_path_factory):
    """How every command ends where no database answers."""
    names = paths(tmp_path_factory.mktemp("calls")) | {
        "station": "ST-TEST-001",
        "customer": "00000000-0000-0000-0000-000000000000",
        "user": "ann@people.example",
        "supplier": "00000000-0000-0000-0000-000000000000",
    }
    calls = {name: [name, *arguments(call.works, names)] for name, call in CALLS.items()}
    calls["a worker that stays"] = ["worker", "--max-seconds", "5"]
    surroundings = {
        **os.environ,
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nowhere",
        "DJANGO_SETTINGS_MODULE": "config.test_settings",
        "SUPER_ADMIN_PASSWORD": "violet harbour 42 lanterns",
    }
    ended = subprocess.run(
        [sys.executable, "-m", "tests.commands.without_database"],
        input=json.dumps(calls),
        env=surroundings,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    return json.loads(ended.stdout)


@EVERY
def test_without_a_database_the_end_is_3(name, ends):
    assert ends[name] == (0 if name in NEEDS_NO_DATABASE else 3)


def test_no_worker_begins_without_a_database(ends):
    assert ends["a worker that stays"] == 3


@pytest.mark.django_db
def test_a_lock_that_somebody_holds_ends_with_3():
    """One runner per job (section 16): the second comes too early."""
    holder = connections.create_connection("default")
    try:
        holder.set_autocommit(False)
        with holder.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock_key("job", "purge_keys")])
        assert run("run_job", "--job", "purge_keys") == (3, {})
    finally:
        holder.close()
