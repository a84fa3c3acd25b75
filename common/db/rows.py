"""Inserting new rows of several tables by one statement.

A unit of work writes a handful of rows that belong together. `insert_rows` sends them all in one message:
each table's rows travel as one JSON array, which the database takes apart by the table's own column types. So
the statement depends on the tables alone, is put together once, and stays prepared (`common.db.statements`).
Foreign keys between the rows are no matter: they are checked when the transaction ends.
"""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter
from typing import Any, TypeAlias, TypeVar

import orjson
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models import Field, Model
from django.db.models.base import ModelState
from django.db.models.expressions import DatabaseDefault
from django.db.models.fields import NOT_PROVIDED
from psycopg import Binary

from common.db.statements import Statement

OPTIONS = orjson.OPT_NON_STR_KEYS
KEPT = 256

M = TypeVar("M", bound=Model)
AnyField: TypeAlias = "Field[Any, Any]"
PLAIN = {kind.pre_save for kind in (Field, models.DateField, models.DateTimeField, models.TimeField)}
Shapes = tuple[tuple[type[Model], tuple[str, ...]], ...]


def new_row(model: type[M], **values: Any) -> M:
    """Return what `model(**values)` does, made for `insert_rows`: in a fraction of the time, without signals.

    A model looks at each of its fields in turn, for every instance again; here defaults are laid out once.
    """
    blank = _blank(model)
    row = model.__new__(model)
    state = row.__dict__
    state["_state"] = ModelState()
    state.update(blank.constants)
    for name, make in blank.makers:
        if name not in values:
            state[name] = make()
    for name, value in values.items():
        if name in blank.plain:
            state[name] = value
        else:
            _set(row, name, value)
    return row


def _set(row: Model, name: str, value: Any) -> None:
    """Assign by the descriptor of a relation or an encrypted field."""
    if not hasattr(type(row), name):
        raise TypeError(f"{type(row).__name__} has no field {name}.")
    setattr(row, name, value)


def insert_rows(*rows: Model, using: str = DEFAULT_DB_ALIAS) -> None:
    """Insert new instances of any models by one statement; raises IntegrityError for all of them or none.

    As `save(force_insert=True)` does, fields prepare themselves (`pre_save`), and what the database fills
    in is not read back. Unlike it, no signal is sent.
    """
    shapes, parameters = as_steps(rows)
    if not shapes:
        return
    _statement(shapes).run(parameters, using=using)
    mark_inserted(rows, using=using)


def as_steps(rows: Iterable[Model]) -> tuple[Shapes, dict[str, str]]:
    """Return what `steps_of` and its statement need to insert these rows: tables with columns, and values."""
    by_model: dict[type[Model], list[Model]] = {}
    for row in rows:
        by_model.setdefault(type(row), []).append(row)
    writers = [(_writer(model), group) for model, group in by_model.items()]
    shapes = tuple((writer.model, writer.columns_of(group)) for writer, group in writers)
    return shapes, {f"rows{index}": writer.as_json(group) for index, (writer, group) in enumerate(writers)}


def steps_of(shapes: Shapes) -> list[str]:
    """Return one INSERT per table, for a WITH clause or alone."""
    return [
        _insert(model._meta.db_table, columns, f"rows{index}")
        for index, (model, columns) in enumerate(shapes)
    ]


def with_steps(steps: Sequence[str]) -> str:
    """Return the steps as a WITH clause, empty when there are none."""
    named = ", ".join(f"step{index} AS ({step})" for index, step in enumerate(steps))
    return f"WITH {named}" if named else ""


