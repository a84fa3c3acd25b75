"""What to run when one attribute of something is not as expected."""

from dataclasses import replace

from common.schema.verify import ddl
from common.schema.verify.catalogue import (
    Check,
    Column,
    ForeignKey,
    Function,
    Index,
    Key,
    Part,
    Rule,
    Sequence,
    Table,
    Trigger,
    bare,
    schema_of,
)
from common.schema.verify.ddl import Statements, ident, quoted


def change(  # noqa: PLR0911 -- a table of cases
    table: str, expected: Part, found: Part, attribute: str
) -> Statements:
    """Return the statements that bring one attribute of a part to its expected value."""
    match expected, found:
        case Column(), Column():
            return column(table, expected, found, attribute)
        case Trigger(), Trigger() if attribute == "enabled":
            return (ddl.enable_trigger(table, expected),)
        case Trigger(constraint=False), Trigger(constraint=False):
            return ddl.create(table, expected)
        case ((ForeignKey() | Check()), _) if attribute == "validated":
            return (f"ALTER TABLE {quoted(table)} VALIDATE CONSTRAINT {ident(found.name)};",)
        case ForeignKey(), _ if attribute == "active":
            tables = dict.fromkeys((table, expected.target))
            return tuple(f"ALTER TABLE {quoted(name)} ENABLE TRIGGER ALL;" for name in tables)
        case Key() | Index(), _ if attribute == "valid":
            name = f"{ident(schema_of(table))}.{ident(found.name)}"
            return (f"REINDEX INDEX CONCURRENTLY {name};",)
        case Rule(), Rule() if attribute == "enabled":
            return (f"ALTER TABLE {quoted(table)} ENABLE RULE {ident(found.name)};",)
        case _:
            return (*ddl.drop(table, found), *ddl.create(table, replace(expected, name=found.name)))


def column(  # noqa: PLR0911 -- a table of cases
    table: str, expected: Column, found: Column, attribute: str
) -> Statements:
    """Return the statements for one attribute of a column."""
    name = ident(found.name)
    alter = f"ALTER TABLE {quoted(table)}"
    match attribute:
        case "type" | "collation":
            collation = f" COLLATE {ident(expected.collation or 'default')}" if found.collation else ""
            collation = f" COLLATE {ident(expected.collation)}" if expected.collation else collation
            using = "" if found.generated or attribute == "collation" else f" USING {name}::{expected.type}"
            return (f"{alter} ALTER COLUMN {name} TYPE {expected.type}{collation}{using};",)
        case "null":
            verb = "DROP" if expected.null else "SET"
            return (f"{alter} ALTER COLUMN {name} {verb} NOT NULL;",)
        case "default":
            verb = f"SET DEFAULT {expected.default}" if expected.default else "DROP DEFAULT"
            return (f"{alter} ALTER COLUMN {name} {verb};",)
        case "identity" if not expected.identity:
            return (f"{alter} ALTER COLUMN {name} DROP IDENTITY;",)
        case "identity" if not found.identity:
            # It needs a column without default; its sequence has to go on behind the rows.
            sequence = f"pg_get_serial_sequence({ddl.literal(quoted(table))}, {ddl.literal(found.name)})"
            return (
                f"{alter} ALTER COLUMN {name} DROP DEFAULT;",
                f"{alter} ALTER COLUMN {name} ADD GENERATED {expected.identity} AS IDENTITY;",
                f"SELECT setval({sequence}, max({name})) FROM {quoted(table)};",  # noqa: S608 -- names of the catalogue
            )
        case "identity":
            return (f"{alter} ALTER COLUMN {name} SET GENERATED {expected.identity};",)
        case "generated" if not expected.generated:
            return (f"{alter} ALTER COLUMN {name} DROP EXPRESSION;",)
        case "comment":
            return (ddl.comment_on(table, found.name, expected.comment),)
        case "unvalidated":
            return (f"{alter} VALIDATE CONSTRAINT {ident(found.unvalidated)};",)
        case _:
            return (*ddl.drop(table, found), *ddl.create(table, replace(expected, name=found.name)))


def table_attribute(expected: Table, found: Table, attribute: str) -> Statements:
    """Return the statements for one attribute of a table, under the name it is found by."""
    alter = f"ALTER TABLE {quoted(expected.name)}"
    match attribute:
        case "persistence":
            return (f"{alter} SET {expected.persistence.upper()};",)
        case "options":
            gone = [option.partition("=")[0] for option in found.options if option not in expected.options]
            reset = (f"{alter} RESET ({', '.join(gone)});",) if gone else ()
            put = (f"{alter} SET ({', '.join(expected.options)});",) if expected.options else ()
            return (*reset, *put)
        case "row_security":
            return (f"{alter} DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;",)
        case "comment":
            return (ddl.comment_on(expected.name, "", expected.comment),)
        case _:
            return (drop_table(found), *ddl.create_table(expected))


def move_table(old: Table, new: Table) -> Statements:
    """Return the statement that gives a table the expected schema, else the expected name."""
    alter = f"ALTER TABLE {quoted(old.name)}"
    if bare(old.name) == bare(new.name):
        return (f"{alter} SET SCHEMA {ident(schema_of(new.name))};",)
    return (f"{alter} RENAME TO {ident(bare(new.name))};",)


def drop_table(table: Table) -> str:
    return f"DROP {table.form.removeprefix('partitioned ').upper()} {quoted(table.name)};"


def sequence_attribute(expected: Sequence, attribute: str) -> Statements:
    """Return the statement for one attribute of a sequence."""
    alter = f"ALTER SEQUENCE {quoted(expected.name)}"
    if attribute != "owner":
        return (f"{alter} {ddl.definition(expected)};",)
    table, _dot, column_ = expected.owner.rpartition(".")
    owner = f"{quoted(table)}.{ident(column_)}" if table else "NONE"
    return (f"{alter} OWNED BY {owner};",)


def create_sequence(part: Sequence) -> Statements:
    owner = sequence_attribute(part, "owner") if part.owner else ()
    return (f"CREATE SEQUENCE {quoted(part.name)} {ddl.definition(part)};", *owner)


def rename_sequence(old: Sequence, new: Sequence) -> Statements:
    return (f"ALTER SEQUENCE {quoted(old.name)} RENAME TO {ident(bare(new.name))};",)


def create_function(part: Function) -> Statements:
    return (f"{part.definition.replace('CREATE FUNCTION', 'CREATE OR REPLACE FUNCTION', 1).rstrip()};",)


def drop_function(part: Function) -> Statements:
    schema, _dot, rest = part.name.partition(".")
    name, _bracket, arguments = rest.partition("(")
    return (f"DROP FUNCTION {ident(schema)}.{ident(name)}({arguments};",)
