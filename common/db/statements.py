"""Statements that are sent all day: the text is put together once, PostgreSQL keeps it prepared.

The ORM builds its SQL anew for every call, which for one row costs ten times as long as running it. What a
busy path asks again and again is therefore a `Statement` (any SQL) or a `RowStatement` (rows of one model),
made at import. Its values are bound by the server, and each connection parses and plans it once
(`OPTIONS["prepare_threshold"]` of the database; None behind a pooler that cannot do that: then it is sent
as text each time).
"""

import re
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model
from django.db.models.base import ModelState

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper
    from django.db.models import QuerySet

    from common.db.postgresql.base import DatabaseWrapper

M = TypeVar("M", bound=Model)
Parameters = Mapping[str, Any]
PARAMETER = re.compile(r"%\((?P<name>\w+)\)s|%%")
Row = tuple[Any, ...]


class Statement:
    """One SQL command with `%(name)s` parameters; what may be None has a cast unless its type is plain.

    `sql` is the text that PostgreSQL sees: numbered parameters, `%%` as `%`.
    """

    def __init__(self, sql: str) -> None:
        places: dict[str, int] = {}

        def numbered(found: re.Match[str]) -> str:
            name = found["name"]
            return "%" if name is None else f"${places.setdefault(name, len(places) + 1)}"

        self.sql = PARAMETER.sub(numbered, " ".join(sql.split()))
        self._names = tuple(places)

    def rows(self, parameters: Parameters, *, using: str = DEFAULT_DB_ALIAS) -> list[Row]:
        """Run it and return its rows."""
        return cast("list[Row]", self._executed(parameters, using).fetchall())

    def row(self, parameters: Parameters, *, using: str = DEFAULT_DB_ALIAS) -> Row | None:
        """Run it and return its first row, None when there is none."""
        return cast("Row | None", self._executed(parameters, using).fetchone())

    def run(self, parameters: Parameters, *, using: str = DEFAULT_DB_ALIAS) -> int:
        """Run it and return how many rows it wrote."""
        return int(self._executed(parameters, using).rowcount)

    def _executed(self, parameters: Parameters, using: str) -> "CursorWrapper":
        cursor = cast("DatabaseWrapper", connections[using]).prepared_cursor()
        cursor.execute(self.sql, [parameters[name] for name in self._names])
        return cursor


class QueryStatement:
    """The statement of a queryset with its values, built once for rows that are asked for again and again.

    Raises EmptyResultSet for a queryset that asks for nothing at all.
    """

    def __init__(self, queryset: "QuerySet[Any, Any]") -> None:
        sql, values = queryset.query.sql_with_params()
        names = [f"p{index}" for index in range(len(values))]
        # Where a value goes stands %s, and every other percent sign is doubled.
        self._statement = Statement(sql % tuple(f"%({name})s" for name in names) if names else sql)
        self._parameters = dict(zip(names, values, strict=True))
        self._using = queryset.db

    def rows(self) -> list[Row]:
        """Run it and return its rows as they come, unconverted."""
        return self._statement.rows(self._parameters, using=self._using)


class _Rows(Generic[M]):
    """Instances of a model from its columns, in their order, with one more value behind them."""

    def __init__(self, model: type[M]) -> None:
        self._model = model

    def _columns(self, prefix: str = "") -> str:
        return ", ".join(f'{prefix}"{field.column}"' for field in self._model._meta.concrete_fields)

    @cached_property
    def _names(self) -> list[str]:
        return [field.attname for field in self._model._meta.concrete_fields]

    @cached_property
    def _readers(self) -> list[tuple[str, Any]]:
        """Return the attributes whose columns need a `from_db_value`, with it."""
        fields: Any = self._model._meta.concrete_fields
        return [(field.attname, field.from_db_value) for field in fields if hasattr(field, "from_db_value")]

    @cached_property
    def _setters(self) -> list[str]:
        """Return the attributes that are more than an entry of the instance."""
        return [name for name in self._names if hasattr(type(getattr(self._model, name)), "__set__")]

    def _instance(self, row: Row, using: str) -> M:
        """Return what `from_db` does in a fraction of the time, without signals, as `rows.new_row`."""
        values = dict(zip(self._names, row, strict=False))
        connection = connections[using]
        for name, read in self._readers:
            values[name] = read(values[name], None, connection)
        instance = self._model.__new__(self._model)
        instance._state = ModelState()
        instance._state.adding, instance._state.db = False, using
        instance.__dict__.update(values)
        for name in self._setters:
            setattr(instance, name, values[name])
        return instance


class RowStatement(_Rows[M]):
    """Rows of a model, whole, that meet a condition; `tail` is all that follows FROM and the table.

    `also` is one more expression to be read with each of them.
    """

    def __init__(self, model: type[M], tail: str, *, also: str = "NULL") -> None:
        super().__init__(model)
        self._tail, self._also = tail, also

    def all(self, parameters: Parameters, *, using: str = DEFAULT_DB_ALIAS) -> list[M]:
        """Return the instances in the order of the statement."""
        rows = self._statement.rows(parameters, using=using)
        return [self._instance(row, using) for row in rows]

    def first(self, parameters: Parameters, *, using: str = DEFAULT_DB_ALIAS) -> M | None:
        """Return the first instance, None when there is none."""
        row = self._statement.row(parameters, using=using)
        return None if row is None else self._instance(row, using)

    def first_with(self, parameters: Parameters, *, using: str = DEFAULT_DB_ALIAS) -> tuple[M, Any] | None:
        """Return the first instance and what is read with it, None when there is none."""
        row = self._statement.row(parameters, using=using)
        return None if row is None else (self._instance(row, using), row[-1])

    @cached_property
    def _statement(self) -> Statement:
        table = self._model._meta.db_table
        return Statement(f"SELECT {self._columns()}, {self._also} FROM {table} {self._tail}")  # noqa: S608 -- names of a model


class WrittenRows(_Rows[M]):
    """Rows of a model as a command has written them; `alias` is what the command calls the table."""

    def __init__(self, model: type[M], command: str, *, alias: str) -> None:
        super().__init__(model)
        self._command, self._alias = command, alias

    def all(self, parameters: Parameters, *, using: str = DEFAULT_DB_ALIAS) -> list[M]:
        """Run the command and return the instances, in no order."""
        rows = self._statement.rows(parameters, using=using)
        return [self._instance(row, using) for row in rows]

    @cached_property
    def _statement(self) -> Statement:
        return Statement(f"{self._command} RETURNING {self._columns(f'{self._alias}.')}")
