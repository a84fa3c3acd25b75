"""The SQL of the parts of a catalogue: how each is written, made, mended and removed."""

from collections.abc import Callable, Iterable
from typing import Any

from common.db import names
from common.schema.verify.catalogue import (
    PART_TYPES,
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
    schema_of,
)

Statements = tuple[str, ...]


def quoted(name: str) -> str:
    """Return `schema.name` as SQL writes it."""
    return names.table(*name.split(".", 1))


def ident(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'" if text else "NULL"


def listed(columns: Iterable[str]) -> str:
    return ", ".join(map(ident, columns))


def words(*parts: str) -> str:
    """Join what is not empty."""
    return " ".join(filter(None, parts))


def definition(part: Part) -> str:
    """Return a part as it stands behind its name in SQL; for a reader, and to make it again."""
    found: str = _DEFINITIONS[type(part)](part)
    return found


def _column(part: Column) -> str:
    return words(
        part.type,
        part.collation and f"COLLATE {ident(part.collation)}",
        "" if part.null else "NOT NULL",
        part.default and f"DEFAULT {part.default}",
        part.identity and f"GENERATED {part.identity} AS IDENTITY",
        part.generated and f"GENERATED ALWAYS AS {part.generated}",
    )


def _key(part: Key) -> str:
    return words(
        "PRIMARY KEY" if isinstance(part, PrimaryKey) else "UNIQUE",
        "" if part.nulls_distinct else "NULLS NOT DISTINCT",
        f"({listed(part.columns)})",
        f"INCLUDE ({listed(part.include)})" if part.include else "",
        part.deferrable,
    )


def _foreign_key(part: ForeignKey) -> str:
    return words(
        f"FOREIGN KEY ({listed(part.columns)})",
        f"REFERENCES {quoted(part.target)} ({listed(part.target_columns)})",
        "" if part.match == "SIMPLE" else f"MATCH {part.match}",
        "" if part.on_update == "NO ACTION" else f"ON UPDATE {part.on_update}",
        "" if part.on_delete == "NO ACTION" else f"ON DELETE {part.on_delete}",
        part.deferrable,
    )


def _check(part: Check) -> str:
    return words(f"CHECK ({part.expression})", "" if part.inherited else "NO INHERIT")


def _index(part: Index) -> str:
    return words(
        f"USING {part.method} ({', '.join(part.keys)})",
        f"INCLUDE ({', '.join(part.include)})" if part.include else "",
        "" if part.nulls_distinct else "NULLS NOT DISTINCT",
        f"WITH ({', '.join(part.options)})" if part.options else "",
        part.predicate and f"WHERE {part.predicate}",
    )


def _sequence(part: Sequence) -> str:
    return words(
        f"AS {part.type} INCREMENT {part.increment} MINVALUE {part.minimum} MAXVALUE {part.maximum}",
        f"START {part.start} CACHE {part.cache} {'CYCLE' if part.cycle else 'NO CYCLE'}",
    )


def _function(part: Function) -> str:
    properties = "".join(f" {value}" for value in part.properties)
    return f"RETURNS {part.returns} LANGUAGE {part.language}{properties}: {len(part.body)} lines"


def _table(part: Table) -> str:
    return f"{part.form} of {len(part.columns)} columns"


_DEFINITIONS: dict[type[Part], Callable[[Any], str]] = {
    Column: _column,
    PrimaryKey: _key,
    PART_TYPES["uniques"]: _key,
    ForeignKey: _foreign_key,
    Check: _check,
    Exclusion: lambda part: part.definition,
    Index: _index,
    Trigger: lambda part: f"{part.fires} … {part.action}",
    Rule: lambda part: part.definition,
    Sequence: _sequence,
    Function: _function,
    Table: _table,
}


def comment_on(table: str, column: str, comment: str) -> str:
    """Return the statement that sets the comment of a column, or of the table where `column` is empty."""
    if column:
        return f"COMMENT ON COLUMN {quoted(table)}.{ident(column)} IS {literal(comment)};"
    return f"COMMENT ON TABLE {quoted(table)} IS {literal(comment)};"


def create(table: str, part: Part) -> Statements:
    """Return the statements that add a part to its table."""
    name, alter = ident(part.name), f"ALTER TABLE {quoted(table)}"
    match part:
        case Column():
            comment = (comment_on(table, part.name, part.comment),) if part.comment else ()
            return (f"{alter} ADD COLUMN {name} {definition(part)};", *comment)
        case Index():
            unique = "UNIQUE " if part.unique else ""
            return (f"CREATE {unique}INDEX CONCURRENTLY {name} ON {quoted(table)} {definition(part)};",)
        case Trigger():
            kind = "CONSTRAINT TRIGGER" if part.constraint else "OR REPLACE TRIGGER"
            made = f"CREATE {kind} {name} {part.fires} ON {quoted(table)} {part.action};"
            return (made,) if part.enabled == "origin" else (made, enable_trigger(table, part))
        case Rule():
            return (part.definition,)
        case _:
            return (f"{alter} ADD CONSTRAINT {name} {definition(part)};",)


def drop(table: str, part: Part) -> Statements:
    """Return the statement that removes a part from its table."""
    name = ident(part.name)
    match part:
        case Column():
            return (f"ALTER TABLE {quoted(table)} DROP COLUMN {name};",)
        case Index():
            return (f"DROP INDEX CONCURRENTLY IF EXISTS {ident(schema_of(table))}.{name};",)
        case Trigger() | Rule():
            return (f"DROP {part.kind.upper()} {name} ON {quoted(table)};",)
        case PrimaryKey():
            # Keys that point here go with it; each is a finding of its own then.
            return (f"ALTER TABLE {quoted(table)} DROP CONSTRAINT IF EXISTS {name} CASCADE;",)
        case _:
            return (f"ALTER TABLE {quoted(table)} DROP CONSTRAINT IF EXISTS {name};",)


def rename(table: str, old: str, part: Part) -> Statements:
    """Return the statement that gives a part its expected name."""
    name, alter = ident(part.name), f"ALTER TABLE {quoted(table)}"
    match part:
        case Column():
            return (f"{alter} RENAME COLUMN {ident(old)} TO {name};",)
        case Index():
            return (f"ALTER INDEX {ident(schema_of(table))}.{ident(old)} RENAME TO {name};",)
        case Trigger() | Rule():
            return (f"ALTER {part.kind.upper()} {ident(old)} ON {quoted(table)} RENAME TO {name};",)
        case _:
            return (f"{alter} RENAME CONSTRAINT {ident(old)} TO {name};",)


def enable_trigger(table: str, part: Trigger) -> str:
    mode = {"origin": "ENABLE", "disabled": "DISABLE"}.get(part.enabled, f"ENABLE {part.enabled.upper()}")
    return f"ALTER TABLE {quoted(table)} {mode} TRIGGER {ident(part.name)};"


def create_table(table: Table) -> Statements:
    """Return the statements that make a whole table; its foreign keys last."""
    columns = ", ".join(f"{ident(part.name)} {definition(part)}" for part in table.columns.values())
    unlogged = "UNLOGGED " if table.persistence == "unlogged" else ""
    options = f" WITH ({', '.join(table.options)})" if table.options else ""
    statements = [f"CREATE {unlogged}TABLE {quoted(table.name)} ({columns}){options};"]
    if table.comment:
        statements.append(comment_on(table.name, "", table.comment))
    statements += [
        comment_on(table.name, part.name, part.comment) for part in table.columns.values() if part.comment
    ]
    groups = sorted(
        (group for group in PART_TYPES if group != "columns"), key=lambda group: group == "foreign_keys"
    )
    for group in groups:
        for part in table.parts(group).values():
            statements += create(table.name, part)
    return tuple(statements)
