"""Migration operations: schemas, append-only tables, ledgers, unlogged tables."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.db.migrations.state import ProjectState
from django.db.migrations.writer import MigrationWriter, OperationWriter
from django.test import override_settings

from common.db import table
from common.db.errors import constraint_name
from common.db.operations import CreateSchema, DatabaseOperation, FreezeColumns, FreezeTable, SetUnlogged
from tests.common.db import catalogue

pytestmark = pytest.mark.django_db

ENTRIES = table("engine_ledger", "entries")
FREEZE = FreezeTable(ENTRIES, name="tg_entries_frozen")
KEEP = FreezeTable(ENTRIES, name="tg_entries_frozen", purgeable=False)
LEDGER = FreezeColumns(ENTRIES, name="tg_entries_frozen", columns=["amount"], once=["closed_at"])


def forwards(*operations: DatabaseOperation) -> None:
    state = ProjectState()
    with connection.schema_editor() as editor:
        for operation in operations:
            operation.state_forwards("engine_app", state)
            operation.database_forwards("engine_app", editor, state, state)


def backwards(*operations: DatabaseOperation) -> None:
    with connection.schema_editor() as editor:
        for operation in operations:
            operation.database_backwards("engine_app", editor, ProjectState(), ProjectState())


def execute(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.rowcount)


def functions() -> list[str]:
    return catalogue.rows("SELECT proname FROM pg_proc WHERE pronamespace = 'engine_ledger'::regnamespace")


@contextmanager
def refused() -> Iterator[None]:
    with (
        pytest.raises(IntegrityError, match=r"of a row in engine_ledger\.entries is refused") as failure,
        transaction.atomic(),
    ):
        yield
    assert constraint_name(failure.value) == "tg_entries_frozen"


@pytest.fixture
def entries() -> None:
    forwards(CreateSchema("engine_ledger"))
    execute("CREATE TABLE engine_ledger.entries (id int, amount int, closed_at date, note text)")
    execute("INSERT INTO engine_ledger.entries VALUES (1, 100, NULL, 'a')")


class TestCreateSchema:
    def test_there_and_back(self) -> None:
        schemas = "SELECT nspname FROM pg_namespace WHERE nspname = 'engine_ledger'"
        forwards(CreateSchema("engine_ledger"), CreateSchema("engine_ledger"))
        assert catalogue.rows(schemas) == ["engine_ledger"]
        backwards(CreateSchema("engine_ledger"), CreateSchema("engine_ledger"))
        assert catalogue.rows(schemas) == []

    @pytest.mark.parametrize(
        "content", ["TABLE engine_ledger.t ()", "TYPE engine_ledger.e AS ENUM ()", "SEQUENCE engine_ledger.s"]
    )
    def test_back_keeps_a_schema_in_which_something_lives(self, content: str) -> None:
        forwards(CreateSchema("engine_ledger"))
        execute(f"CREATE {content}")
        backwards(CreateSchema("engine_ledger"))
        assert catalogue.rows("SELECT nspname FROM pg_namespace WHERE nspname = 'engine_ledger'") == [
            "engine_ledger"
        ]


@pytest.mark.usefixtures("entries", "search_path")
class TestFreezeTable:
    def test_refuses_update_and_delete(self) -> None:
        forwards(FREEZE)
        with refused():
            execute("UPDATE engine_ledger.entries SET note = 'b'")
        with refused():
            execute("DELETE FROM engine_ledger.entries")
        assert execute("INSERT INTO engine_ledger.entries VALUES (2)") == 1

    def test_retention_may_delete_and_may_not_update(self) -> None:
        forwards(FREEZE)
        with transaction.atomic():
            execute("SET LOCAL app.purge = 'on'")
            with refused():
                execute("UPDATE engine_ledger.entries SET note = 'b'")
            assert execute("DELETE FROM engine_ledger.entries") == 1

    def test_what_is_not_purgeable_stays(self) -> None:
        forwards(KEEP)
        execute("SET LOCAL app.purge = 'on'")
        with refused():
            execute("DELETE FROM engine_ledger.entries")

    def test_backwards_leaves_nothing(self) -> None:
        forwards(FREEZE)
        assert functions() == ["tg_entries_frozen"]
        backwards(FREEZE)
        assert functions() == []
        assert execute("DELETE FROM engine_ledger.entries") == 1


@pytest.mark.usefixtures("entries", "search_path")
class TestFreezeColumns:
    @pytest.fixture(autouse=True)
    def ledger(self, entries: None) -> None:
        forwards(LEDGER)

    @pytest.mark.parametrize("change", ["amount = 1", "amount = NULL", "note = 'b', amount = amount + 1"])
    def test_refuses_changes_of_its_columns(self, change: str) -> None:
        with refused():
            execute(f"UPDATE engine_ledger.entries SET {change}")

    def test_lets_other_columns_and_same_values_pass(self) -> None:
        assert execute("UPDATE engine_ledger.entries SET note = 'b', amount = 100, id = 2") == 1

    def test_a_value_is_set_once(self) -> None:
        assert execute("UPDATE engine_ledger.entries SET closed_at = '2026-01-01'") == 1
        assert execute("UPDATE engine_ledger.entries SET closed_at = '2026-01-01'") == 1
        for value in ("'2026-01-02'", "NULL"):
            with refused():
                execute(f"UPDATE engine_ledger.entries SET closed_at = {value}")

    def test_refuses_delete_unless_it_is_a_purge(self) -> None:
        with refused():
            execute("DELETE FROM engine_ledger.entries")
        execute("SET LOCAL app.purge = 'off'")
        with refused():
            execute("DELETE FROM engine_ledger.entries")
        execute("SET LOCAL app.purge = 'on'")
        assert execute("DELETE FROM engine_ledger.entries") == 1

    def test_backwards_leaves_nothing(self) -> None:
        backwards(LEDGER)
        assert functions() == []


@pytest.mark.usefixtures("entries")
def test_a_misspelt_column_is_found_by_the_migration() -> None:
    with pytest.raises(ProgrammingError, match="amuont"), transaction.atomic():
        forwards(FreezeColumns(ENTRIES, name="tg_entries_frozen", columns=["amuont"]))


@pytest.mark.usefixtures("entries")
def test_a_ledger_of_no_columns_is_refused() -> None:
    with pytest.raises(ValueError, match="no column"):
        FreezeColumns(ENTRIES, name="tg_entries_frozen")


class NoDatabase:
    def allow_migrate(self, db: str, app_label: str, **hints: object) -> bool:
        return False


def test_routers_are_asked() -> None:
    with override_settings(DATABASE_ROUTERS=[NoDatabase()]):
        forwards(CreateSchema("engine_ledger"))
    assert catalogue.rows("SELECT nspname FROM pg_namespace WHERE nspname = 'engine_ledger'") == []


@pytest.mark.usefixtures("entries")
def test_unlogged_there_and_back() -> None:
    persistence = "SELECT relpersistence::text FROM pg_class WHERE oid = 'engine_ledger.entries'::regclass"
    forwards(SetUnlogged(ENTRIES))
    assert catalogue.rows(persistence) == ["u"]
    backwards(SetUnlogged(ENTRIES))
    assert catalogue.rows(persistence) == ["p"]


@pytest.mark.parametrize(
    ("operation", "written", "says", "fragment"),
    [
        (CreateSchema("core"), "name='core'", "Create schema core", "create_schema_core"),
        (FREEZE, "name='tg_entries_frozen'", f"Make {ENTRIES} append-only", "tg_entries_frozen"),
        (LEDGER, "once=['closed_at']", f"Freeze columns of {ENTRIES}", "tg_entries_frozen"),
        (SetUnlogged(ENTRIES), f"table='{ENTRIES}'", f"Make {ENTRIES} unlogged", "unlogged_entries"),
    ],
)
def test_operations_can_be_written_and_told(
    operation: DatabaseOperation, written: str, says: str, fragment: str
) -> None:
    assert written in OperationWriter(operation, indentation=0).serialize()[0]
    assert MigrationWriter.serialize(operation.reversible) == ("True", set())
    assert operation.describe() == says
    assert operation.migration_name_fragment == fragment
    assert operation.reduces_to_sql
