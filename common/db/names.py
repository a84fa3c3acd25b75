"""How a table name with a schema is written, read and compared: the only place that knows.

Django carries two spellings of a qualified name: ``"core"."orders"`` (Meta.db_table) and
``core"."orders_tags`` (derived for a many-to-many table). Both are read here; the first is the canonical one.
"""

from typing import NamedTuple

_SEPARATOR = '"."'


class TableName(NamedTuple):
    """A table name taken apart; ``schema`` is None where the search_path decides."""

    schema: str | None
    name: str

    def __str__(self) -> str:
        return self.name if self.schema is None else f'"{self.schema}"."{self.name}"'


def table(schema: str, name: str) -> str:
    """Return the value of ``Meta.db_table`` for a table in a schema: ``"schema"."name"``."""
    for part in (schema, name):
        if not part or '"' in part:
            message = f"{part!r} is no name of a schema or table"
            raise ValueError(message)
    return str(TableName(schema, name))


def parse(name: str) -> TableName:
    """Take a name apart, whichever way Django spelled it."""
    schema, separator, bare = name.partition(_SEPARATOR)
    if not separator:
        return TableName(None, name.strip('"'))
    return TableName(schema.strip('"'), bare.strip('"'))


def canonical(name: str) -> str:
    """Return the one spelling of a name by which two names can be compared."""
    return str(parse(name)) if _SEPARATOR in name else name
