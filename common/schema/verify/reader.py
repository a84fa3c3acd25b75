"""Reads a catalogue out of PostgreSQL: seven statements, whatever the number of tables."""

import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, cast

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from common.schema.verify import queries
from common.schema.verify.catalogue import (
    Catalogue,
    Check,
    Column,
    Exclusion,
    ForeignKey,
    Function,
    Index,
    Key,
    Part,
    PrimaryKey,
    Rule,
    Sequence,
    Table,
    Trigger,
    Unique,
)

MADE_UP = "vs_"
"""How the schemas begin that a run makes and rolls back."""
LIVE = rf"^(?!pg_|information_schema$|{MADE_UP}[0-9]+_)"
"""Pattern of the schemas that are there to stay."""

FORMS = {"r": "table", "p": "partitioned table", "f": "foreign table", "v": "view", "m": "materialized view"}
PERSISTENCE = {"p": "logged", "u": "unlogged", "t": "temporary"}
IDENTITY = {"": "", "a": "ALWAYS", "d": "BY DEFAULT"}
STORAGE = {"s": "STORED", "v": "VIRTUAL"}
ACTIONS = {"a": "NO ACTION", "r": "RESTRICT", "c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT"}
MATCHES = {"s": "SIMPLE", "f": "FULL", "p": "PARTIAL"}
ENABLED = {"O": "origin", "D": "disabled", "R": "replica", "A": "always"}

FIRES = re.compile(r"(BEFORE|AFTER|INSTEAD OF) (INSERT|DELETE|UPDATE|TRUNCATE).*", re.DOTALL)

Row = tuple[Any, ...]
Grouped = dict[int, dict[str, dict[str, Part]]]


def read(connection: BaseDatabaseWrapper, schemas: str = LIVE, *, prefix: str = "") -> Catalogue:
    """Return what lies in the schemas of a pattern; `prefix` is taken off all names."""
    return Reader(connection, schemas, prefix).read()


