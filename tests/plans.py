"""Plans on tables of real size: filled inside of the test's transaction, read by EXPLAIN, never timed.

fill(Customer, last_name="'Lee' || n % 1000")
assert index_names(Customer.objects.filter(station=key_of(Station, 7))) == {"idx_customer_station_created"}
assert seq_scans(...) == set()
"""

import json
from collections.abc import Iterator, Mapping
from hashlib import md5
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models import NOT_PROVIDED, GeneratedField, QuerySet

from common.crypto.fields import BlindIndexField, EncryptedField
from common.fields import EnumField, HexField

ROWS = 100_000
PARENTS = 100
"""How many different rows a filled foreign key points to."""
FIRST_INSTANT = "2026-01-01T00:00:00Z"
"""The instant of row 1 is five minutes later; 100,000 rows fill eleven and a half months."""


def fill(model: type[models.Model], rows: int = ROWS, **columns: str) -> None:
    """Insert rows by one statement and analyze the table; the caller is in a transaction and rolls it back.

    A column's SQL expression may use `n`, the number of the row from 1; nobody checks foreign keys. Left to
    themselves, nullable columns are NULL, those with a database default have it, instants go up by five
    minutes, keys point to `key_of(parent, n % 100)`, enums without default take turns, text and hashes differ
    from row to row.
    """
    table = model._meta.db_table
    given = {model._meta.get_field(name).attname: expression for name, expression in columns.items()}
    values = {
        field.column: f"({given.get(field.attname) or _expression(field)})::{field.db_type(connection)}"
        for field in model._meta.local_concrete_fields
        if field.attname in given or not _left_to_the_database(field)
    }
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        # A new file for the table, so that the rollback leaves no dead rows in the old one.
        cursor.execute(f"CLUSTER {table} USING {_primary_key(cursor, table)}")
        cursor.execute("SET LOCAL session_replication_role = replica")
        # One sort per index afterwards is many times faster than one insert per row and index.
        cursor.execute("UPDATE pg_index SET indisready = false WHERE indrelid = %s::regclass", [table])
        names = ", ".join(connection.ops.quote_name(name) for name in values)
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {', '.join(values.values())} "
            f"FROM generate_series(1, {rows}) AS n"
        )
        cursor.execute(f"REINDEX TABLE {table}")
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute(f"ANALYZE {table}")


def key_of(model: type[models.Model], n: int) -> UUID:
    """Return the key that row number n of a filled child points to; the parent need not exist."""
    return UUID(md5(f"{model._meta.label_lower}{n % PARENTS}".encode(), usedforsecurity=False).hexdigest())


def index_names(queryset: QuerySet[Any]) -> set[str]:
    """Return the names of the indexes that the queryset's plan reads."""
    return {node["Index Name"] for node in _nodes(queryset) if "Index Name" in node}


def seq_scans(queryset: QuerySet[Any]) -> set[str]:
    """Return the names of the tables that the queryset's plan reads from end to end."""
    return {node["Relation Name"] for node in _nodes(queryset) if node["Node Type"] == "Seq Scan"}


def sorts(queryset: QuerySet[Any]) -> bool:
    """Tell whether the plan sorts rows, which an index in the order asked for would spare."""
    return any(node["Node Type"].endswith("Sort") for node in _nodes(queryset))


def assert_indexes(cases: Mapping[str, tuple[QuerySet[Any], str]]) -> None:
    """Assert that each named read uses exactly its index and reads no table from end to end."""
    found = {name: (index_names(rows), seq_scans(rows)) for name, (rows, _index) in cases.items()}
    assert found == {name: ({index}, set()) for name, (_rows, index) in cases.items()}


def _nodes(queryset: QuerySet[Any]) -> Iterator[dict[str, Any]]:
    waiting = [json.loads(queryset.explain(format="json"))[0]["Plan"]]
    while waiting:
        node = waiting.pop()
        waiting += node.get("Plans", [])
        yield node


def _left_to_the_database(field: Any) -> bool:
    if isinstance(field, GeneratedField | models.AutoField):
        return True
    if isinstance(field, BlindIndexField):
        return field.source is None or field.model._meta.get_field(field.source).null
    if isinstance(field, models.DateTimeField):
        return field.null
    return field.null or field.db_default is not NOT_PROVIDED


def _expression(field: Any) -> str:
    """Return the SQL of a column that must have a value."""
    name = field.attname
    fits = field.max_length is None or field.max_length >= len(name) + len(" 1000000")
    if isinstance(field, models.ForeignKey):
        parent = field.related_model._meta.label_lower
        return f"md5('{parent}' || {'n' if field.unique else f'n % {PARENTS}'})"
    if isinstance(field, EnumField):
        choices = ", ".join(f"'{value}'" for value in field.values)
        return f"(ARRAY[{choices}])[1 + n % {len(field.values)}]"
    by_kind: tuple[tuple[type[Any] | tuple[type[Any], ...], str], ...] = (
        (BlindIndexField, "sha256(n::text::bytea)"),
        (EncryptedField, "'\\x00'"),
        (HexField, "encode(sha256(n::text::bytea), 'hex')"),
        (models.EmailField, "'p' || n || '@people.example'"),
        ((models.CharField, models.TextField), f"'{name} ' || n" if fits else "n"),
        (models.UUIDField, "gen_random_uuid()"),
        (models.BooleanField, "false"),
        (models.DateTimeField, f"timestamptz '{FIRST_INSTANT}' + n * interval '5 minutes'"),
        (models.DateField, "date '2026-01-01' + n % 365"),
        (models.TimeField, "time '12:00'"),
        (models.JSONField, "'{}'"),
        (ArrayField, "'{}'"),
        ((models.IntegerField, models.DecimalField), "1"),
    )
    for kind, expression in by_kind:
        if isinstance(field, kind):
            return expression
    raise TypeError(f"State an expression for {field}.")


def _primary_key(cursor: Any, table: str) -> str:
    cursor.execute(
        "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'p'", [table]
    )
    name: str = cursor.fetchone()[0]
    return connection.ops.quote_name(name)
