"""Conditions, expressions and defaults of models as PostgreSQL reads them, without a database."""

import re
from typing import Any

from django.db import connection
from django.db.models import Field, Index, Model
from django.db.models.sql import Query

SHORTER = {"timestamp with time zone": "timestamptz", "bpchar": "char", ", ": ","}
BARE_NAMES = re.compile(r'"([a-z_][a-z0-9_]*)"')


def type_of(field: Any) -> str:
    """Return the type of a field's column, as short as PostgreSQL understands it."""
    words = str(field.db_parameters(connection)["type"])
    for long, short in SHORTER.items():
        words = words.replace(long, short)
    return words


def condition_sql(condition: Any, model: type[Model]) -> str:
    """Return the condition of a CHECK, a partial index or a partial unique constraint."""
    query = Query(model=model, alias_cols=False)
    where = query.build_where(condition)
    return _filled(*where.as_sql(query.get_compiler(connection=connection), connection))


def expression_sql(expression: Any, model: type[Model]) -> str:
    """Return an expression over the columns of a model."""
    query = Query(model=model, alias_cols=False)
    compiler = query.get_compiler(connection=connection)
    return _filled(*compiler.compile(expression.resolve_expression(query)))


def default_of(field: Any) -> str:
    """Return what the database puts into a column that an INSERT leaves out; empty where nothing."""
    if field.generated:
        return f"generated: {expression_sql(field.expression, field.model)}"
    if field.primary_key and field.get_internal_type().endswith("AutoField"):
        return "identity"
    if not field.has_db_default():
        return ""
    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        default = _filled(*editor.db_default_sql(field))
    return default[1:-1] if default.startswith("(") and default.endswith(")") else default


def columns_of(keyed: Any, model: type[Model]) -> list[str]:
    """Return the columns and expressions of an index or unique constraint, with order and operator class."""
    if keyed.expressions:
        parts = [expression_sql(expression, model) for expression in keyed.expressions]
    elif isinstance(keyed, Index):
        parts = [" ".join(filter(None, (_column(model, name), order))) for name, order in keyed.fields_orders]
    else:
        parts = [_column(model, name) for name in keyed.fields]
    classes = keyed.opclasses or [""] * len(parts)
    return [" ".join(filter(None, pair)) for pair in zip(parts, classes, strict=True)]


def included_of(keyed: Any, model: type[Model]) -> list[str]:
    """Return the columns that an index carries along without being sorted by them."""
    return [_column(model, name) for name in keyed.include or ()]


def _column(model: type[Model], name: str) -> str:
    field: Field[Any, Any] | Any = model._meta.get_field(name)
    return str(field.column)


def _filled(sql: str, params: Any) -> str:
    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        return BARE_NAMES.sub(r"\1", sql % tuple(editor.quote_value(value) for value in params))