@contextmanager
def search_path(connection: BaseDatabaseWrapper, path: str = "") -> Iterator[None]:
    """Set the search_path for a transaction or savepoint and put the old one back."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('search_path'), set_config('search_path', %s, true)", [path])
        before = cursor.fetchone()[0]
        yield
        cursor.execute("SELECT set_config('search_path', %s, true)", [before])


class Reader:
    """One reading; parts are gathered by the oid of their table first."""

    def __init__(self, connection: BaseDatabaseWrapper, schemas: str, prefix: str) -> None:
        self.connection = connection
        self.schemas = schemas
        self.prefix = prefix
        self.parts: Grouped = defaultdict(lambda: defaultdict(dict))
        self.names: dict[int, str] = {}
        self.columns: dict[tuple[int, int], str] = {}

    def read(self) -> Catalogue:
        with search_path(self.connection):
            schemas = frozenset(row[0] for row in self.rows(queries.SCHEMAS))
            tables = list(self.rows(queries.TABLES))
            self.names = {row[0]: row[1] for row in tables}
            for query, take in (
                (queries.COLUMNS, self.column),
                (queries.INDEXES, self.index),
                (queries.CONSTRAINTS, self.constraint),
                (queries.TRIGGERS, self.trigger),
            ):
                for row in self.rows(query):
                    take(row)
            functions = [function(row) for row in self.rows(queries.FUNCTIONS)]
            sequences = [sequence(row) for row in self.rows(queries.SEQUENCES)]
        return Catalogue(
            schemas=schemas,
            tables={row[1]: self.table(row) for row in tables},
            functions={part.name: part for part in functions},
            sequences={part.name: part for part in sequences},
        )

    def rows(self, query: str) -> Iterator[Row]:
        with self.connection.cursor() as cursor:
            cursor.execute(query, {"schemas": self.schemas})
            found = cursor.fetchall()
        return map(self.unprefixed, found) if self.prefix else iter(found)

    def unprefixed(self, row: Row) -> Row:
        return tuple(self.bared(value) for value in row)

    def bared(self, value: Any) -> Any:
        if isinstance(value, str):
            return value.replace(self.prefix, "")
        return [self.bared(item) for item in value] if isinstance(value, list) else value

    def table(self, row: Row) -> Table:
        oid, name, form, persistence, options, secured, forced, comment = row
        security = "FORCED" if secured and forced else "ENABLED" if secured else ""
        return Table(
            name=name,
            form=FORMS[form],
            persistence=PERSISTENCE[persistence],
            options=tuple(sorted(options)),
            row_security=security,
            comment=comment,
            **self.parts[oid],  # type: ignore[arg-type]  # the groups are the attributes, see PART_TYPES
        )

    def column(self, row: Row) -> None:
        oid, name, type_, null, identity, generated, expression, collation, comment, number = row
        self.columns[oid, number] = name
        self.parts[oid]["columns"][name] = Column(
            name=name,
            type=type_,
            null=null,
            default="" if generated else expression,
            identity=IDENTITY[identity],
            generated=f"({expression}) {STORAGE[generated]}" if generated else "",
            collation=collation,
            comment=comment,
        )

    def index(self, row: Row) -> None:
        oid, name, owner, unique, method, keys, include, predicate, nulls_distinct, options, valid = row
        if owner is None:
            self.parts[oid]["indexes"][name] = Index(
                name=name,
                keys=tuple(keys),
                unique=unique,
                method=method,
                include=tuple(include),
                predicate=predicate,
                nulls_distinct=nulls_distinct,
                options=tuple(sorted(options)),
                valid=valid,
            )
        elif owner != "x":
            group, part = ("primary_keys", PrimaryKey) if owner == "p" else ("uniques", Unique)
            self.parts[oid][group][name] = part(
                name=name,
                columns=tuple(keys),
                include=tuple(include),
                nulls_distinct=nulls_distinct,
                valid=valid,
            )

    def columns_of(self, oid: int, numbers: list[int]) -> tuple[str, ...]:
        return tuple(self.columns[oid, number] for number in numbers)

    def constraint(self, row: Row) -> None:
        oid, name, kind, columns, target, target_columns, delete, update, match, *flags = row
        deferrable, deferred, validated, enforced, own, expression, active = flags
        deferral = ("DEFERRABLE INITIALLY DEFERRED" if deferred else "DEFERRABLE") if deferrable else ""
        parts = self.parts[oid]
        if kind == "c":
            parts["checks"][name] = Check(
                name=name, expression=expression, inherited=not own, validated=validated, enforced=enforced
            )
        elif kind == "f":
            parts["foreign_keys"][name] = ForeignKey(
                name=name,
                columns=self.columns_of(oid, columns),
                target=self.names[target],
                target_columns=self.columns_of(target, target_columns),
                on_delete=ACTIONS[delete],
                on_update=ACTIONS[update],
                match=MATCHES[match],
                deferrable=deferral,
                validated=validated,
                enforced=enforced,
                active=active,
            )
        elif kind == "x":
            parts["exclusions"][name] = Exclusion(name=name, definition=expression)
        elif kind == "n":
            (column,) = self.columns_of(oid, columns)
            parts["columns"][column] = replace(cast("Column", parts["columns"][column]), unvalidated=name)
        elif deferral:
            group = "primary_keys" if kind == "p" else "uniques"
            parts[group][name] = replace(cast("Key", parts[group][name]), deferrable=deferral)

    def trigger(self, row: Row) -> None:
        oid, name, enabled, constraint, table, definition, rule = row
        if rule:
            self.parts[oid]["rules"][name] = Rule(name=name, definition=rule, enabled=ENABLED[enabled])
            return
        before, _on, action = definition.partition(table)
        fires = FIRES.search(before)
        self.parts[oid]["triggers"][name] = Trigger(
            name=name,
            fires=fires.group() if fires else before,
            action=action,
            constraint=constraint,
            enabled=ENABLED[enabled],
        )


def function(row: Row) -> Function:
    name, returns, language, properties, body, definition = row
    return Function(
        name=name,
        returns=returns,
        language=language,
        properties=tuple(properties),
        body=tuple(body.splitlines()),
        definition=definition,
    )


def sequence(row: Row) -> Sequence:
    name, type_, start, increment, minimum, maximum, cache, cycle, owner, identity = row
    return Sequence(
        name=name,
        type=type_,
        start=start,
        increment=increment,
        minimum=minimum,
        maximum=maximum,
        cache=cache,
        cycle=cycle,
        owner=owner,
        identity=identity,
    )
