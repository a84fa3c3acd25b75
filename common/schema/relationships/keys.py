"""Faults between the relations of the models and the foreign keys of the live catalogue."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

from common.db.names import TableName, parse
from common.schema.relationships.declared import relations_of
from common.schema.relationships.findings import Fault, Finding

# A key whose triggers somebody disabled, or that was never validated, proves nothing. `conenforced` is a
# column of PostgreSQL 18 and later.
KEYS = """
    SELECT con.conname, n.nspname, c.relname, fn.nspname, fc.relname,
           ARRAY(SELECT a.attname FROM unnest(con.conkey) WITH ORDINALITY AS k(attnum, place)
                 JOIN pg_catalog.pg_attribute a ON a.attrelid = con.conrelid AND a.attnum = k.attnum
                 ORDER BY k.place),
           ARRAY(SELECT a.attname FROM unnest(con.confkey) WITH ORDINALITY AS k(attnum, place)
                 JOIN pg_catalog.pg_attribute a ON a.attrelid = con.confrelid AND a.attnum = k.attnum
                 ORDER BY k.place),
           con.convalidated
           AND COALESCE((pg_catalog.to_jsonb(con) ->> 'conenforced')::boolean, true)
           AND NOT EXISTS (SELECT FROM pg_catalog.pg_trigger t
                           WHERE t.tgconstraint = con.oid AND t.tgenabled NOT IN ('O', 'A'))
    FROM pg_catalog.pg_constraint con
    JOIN pg_catalog.pg_class c ON c.oid = con.conrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_class fc ON fc.oid = con.confrelid
    JOIN pg_catalog.pg_namespace fn ON fn.oid = fc.relnamespace
    WHERE con.contype = 'f' AND n.nspname = ANY(%s)
    ORDER BY n.nspname, c.relname, con.conname
"""


class Key(NamedTuple):
    """A foreign key of the catalogue."""

    name: str
    schema: str
    table: str
    target_schema: str
    target_table: str
    columns: list[str]
    target_columns: list[str]
    enforced: bool

    @property
    def source(self) -> tuple[TableName, tuple[str, ...]]:
        return TableName(self.schema, self.table), tuple(self.columns)

    @property
    def target(self) -> tuple[TableName, tuple[str, ...]]:
        return TableName(self.target_schema, self.target_table), tuple(self.target_columns)


def read_keys(connection: BaseDatabaseWrapper, schemas: Sequence[str]) -> list[Key]:
    """Return the foreign keys of all tables of some schemas."""
    with connection.cursor() as cursor:
        cursor.execute(KEYS, [list(schemas)])
        return [Key(*row) for row in cursor.fetchall()]


def key_faults(models: Sequence[type[Model]], keys: Sequence[Key]) -> Iterator[Finding]:
    """Yield what differs: every many-to-one needs a real key to its target, and no key stands alone."""
    by_source: dict[tuple[TableName, tuple[str, ...]], list[Key]] = defaultdict(list)
    for key in keys:
        by_source[key.source].append(key)
    for model in models:
        for field in relations_of(model):
            if field.many_to_many or isinstance(field.remote_field.model, str) or not model._meta.managed:
                continue
            here = by_source.pop((parse(model._meta.db_table), (field.column,)), [])
            yield from _compare(field, here)
    for key in (key for left in by_source.values() for key in left):
        words = f"key {key.name} on {', '.join(key.columns)} is declared by no model"
        yield Finding(Fault.KEY_UNDECLARED, f"{key.schema}.{key.table}", words)


def _compare(field: Any, keys: list[Key]) -> Iterator[Finding]:
    where = f"{field.model._meta.label}.{field.name}"
    if not keys:
        yield Finding(Fault.KEY_MISSING, where, f"has no foreign key on {field.column} in the catalogue")
    aim = field.target_field
    target = parse(aim.model._meta.db_table), (aim.column,)
    for key in keys:
        if key.target != target:
            words = f"points at {aim.model._meta.label} but key {key.name} at {_shown(key)}"
            yield Finding(Fault.KEY_ELSEWHERE, where, words)
        if not key.enforced:
            words = f"has a key {key.name} that is not validated or not enforced"
            yield Finding(Fault.KEY_NOT_ENFORCED, where, words)
    if len(keys) > 1:
        names = " and ".join(key.name for key in keys)
        yield Finding(Fault.KEY_DOUBLED, where, f"has {len(keys)} foreign keys: {names}")


def _shown(key: Key) -> str:
    return f"{key.target_schema}.{key.target_table} ({', '.join(key.target_columns)})"
