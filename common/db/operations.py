"""Migration operations for what models cannot say, all reversible: schemas, frozen rows, unlogged tables."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

from django.db import router
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from common.db import names

PURGE_SETTING = "app.purge"


class DatabaseOperation(Operation, ABC):
    """An operation that changes the database and not the models."""

    reversible = True
    reduces_to_sql = True

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Leave the models as they are."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,  # noqa: ARG002 -- Django's signature
        to_state: ProjectState,  # noqa: ARG002 -- Django's signature
    ) -> None:
        self._run(app_label, schema_editor, self.forward_sql(schema_editor))

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,  # noqa: ARG002 -- Django's signature
        to_state: ProjectState,  # noqa: ARG002 -- Django's signature
    ) -> None:
        self._run(app_label, schema_editor, self.backward_sql(schema_editor))

    def _run(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, statements: Sequence[str]
    ) -> None:
        if router.allow_migrate(schema_editor.connection.alias, app_label):
            for statement in statements:
                schema_editor.execute(statement, None)

    @abstractmethod
    def forward_sql(self, schema_editor: BaseDatabaseSchemaEditor) -> Sequence[str]:
        """Return the statements of the operation."""

    @abstractmethod
    def backward_sql(self, schema_editor: BaseDatabaseSchemaEditor) -> Sequence[str]:
        """Return the statements that take it back."""


class CreateSchema(DatabaseOperation):
    """Create a schema unless it exists; backwards drop it unless something lives in it."""

    def __init__(self, name: str) -> None:
        self.name = name

    def forward_sql(self, schema_editor: BaseDatabaseSchemaEditor) -> Sequence[str]:
        return [f"CREATE SCHEMA IF NOT EXISTS {schema_editor.quote_name(self.name)}"]

    def backward_sql(self, schema_editor: BaseDatabaseSchemaEditor) -> Sequence[str]:
        return [
            (
                f"DO $drop$ BEGIN DROP SCHEMA IF EXISTS {schema_editor.quote_name(self.name)}; "
                "EXCEPTION WHEN dependent_objects_still_exist THEN NULL; END $drop$"
            )
        ]

    def describe(self) -> str:
        return f"Create schema {self.name}"

    @property
    def migration_name_fragment(self) -> str:
        return f"create_schema_{self.name}".lower()


class TriggerOperation(DatabaseOperation):
    """A row trigger with a function of its own, of the same name and in the schema of the table."""

    def __init__(self, table: str, *, name: str, purgeable: bool = True) -> None:
        self.table = table
        self.name = name
        self.purgeable = purgeable

    @abstractmethod
    def conditions(self, schema_editor: BaseDatabaseSchemaEditor) -> str:
        """Return the SQL condition under which an UPDATE is refused."""

    def forward_sql(self, schema_editor: BaseDatabaseSchemaEditor) -> Sequence[str]:
        table, name, function = self._names(schema_editor)
        literal = schema_editor.quote_value(self.name)
        purge = f"pg_catalog.current_setting('{PURGE_SETTING}', true) IS NOT DISTINCT FROM 'on'"
        may_delete = purge if self.purgeable else "false"
        return [
            f"""CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $frozen$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF {may_delete} THEN
            RETURN OLD;
        END IF;
    ELSIF NOT ({self.conditions(schema_editor)}) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% of a row in %.% is refused', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = {literal},
              SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
END $frozen$""",
            (
                f"CREATE TRIGGER {name} BEFORE UPDATE OR DELETE ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION {function}()"
            ),
        ]

    def backward_sql(self, schema_editor: BaseDatabaseSchemaEditor) -> Sequence[str]:
        table, name, function = self._names(schema_editor)
        return [f"DROP TRIGGER {name} ON {table}", f"DROP FUNCTION {function}()"]

    def _names(self, schema_editor: BaseDatabaseSchemaEditor) -> tuple[str, str, str]:
        quote = schema_editor.quote_name
        schema = names.parse(self.table).schema
        return quote(self.table), quote(self.name), quote(str(names.TableName(schema, self.name)))

    @property
    def migration_name_fragment(self) -> str:
        return self.name.lower()


class FreezeTable(TriggerOperation):
    """Make a table append-only: UPDATE and DELETE raise IntegrityError.

    DELETE passes under ``SET LOCAL app.purge = 'on'`` unless ``purgeable`` is False.
    """

    def conditions(self, schema_editor: BaseDatabaseSchemaEditor) -> str:  # noqa: ARG002 -- every update is refused
        return "true"

    def describe(self) -> str:
        return f"Make {self.table} append-only"


class FreezeColumns(TriggerOperation):
    """Make a table a ledger: DELETE and changes of the columns raise IntegrityError.

    A column of ``once`` may go from NULL to a value, and never change again. DELETE as with FreezeTable.
    """

    def __init__(
        self,
        table: str,
        *,
        name: str,
        columns: Sequence[str] = (),
        once: Sequence[str] = (),
        purgeable: bool = True,
    ) -> None:
        if not (columns or once):
            raise ValueError(f"The ledger {table} freezes no column.")
        super().__init__(table, name=name, purgeable=purgeable)
        self.columns = columns
        self.once = once

    def conditions(self, schema_editor: BaseDatabaseSchemaEditor) -> str:
        quote = schema_editor.quote_name
        changed = "NEW.{0} IS DISTINCT FROM OLD.{0}"
        return " OR ".join(
            [changed.format(quote(column)) for column in self.columns]
            + [
                f"(OLD.{quote(column)} IS NOT NULL AND {changed.format(quote(column))})"
                for column in self.once
            ]
        )

    def forward_sql(self, schema_editor: BaseDatabaseSchemaEditor) -> Sequence[str]:
        # plpgsql would meet a misspelt column only when the trigger fires.
        columns = ", ".join(map(schema_editor.quote_name, (*self.columns, *self.once)))
        check = f"SELECT {columns} FROM {schema_editor.quote_name(self.table)} LIMIT 0"  # noqa: S608 -- names of a migration
        return [check, *super().forward_sql(schema_editor)]

    def describe(self) -> str:
        return f"Freeze columns of {self.table}"


class SetUnlogged(DatabaseOperation):
    """Keep a table out of the write-ahead log: faster, and empty after a crash."""

    def __init__(self, table: str) -> None:
        self.table = table

    def forward_sql(self, schema_editor: BaseDatabaseSchemaEditor) -> Sequence[str]:
        return [f"ALTER TABLE {schema_editor.quote_name(self.table)} SET UNLOGGED"]

    def backward_sql(self, schema_editor: BaseDatabaseSchemaEditor) -> Sequence[str]:
        return [f"ALTER TABLE {schema_editor.quote_name(self.table)} SET LOGGED"]

    def describe(self) -> str:
        return f"Make {self.table} unlogged"

    @property
    def migration_name_fragment(self) -> str:
        return f"unlogged_{names.parse(self.table).name}".lower()
