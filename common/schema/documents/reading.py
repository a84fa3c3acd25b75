"""The schema as the models state it, in the words that a reader of a diagram or a dictionary needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import CheckConstraint, Index, Model, UniqueConstraint

from common.crypto.fields import BlindIndexField, EncryptedField
from common.db.names import parse
from common.db.postgresql.schema import on_delete_action
from common.schema.documents import sql
from common.schema.relationships.declared import relations_of
from common.schema.relationships.figures import enum_field


@dataclass(frozen=True, slots=True)
class Key:
    """Where a foreign key points, and what a delete there does here."""

    schema: str
    table: str
    column: str
    action: str
    single: bool

    @property
    def target(self) -> str:
        return f"{self.schema}.{self.table}"


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `privacy` is its class, `sealing` tells what is encrypted or hashed, `values` an enum's."""

    name: str
    type: str
    null: bool
    default: str
    comment: str
    privacy: str
    sealing: str
    values: Sequence[str]
    primary: bool
    key: Key | None


@dataclass(frozen=True, slots=True)
class Rule:
    """An index or a constraint: its name (None where Django makes one), its kind and its definition."""

    name: str | None
    kind: str
    definition: str


@dataclass(frozen=True, slots=True)
class Table:
    schema: str
    app: str
    name: str
    model: str
    comment: str
    columns: Sequence[Column]
    indexes: Sequence[Rule]
    constraints: Sequence[Rule]


def read_schemas(models: Sequence[type[Model]]) -> dict[str, list[Table]]:
    """Return the tables of managed models by schema, schemas in the order of the models, tables by name."""
    schemas: dict[str, list[Table]] = {}
    for model in models:
        if model._meta.managed and parse(model._meta.db_table).schema:
            table = read_table(model)
            schemas.setdefault(table.schema, []).append(table)
    return {schema: sorted(tables, key=lambda table: table.name) for schema, tables in schemas.items()}


def read_table(model: type[Model]) -> Table:
    """Return what a model says of its table."""
    meta, name = model._meta, parse(model._meta.db_table)
    return Table(
        schema=name.schema or "public",
        app=meta.app_label,
        name=name.name,
        model=meta.object_name or "",
        comment=str(meta.db_table_comment or ""),
        columns=[_column(field, model) for field in meta.local_concrete_fields],
        indexes=_indexes(model),
        constraints=_constraints(model),
    )


def _column(field: Any, model: type[Model]) -> Column:
    classes = getattr(model, "privacy", None)
    return Column(
        name=field.column,
        type=sql.type_of(field),
        null=field.null,
        default=sql.default_of(field),
        comment=str(field.db_comment or field.help_text or ""),
        privacy=(classes.of(field.name) if classes else None) or "",
        sealing=_sealing(field),
        values=kinds.values if (kinds := enum_field(field)) else (),
        primary=field.primary_key,
        key=_key(field) if field.is_relation else None,
    )


def _sealing(field: Any) -> str:
    if isinstance(field, EncryptedField):
        return "encrypted"
    if isinstance(field, BlindIndexField):
        return f"keyed hash of {field.source_field.column}" if field.source else "keyed hash"
    return ""


def _key(field: Any) -> Key:
    aim = field.target_field
    table = parse(aim.model._meta.db_table)
    action = on_delete_action(field) or "NO ACTION"
    return Key(table.schema or "public", table.name, aim.column, action, bool(field.one_to_one))


def _indexes(model: type[Model]) -> list[Rule]:
    named = [
        Rule(
            index.name,
            "btree" if index.suffix == Index.suffix else index.suffix,
            _definition(index, model),
        )
        for index in model._meta.indexes
    ]
    of_keys = [
        Rule(None, "btree", f"({field.column})")
        for field in relations_of(model)
        if field.concrete and not field.many_to_many and field.db_index and not field.unique
    ]
    return [*sorted(named, key=lambda rule: rule.name or ""), *of_keys]


def _constraints(model: type[Model]) -> list[Rule]:
    named = [
        Rule(constraint.name, "check", sql.condition_sql(constraint.condition, model))
        if isinstance(constraint, CheckConstraint)
        else Rule(constraint.name, "unique", _definition(constraint, model))
        for constraint in model._meta.constraints
        if isinstance(constraint, CheckConstraint | UniqueConstraint)
    ]
    of_fields = [
        Rule(None, "unique", f"({field.column})")
        for field in model._meta.local_concrete_fields
        if field.unique and not field.primary_key
    ]
    return [*sorted(named, key=lambda rule: (rule.kind != "unique", rule.name)), *of_fields]


def _definition(keyed: Any, model: type[Model]) -> str:
    words = f"({', '.join(sql.columns_of(keyed, model))})"
    if included := sql.included_of(keyed, model):
        words += f" INCLUDE ({', '.join(included)})"
    if getattr(keyed, "nulls_distinct", None) is False:
        words += " NULLS NOT DISTINCT"
    if keyed.condition is not None:
        words += f" WHERE {sql.condition_sql(keyed.condition, model)}"
    return words
