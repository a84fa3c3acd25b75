"""Section 17: `manage.py verify_schema`, its flags, words and exit codes."""

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from bookings.models import Customer
from common.schema.verify import snapshot

WIDEN = "ALTER TABLE core.customers ALTER first_name TYPE varchar(200)"
DISABLE = "ALTER TABLE core.system_events DISABLE TRIGGER tg_system_events_frozen"


def execute(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def run(*args: str) -> tuple[int, str, str]:
    """Return exit code, output and last words."""
    out = io.StringIO()
    try:
        call_command("verify_schema", *args, stdout=out)
    except CommandError as error:
        return error.returncode, out.getvalue(), str(error)
    return 0, out.getvalue(), ""


def run_json(*args: str) -> tuple[int, dict[str, Any]]:
    code, out, _words = run("--json", *args)
    return code, json.loads(out)


def test_four_truths_and_the_rows_agree(db):
    code, report = run_json()
    assert (code, report["findings"]) == (0, [])
    assert report["tables"] >= 88
    assert report["columns"] > 1_300
    assert report["foreign_keys"] > 170


def test_findings_are_told_by_table_with_what_to_run(db):
    execute(WIDEN, DISABLE)
    code, out, words = run()
    *told, figures = out.splitlines()
    assert told == [
        "core.customers: models and database",
        "  column type: first_name",
        "    expected  character varying(100)",
        "    found     character varying(200)",
        (
            '    run       ALTER TABLE "core"."customers" ALTER COLUMN "first_name" '
            'TYPE character varying(100) USING "first_name"::character varying(100);'
        ),
        "",
        "core.system_events: models and database",
        "  trigger enabled: tg_system_events_frozen",
        "    expected  origin",
        "    found     disabled",
        '    run       ALTER TABLE "core"."system_events" ENABLE TRIGGER "tg_system_events_frozen";',
        "",
    ]
    assert figures.startswith("schemas ")
    assert ", findings 2, seconds " in figures
    assert (code, words) == (1, "2 findings")


def test_findings_as_json(db):
    execute(DISABLE)
    code, report = run_json()
    assert code == 1
    assert report["findings"] == [
        {
            "truth": "database",
            "kind": "trigger enabled",
            "table": "core.system_events",
            "name": "tg_system_events_frozen",
            "expected": "origin",
            "found": "disabled",
            "run": ['ALTER TABLE "core"."system_events" ENABLE TRIGGER "tg_system_events_frozen";'],
            "step": 10,
        }
    ]


def test_several_lines_and_one_cure_are_told_once(db):
    execute(
        "ALTER FUNCTION core.tg_system_events_frozen() SECURITY DEFINER",
        "DELETE FROM django_migrations WHERE app = 'bookings' AND name LIKE '0002%'",
    )
    _code, out, _words = run()
    assert out.splitlines()[:4] == [
        "bookings: models and migration files",
        "  migration not applied: 0002_freeze_ledgers",
        "    expected  applied",
        "    found     not applied",
    ]
    assert "    run       manage.py migrate bookings" in out


def test_a_diff_shows_definitions(db):
    execute(
        WIDEN,
        "CREATE TABLE core.extra (id int)",
        "DROP TABLE core.deposits",
        "CREATE OR REPLACE FUNCTION core.tg_payments_frozen() RETURNS trigger LANGUAGE plpgsql "
        "AS $$BEGIN RETURN NEW; END$$",
        "ALTER SEQUENCE events.domain_events_sequence_seq CYCLE",
    )
    code, out, _words = run("--diff")
    lines = out.splitlines()
    assert code == 1
    start = lines.index("--- table core.customers (expected)")
    comment = f"comment {Customer._meta.get_field('first_name').help_text}, unvalidated none"
    assert lines[start + 1 : start + 5] == [
        "+++ table core.customers (found)",
        lines[start + 2],
        f"-column first_name character varying(100) NOT NULL; {comment}",
        f"+column first_name character varying(200) NOT NULL; {comment}",
    ]
    assert "+column id integer; comment none, unvalidated none" in lines
    assert '-primary key deposits_pkey PRIMARY KEY ("id"); valid yes' in lines
    assert "+BEGIN RETURN NEW; END" in lines
    assert sum("domain_events_sequence_seq" in line for line in lines) == 2


def test_without_a_database(django_db_blocker):
    assert run("--offline")[0] == 0


def test_the_snapshot_is_written(db):
    before = snapshot.PATH.read_bytes()
    assert run("--write-snapshot", "--dry-run")[0] == 0
    code, out, _words = run("--write-snapshot")
    assert code == 0
    assert "findings 0" in out
    assert snapshot.PATH.read_bytes() == before


def test_wrong_flags(db):
    with pytest.raises(CommandError, match="'-1' is no whole number from 0 on"):
        call_command("verify_schema", "--rows=-1")
    with pytest.raises(CommandError):
        call_command("verify_schema", "--diff", "--offline")


def test_a_role_that_may_make_no_schema_is_told_so(db):
    execute("CREATE ROLE reader_only", "GRANT USAGE ON SCHEMA public TO reader_only")
    execute("GRANT SELECT ON django_migrations TO reader_only", "SET LOCAL ROLE reader_only")
    code, out, words = run()
    assert (code, out) == (1, "")
    assert words.startswith("PostgreSQL cannot make what the models say: permission denied for database")
