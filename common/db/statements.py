"""Statements that are sent all day: the text is put together once, PostgreSQL keeps it prepared.

The ORM builds its SQL anew for every call, which for one row costs ten times as long as running it. What a
busy path asks again and again is therefore a `Statement` (any SQL) or a `RowStatement` (rows of one model),
made at import. Its values are bound by the server, and each connection parses and plans it once
(`OPTIONS["prepare_threshold"]` of the database; None behind a pooler that cannot do that: then it is sent
as text each time).
"""

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

    from common.db.postgresql.base import DatabaseWrapper

M = TypeVar("M", bound=Model)
Parameters = Mapping[str, Any]
Row = tuple[Any, ...]


class Statement:
    """One SQL command with `%(name)s` parameters; `NULL` where the type is not plain needs a cast."""

    def __init__(self, sql: str) -> None:
        self.sql = " ".join(sql.split())

    def rows(self, parameters: Parameters, *, using: str = DEFAULT_DB_ALIAS) -> list[Row]:
        """Run it and return its rows."""
        with _cursor(using) as cursor:
            cursor.execute(self.sql, parameters)
            return cast("list[Row]", cursor.fetchall())

    def row(self, parameters: Parameters, *, using: str = DEFAULT_DB_ALIAS) -> Row | None:
        """Run it and return its first row, None when there is none."""
        with _cursor(using) as cursor:
            cursor.execute(self.sql, parameters)
            return cast("Row | None", cursor.fetchone())

    def run(self, parameters: Parameters, *, using: str = DEFAULT_DB_ALIAS) -> int:
        """Run it and return how many rows it wrote."""
        with _cursor(using) as cursor:
            cursor.execute(self.sql, parameters)
            return int(cursor.rowcount)


class RowStatement(Generic[M]):
    """Rows of a model, whole, that meet a condition; `tail` is all that follows FROM and the table."""

    def __init__(self, model: type[M], tail: str) -> None:
        self._model, self._tail = model, tail

    def all(self, parameters: Parameters, *, using: str = DEFAULT_DB_ALIAS) -> list[M]:
        """Return the instances in the order of the statement."""
        rows = self._statement.rows(parameters, using=using)
        return [self._instance(row, using) for row in rows]

    def first(self, parameters: Parameters, *, using: str = DEFAULT_DB_ALIAS) -> M | None:
        """Return the first instance, None when there is none."""
        row = self._statement.row(parameters, using=using)
        return None if row is None else self._instance(row, using)

    @cached_property
    def _statement(self) -> Statement:
        meta = self._model._meta
        columns = ", ".join(f'"{field.column}"' for field in meta.concrete_fields)
        return Statement(f"SELECT {columns} FROM {meta.db_table} {self._tail}")  # noqa: S608 -- names of a model

    @cached_property
    def _names(self) -> list[str]:
        return [field.attname for field in self._model._meta.concrete_fields]

    @cached_property
    def _readers(self) -> list[tuple[int, Any]]:
        """Return position and `from_db_value` of the columns that need one."""
        fields: Any = self._model._meta.concrete_fields
        return [
            (index, field.from_db_value)
            for index, field in enumerate(fields)
            if hasattr(field, "from_db_value")
        ]

    def _instance(self, row: Row, using: str) -> M:
        values = list(row)
        for index, read in self._readers:
            values[index] = read(values[index], None, connections[using])
        return self._model.from_db(using, self._names, values)


def _cursor(using: str) -> "CursorWrapper":
    return cast("DatabaseWrapper", connections[using]).prepared_cursor()
