"""DDL for tables in schemas: names beside a table get its schema, foreign keys their ON DELETE."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import models
from django.db.backends.ddl_references import Statement, Table
from django.db.backends.postgresql import schema
from django.db.backends.utils import names_digest

from common.db import names

ON_DELETE = {
    models.CASCADE: "CASCADE",
    models.PROTECT: "RESTRICT",
    models.RESTRICT: "RESTRICT",
    models.SET_NULL: "SET NULL",
}


def on_delete_action(field: Any) -> str | None:
    """Return the ON DELETE action of a foreign key column; None for any other field.

    What only Python can do (SET, SET_DEFAULT without database default) is refused by the database: NO ACTION.
    """
    if not field.concrete or not (field.many_to_one or field.one_to_one) or not field.db_constraint:
        return None
    action = field.remote_field.on_delete
    if action is models.SET_DEFAULT and field.has_db_default():
        return "SET DEFAULT"
    return ON_DELETE.get(action, "NO ACTION")


def with_on_delete(template: str, action: str | None) -> str:
    """Return a template of Django's for a foreign key with the action in it."""
    return template.replace("%(deferrable)s", f" ON DELETE {action}%(deferrable)s")


class Namespace(Table):
    """The schema of a table with its dot, for names beside the table; empty where the search_path decides."""

    def __str__(self) -> str:
        schema_name = names.parse(self.table).schema
        return "" if schema_name is None else f"{self.quote_name(schema_name)}."


class DatabaseSchemaEditor(schema.DatabaseSchemaEditor):
    sql_delete_index = "DROP INDEX IF EXISTS %(namespace)s%(name)s"
    sql_delete_index_concurrently = "DROP INDEX CONCURRENTLY IF EXISTS %(namespace)s%(name)s"
    sql_rename_index = "ALTER INDEX %(namespace)s%(old_name)s RENAME TO %(new_name)s"
    sql_delete_fk = (
        "SET CONSTRAINTS %(namespace)s%(name)s IMMEDIATE; ALTER TABLE %(table)s DROP CONSTRAINT %(name)s"
    )
    sql_move_table = "ALTER TABLE %(table)s SET SCHEMA %(schema)s"

    def _in_namespace(self, statement: Statement, model: type[models.Model]) -> Statement:
        statement.parts["namespace"] = Namespace(model._meta.db_table, self.quote_name)
        return statement

    def _delete_constraint_sql(self, template: str, model: type[models.Model], name: str) -> Statement:
        statement = super()._delete_constraint_sql(template, model, name)  # type: ignore[misc]  # not in the stubs
        return self._in_namespace(statement, model)

    def _delete_index_sql(
        self, model: type[models.Model], name: str, sql: str | None = None, concurrently: bool = False
    ) -> Statement:
        statement = super()._delete_index_sql(model, name, sql, concurrently)  # type: ignore[misc]  # not in the stubs
        return self._in_namespace(statement, model)

    def _rename_index_sql(self, model: type[models.Model], old_name: str, new_name: str) -> Statement:
        statement = super()._rename_index_sql(model, old_name, new_name)  # type: ignore[misc]  # not in the stubs
        return self._in_namespace(statement, model)

    def _create_fk_sql(self, model: type[models.Model], field: Any, suffix: str) -> Statement:
        statement: Statement = super()._create_fk_sql(model, field, suffix)  # type: ignore[misc]  # not in the stubs
        statement.template = with_on_delete(statement.template, on_delete_action(field))
        return statement

    def add_field(self, model: type[models.Model], field: Any) -> None:
        with self._inline_key_action(on_delete_action(field)):
            super().add_field(model, field)

    @contextmanager
    def _inline_key_action(self, action: str | None) -> Iterator[None]:
        stock = self.sql_create_column_inline_fk
        self.sql_create_column_inline_fk = stock.replace(
            "%(deferrable)s", f" ON DELETE {action}%(deferrable)s", 1
        )
        try:
            yield
        finally:
            self.sql_create_column_inline_fk = stock

    def _field_should_be_altered(
        self, old_field: Any, new_field: Any, ignore: set[str] | None = None
    ) -> bool:
        # Django counts on_delete among the attributes that do not reach the database; here it does.
        if on_delete_action(old_field) != on_delete_action(new_field):
            return True
        altered: bool = super()._field_should_be_altered(old_field, new_field, ignore)  # type: ignore[misc]  # not in the stubs
        return altered

    def alter_db_table(
        self,
        model: type[models.Model],  # noqa: ARG002 -- Django's signature
        old_db_table: str,
        new_db_table: str,
    ) -> None:
        old, new = names.parse(old_db_table), names.parse(new_db_table)
        if old == new:
            return
        if old.schema == new.schema:
            self._rename_table(old, new.name)
        else:
            self._move_table(old, new)
        for statement in self.deferred_sql:
            if isinstance(statement, Statement):
                statement.rename_table_references(old_db_table, new_db_table)

    def _rename_table(self, table: names.TableName, name: str) -> names.TableName:
        self.execute(
            self.sql_rename_table
            % {"old_table": self.quote_name(str(table)), "new_table": self.quote_name(name)}
        )
        return table._replace(name=name)

    def _move_table(self, old: names.TableName, new: names.TableName) -> None:
        """Move a table to another schema; under a name of its own on the way, when it is renamed as well."""
        if old.name != new.name:
            passing = names.TableName(None, f"moving_{names_digest(str(old), str(new), length=16)}")
            old = self._rename_table(old, passing.name)
        target = "%I" if new.schema is None else self.quote_name(new.schema)
        sql = self.sql_move_table % {"table": self.quote_name(str(old)), "schema": target}
        if new.schema is None:
            # Only the server knows which schema a bare name stands for.
            literal = sql.replace("%I", "").replace("'", "''")
            sql = f"DO $move$ BEGIN EXECUTE '{literal}' || quote_ident(current_schema()); END $move$"
        self.execute(sql, None)
        if old.name != new.name:
            self._rename_table(names.TableName(new.schema, old.name), new.name)
