"""Expressions that read differently and mean the same.

PostgreSQL writes `status IN ('a', 'b')` one way when it was written so, and another way after a dump and
restore or an ALTER COLUMN TYPE. Where texts differ, both are parsed once more, on copies of the live table
that are rolled back; what is then equal was equal. Nothing of this runs while all texts agree.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from common.schema.verify import ddl
from common.schema.verify.catalogue import Catalogue, Check, Column, Index, Part, schema_of
from common.schema.verify.expected import SchemaNotMade, made_up, run
from common.schema.verify.reader import read

ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "columns": ("generated",),
    "checks": ("expression",),
    "indexes": ("keys", "predicate"),
}
"""The groups of parts that hold expressions, and the attributes that do."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Two parts of one name whose expressions differ in text."""

    table: str
    group: str
    expected: Part
    found: Part


def settle(connection: BaseDatabaseWrapper, expected: Catalogue, found: Catalogue) -> Catalogue:
    """Return `found` with the words of `expected` wherever an expression means the same."""
    tables = dict(found.tables)
    for candidate in equal(connection, list(candidates(expected, found))):
        table = tables[candidate.table]
        part = in_words_of(candidate.expected, candidate.found, candidate.group)
        parts = {**table.parts(candidate.group), part.name: part}
        tables[candidate.table] = replace(table, **{candidate.group: parts})  # type: ignore[arg-type]  # see PART_TYPES
    return replace(found, tables=tables)


def in_words_of(expected: Part, found: Part, group: str) -> Part:
    return replace(found, **{name: getattr(expected, name) for name in ATTRIBUTES[group]})


def candidates(expected: Catalogue, found: Catalogue) -> Iterable[Candidate]:
    for name, table in expected.tables.items():
        other = found.tables.get(name)
        if other is None or table == other:
            continue
        for group, attributes in ATTRIBUTES.items():
            parts = other.parts(group)
            for part in table.parts(group).values():
                twin = parts.get(part.name)
                if twin is not None and any(getattr(part, a) != getattr(twin, a) for a in attributes):
                    yield Candidate(name, group, part, twin)


def equal(connection: BaseDatabaseWrapper, these: Sequence[Candidate]) -> list[Candidate]:
    """Return those that PostgreSQL reads alike; a text it cannot read at all costs its half another try."""
    if not these:
        return []
    try:
        with transaction.atomic(using=connection.alias):
            left = parsed(connection, "e_", these, [candidate.expected for candidate in these])
            right = parsed(connection, "f_", these, [candidate.found for candidate in these])
    except SchemaNotMade:
        if len(these) == 1:
            return []
        half = len(these) // 2
        return [*equal(connection, these[:half]), *equal(connection, these[half:])]
    return [
        candidate
        for candidate in these
        if all(
            getattr(part_of(left, candidate), name) == getattr(part_of(right, candidate), name)
            for name in ATTRIBUTES[candidate.group]
        )
    ]


def part_of(catalogue: Catalogue, candidate: Candidate) -> Part:
    return catalogue.tables[candidate.table].parts(candidate.group)[candidate.expected.name]


def parsed(
    connection: BaseDatabaseWrapper, mark: str, these: Sequence[Candidate], parts: Sequence[Part]
) -> Catalogue:
    """Return copies of the live tables with the parts on them, as PostgreSQL writes them now."""
    with made_up(connection, mark) as prefix:
        tables = dict.fromkeys(candidate.table for candidate in these)
        copy = {name: f"{prefix}{name}" for name in tables}
        statements = [f"CREATE TABLE {ddl.quoted(copy[name])} (LIKE {ddl.quoted(name)});" for name in tables]
        for candidate, part in zip(these, parts, strict=True):
            statements += made_on(copy[candidate.table], part)
        run(connection, prefix, {schema_of(name) for name in tables}, statements)
        return read(connection, f"^{prefix}", prefix=prefix)


def made_on(copy: str, part: Part) -> list[str]:
    alter = f"ALTER TABLE {ddl.quoted(copy)}"
    match part:
        case Column():
            name = ddl.ident(part.name)
            return [f"{alter} DROP COLUMN {name}, ADD COLUMN {name} {ddl.definition(part)};"]
        case Check() | Index():
            return [statement.replace(" CONCURRENTLY ", " ") for statement in ddl.create(copy, part)]
    raise TypeError(part.kind)
