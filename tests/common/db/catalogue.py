"""What the catalogue holds, asked without the code under test."""

from typing import Any

from django.db import connection


def rows(sql: str, *params: Any) -> list[Any]:
    """Return the rows of a query; single columns unpacked."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [row[0] if len(row) == 1 else row for row in cursor.fetchall()]


def tables(*schemas: str) -> list[str]:
    return rows(
        "SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname = ANY(%s) ORDER BY 1",
        list(schemas),
    )


def indexes(schema: str, table: str) -> list[str]:
    return rows(
        "SELECT indexname::text FROM pg_indexes WHERE schemaname = %s AND tablename = %s ORDER BY 1",
        schema,
        table,
    )


def index_definition(schema: str, name: str) -> str:
    (definition,) = rows(
        "SELECT indexdef FROM pg_indexes WHERE schemaname = %s AND indexname = %s", schema, name
    )
    return str(definition)


def constraints(schema: str, table: str, kind: str) -> list[str]:
    return rows(
        "SELECT conname::text FROM pg_constraint JOIN pg_class c ON c.oid = conrelid "
        "JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE nspname = %s AND relname = %s AND contype = %s ORDER BY 1",
        schema,
        table,
        kind,
    )


def foreign_keys(schema: str, table: str) -> dict[str, tuple[str, str, bool]]:
    """Return column → (target table, ON DELETE action, deferred)."""
    actions = {"a": "NO ACTION", "r": "RESTRICT", "c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT"}
    return {
        column: (target, actions[action], deferred)
        for column, target, action, deferred in rows(
            "SELECT a.attname::text, fn.nspname || '.' || f.relname, confdeltype::text, condeferred "
            "FROM pg_constraint JOIN pg_class c ON c.oid = conrelid "
            "JOIN pg_namespace n ON n.oid = c.relnamespace "
            "JOIN pg_class f ON f.oid = confrelid JOIN pg_namespace fn ON fn.oid = f.relnamespace "
            "JOIN pg_attribute a ON a.attrelid = conrelid AND a.attnum = conkey[1] "
            "WHERE n.nspname = %s AND c.relname = %s AND contype = 'f'",
            schema,
            table,
        )
    }


def columns(schema: str, table: str) -> dict[str, str]:
    return dict(
        rows(
            "SELECT column_name::text, data_type::text FROM information_schema.columns "
            "WHERE table_schema = %s AND table_name = %s ORDER BY ordinal_position",
            schema,
            table,
        )
    )