def mark_inserted(rows: Iterable[Model], *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Let the instances know that their rows exist."""
    for row in rows:
        row._state.adding, row._state.db = False, using


def columns_of(model: type[Model], *, made_by_the_database: Sequence[str] = ()) -> str:
    """Return the columns of a model, as a list in SQL, but for generated ones and these."""
    return _listed(column for column in _writer(model).columns if column not in made_by_the_database)


def as_recordset(rows: Sequence[Model]) -> str:
    """Return new instances of one model as the JSON that `json_populate_recordset` reads; "[]" for none."""
    return _writer(type(rows[0])).as_json(rows) if rows else "[]"


class _Blank:
    """A new instance of a model before it is told anything."""

    def __init__(self, model: type[Model]) -> None:
        fields: Iterable[Any] = [field for field in model._meta.concrete_fields if not field.generated]
        descriptors = {field.attname: getattr(model, field.attname) for field in fields}
        self.plain = {
            name for name, descriptor in descriptors.items() if not hasattr(type(descriptor), "__set__")
        }
        self.makers = [
            (field.attname, field.default)
            for field in fields
            if field.has_default() and callable(field.default)
        ]
        made = {name for name, _make in self.makers}
        self.constants = {field.attname: field.get_default() for field in fields if field.attname not in made}


class _Writer:
    """How instances of one model become JSON."""

    def __init__(self, model: type[Model]) -> None:
        self.model = model
        fields: Iterable[Any] = model._meta.concrete_fields
        written = [field for field in fields if not field.generated]
        self._readers = {field.column: _reader(field) for field in written}
        self.columns = tuple(self._readers)
        self._left_out = {field.column: field.attname for field in written if _may_be_left_out(field)}

    def columns_of(self, rows: Sequence[Model]) -> tuple[str, ...]:
        """Return the columns to write: all but those whose value the database makes."""
        made = {
            column
            for column, name in self._left_out.items()
            if all(_is_left_out(row.__dict__.get(name)) for row in rows)
        }
        return tuple(column for column in self.columns if column not in made) if made else self.columns

    def as_json(self, rows: Sequence[Model]) -> str:
        readers = self._readers.items()
        values = [{column: read(row) for column, read in readers} for row in rows]
        return orjson.dumps(values, default=_plain, option=OPTIONS).decode()


def _reader(field: AnyField) -> Callable[[Model], Any]:
    read: Callable[[Model], Any] = attrgetter(field.attname)
    if not _is_taken_as_it_is(field):

        def read(row: Model) -> Any:
            return field.pre_save(row, add=True)

    connection = connections[DEFAULT_DB_ALIAS]
    if field.db_type(connection) == "bytea":
        return lambda row: field.get_db_prep_save(read(row), connection)
    return read


def _is_taken_as_it_is(field: AnyField) -> bool:
    """Tell whether a new row holds the value to be written, without the field's having a say."""
    clocked = getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
    return type(field).pre_save in PLAIN and not clocked


def _may_be_left_out(field: AnyField) -> bool:
    made: bool = isinstance(field, models.AutoField) or (
        field.db_default is not NOT_PROVIDED and not field.has_default()
    )
    return made


def _is_left_out(value: Any) -> bool:
    return value is None or isinstance(value, DatabaseDefault)


def _plain(value: Any) -> Any:
    """Return the text that PostgreSQL reads as the value, for what JSON has no word of."""
    match value:
        case Binary():
            return "\\x" + bytes(value.obj).hex()
        case Decimal():
            return str(value)
        case DatabaseDefault():
            return None  # its column is left out of the statement
    raise TypeError(f"A row holds no {type(value).__name__}.")


@lru_cache(maxsize=KEPT)
def _blank(model: type[Model]) -> _Blank:
    return _Blank(model)


@lru_cache(maxsize=KEPT)
def _writer(model: type[Model]) -> _Writer:
    return _Writer(model)


@lru_cache(maxsize=KEPT)
def _statement(shapes: Shapes) -> Statement:
    *first, last = steps_of(shapes)
    return Statement(f"{with_steps(first)} {last}")


def _insert(table: str, columns: Sequence[str], parameter: str) -> str:
    names = _listed(columns)
    rows = f"json_populate_recordset(NULL::{table}, %({parameter})s::json)"
    return f"INSERT INTO {table} ({names}) SELECT {names} FROM {rows}"  # noqa: S608 -- names of a model


def _listed(columns: Iterable[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)
