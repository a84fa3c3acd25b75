"""What migrations say, what they lack and how far they are applied."""

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest
from django.db import connection

from common.schema.verify import engine, migrated
from common.schema.verify.engine import verify
from common.schema.verify.expected import SchemaNotMade, realise, script
from common.schema.verify.findings import Finding

Plant = Callable[..., None]
FIRST = """
import importlib
Migration = importlib.import_module("tests.engine_app.migrations.0001_initial").Migration
"""


@pytest.fixture
def plant(tmp_path: Path, settings, monkeypatch) -> Plant:
    """Give the app `engine_app` other migrations: its own first one, and those of a test."""

    def write(package: str, **operations: str) -> None:
        folder = tmp_path / package
        folder.mkdir()
        (folder / "__init__.py").write_text("")
        (folder / "0001_initial.py").write_text(FIRST)
        for name, body in operations.items():
            (folder / f"{name.lstrip('_')}.py").write_text(
                "from django.db import migrations, models\nfrom common.db.operations import *\n"
                "class Migration(migrations.Migration):\n"
                "    dependencies = [('engine_app', '0001_initial')]\n"
                f"    operations = [{dedent(body)}]\n"
            )
        settings.MIGRATION_MODULES = {"engine_app": package}

    monkeypatch.syspath_prepend(tmp_path)
    return write


def of_app(findings: list[Finding], app: str) -> list[Finding]:
    return [finding for finding in findings if finding.table.startswith(app)]


def test_objects_of_migrations_are_expected(db, plant: Plant):
    plant(
        "planted_objects",
        _0002_objects="""
            migrations.RunSQL('CREATE SEQUENCE "engine_depot"."numbers"'),
            migrations.RunSQL([
                "-- counts\\nCREATE FUNCTION engine_depot.one() RETURNS int LANGUAGE sql AS 'SELECT 1'",
                ("ALTER TABLE engine_depot.items SET (fillfactor = %s)", [80]),
                "UPDATE engine_depot.items SET amount = 1",
            ]),
            migrations.SeparateDatabaseAndState(database_operations=[
                migrations.RunSQL("CREATE RULE quiet AS ON INSERT TO engine_shop.items DO ALSO NOTHING"),
            ]),
            migrations.RunPython(migrations.RunPython.noop),
            FreezeTable('"engine_depot"."items"', name="tg_items_frozen"),
            FreezeTable('"engine_depot"."dropped_since"', name="tg_dropped_frozen"),
            migrations.RunSQL("CREATE FUNCTION engine_depot.gone() RETURNS int LANGUAGE sql AS 'SELECT 1'"),
            migrations.RunSQL("DROP FUNCTION engine_depot.gone()"),
            migrations.RunSQL(
                'ALTER SEQUENCE "engine_depot"."numbers" OWNED BY "engine_depot"."items"."amount"'
            ),
        """,
    )
    made = realise(connection, script(migrated.load(connection)))
    assert made.sequences["engine_depot.numbers"].owner == "engine_depot.items.amount"
    functions = sorted(name for name in made.functions if name.startswith("engine_"))
    assert functions == ["engine_depot.one()", "engine_depot.tg_items_frozen()"]
    items = made.tables["engine_depot.items"]
    assert items.options == ("fillfactor=80",)
    assert list(items.triggers) == ["tg_items_frozen"]
    assert list(made.tables["engine_shop.items"].rules) == ["quiet"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'vs%'")
        assert cursor.fetchone() == (0,)
        cursor.execute("SHOW search_path")
        assert cursor.fetchone() == ('"$user", public',)


def test_a_migration_that_is_not_applied_is_what_to_run(db, plant: Plant):
    plant(
        "planted_pending",
        _0002_sequence="""migrations.RunSQL('CREATE SEQUENCE "engine_depot"."numbers"')""",
    )
    findings = of_app(verify(connection).findings, "engine")
    assert [(f.truth, f.kind, f.table, f.name, f.run) for f in findings] == [
        (
            "migrations", "migration not applied", "engine_app", "0002_sequence",
            ("manage.py migrate engine_app",),
        ),
        (
            "database", "sequence missing", "engine_depot", "engine_depot.numbers",
            ("manage.py migrate engine_app",),
        ),
    ]  # fmt: skip


def test_a_model_without_migration_is_what_to_make(db, plant: Plant):
    plant(
        "planted_change",
        _0002_change="""
            migrations.AlterField("kind", "name", models.CharField(max_length=30, unique=True)),
            migrations.RemoveField("remark", "text"),
            migrations.CreateModel("Bygone", [("id", models.AutoField(primary_key=True))]),
        """,
    )
    run = ("manage.py makemigrations engine_app", "manage.py migrate engine_app")
    found = [
        (f.kind, f.table, f.expected, f.run)
        for f in verify(connection).findings
        if f.kind == "model without migration"
    ]
    assert found == [
        ("model without migration", "engine_app", "Delete model Bygone", run),
        ("model without migration", "public.engine_remarks", "Add field text to remark", run),
        ("model without migration", "engine_depot.kinds", "Alter field name on kind", run),
    ]


def test_two_last_migrations_are_a_conflict(db, plant: Plant):
    plant("planted_conflict", _0002_one="", _0002_two="")
    conflict = next(f for f in verify(connection).findings if f.kind == "migration conflict")
    assert (conflict.table, conflict.name, conflict.run) == (
        "engine_app",
        "0002_one, 0002_two",
        ("manage.py makemigrations --merge engine_app",),
    )


def test_an_applied_migration_without_file_is_found(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('events', '0099_lost', now())"
        )
    assert [(f.kind, f.table, f.name) for f in engine.verify(connection).findings] == [
        ("migration without file", "events", "0099_lost")
    ]


def test_what_postgresql_refuses_is_said_in_one_line(db, plant: Plant):
    plant("planted_fault", _0002_fault="migrations.RunSQL('CREATE FUNCTION engine_depot.x() nonsense')")
    with pytest.raises(SchemaNotMade) as caught:
        verify(connection)
    assert caught.value.detail == (
        'PostgreSQL cannot make what the models say: syntax error at or near "nonsense"'
    )
