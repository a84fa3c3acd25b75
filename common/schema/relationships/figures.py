"""How big the house is: counted over the models, and over the live catalogue."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

from common.db.names import parse
from common.fields import EnumField
from common.schema.relationships.declared import relations_of
from common.schema.relationships.keys import Key

# Both versions of the catalogue that we know count alike without NOT NULL, a constraint since PostgreSQL 18.
COUNTS = """
    SELECT n.nspname,
           (SELECT count(*) FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
            WHERE c.relnamespace = n.oid),
           (SELECT count(*) FROM pg_catalog.pg_constraint con
            JOIN pg_catalog.pg_class c ON c.oid = con.conrelid
            WHERE c.relnamespace = n.oid AND con.contype IN ('c', 'f', 'p', 'u', 'x'))
    FROM pg_catalog.pg_namespace n
    WHERE n.nspname = ANY(%s)
"""


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of one schema or of all.

    models, relations, enums: what the model classes declare, a relation counted once for its two sides;
    foreign_keys, indexes, constraints: what the catalogue holds, primary and unique keys among both of the
    latter, foreign keys among the constraints.
    """

    models: int
    relations: int
    enums: int
    foreign_keys: int
    indexes: int
    constraints: int

    def as_dict(self) -> dict[str, int]:
        return {field.name: getattr(self, field.name) for field in fields(self)}


def schema_of(model: type[Model]) -> str:
    """Return the schema of a model's table; public where its name has none."""
    return parse(model._meta.db_table).schema or "public"


def schemas_of(models: Sequence[type[Model]]) -> list[str]:
    """Return the schemas of some models in the order of the models."""
    return list(dict.fromkeys(schema_of(model) for model in models))


def count_figures(
    connection: BaseDatabaseWrapper, models: Sequence[type[Model]], keys: Sequence[Key]
) -> dict[str, Figures]:
    """Return the figures of each schema, and under `total` those of all; a shared enum counts once there."""
    schemas = schemas_of(models)
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, [schemas])
        counted = {schema: (indexes, constraints) for schema, indexes, constraints in cursor.fetchall()}
    keys_of = Counter(key.schema for key in keys)
    figures = {
        schema: _figures(
            [model for model in models if schema_of(model) == schema],
            keys_of[schema],
            *counted.get(schema, (0, 0)),
        )
        for schema in schemas
    }
    indexes, constraints = (sum(pair[place] for pair in counted.values()) for place in (0, 1))
    return {**figures, "total": _figures(models, len(keys), indexes, constraints)}


def enum_field(field: Any) -> EnumField | None:
    """Return a field that holds values of an enum, also where the database computes them; else None."""
    stored = field.output_field if field.generated else field
    return stored if isinstance(stored, EnumField) else None


def _figures(models: Sequence[type[Model]], foreign_keys: int, indexes: int, constraints: int) -> Figures:
    fields_of_enums = (enum_field(field) for model in models for field in model._meta.local_fields)
    enums = {field.enum for field in fields_of_enums if field is not None and field.enum is not None}
    relations = sum(len(relations_of(model)) for model in models)
    return Figures(len(models), relations, len(enums), foreign_keys, indexes, constraints)
