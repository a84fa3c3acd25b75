"""Diagrams in Mermaid, for readers that draw themselves: code hosts, editors, chats."""

from collections.abc import Iterator, Mapping, Sequence

from common.schema.documents.diagrams import keys_between
from common.schema.documents.reading import Column, Table


def mermaid_of_schema(tables: Sequence[Table]) -> str:
    """Return the entity diagram of a schema; tables of other schemas appear by name only."""
    lines = ["erDiagram"]
    for table in tables:
        lines += [f"    {table.name} {{", *map(_attribute, table.columns), "    }"]
    for table in tables:
        lines += _relations(table)
    return "\n".join([*lines, ""])


def _attribute(column: Column) -> str:
    # Mermaid's grammar has no comma in a type.
    marker = " PK" if column.primary else " FK" if column.key else ""
    null = ' "null"' if column.null else ""
    return f"        {column.type.replace(',', '-')} {column.name}{marker}{null}"


def _relations(table: Table) -> Iterator[str]:
    for column in table.columns:
        if column.key:
            target = column.key.table if column.key.schema == table.schema else f'"{column.key.target}"'
            one = "|o" if column.null else "||"
            many = "o|" if column.key.single else "o{"
            yield f"    {target} {one}--{many} {table.name} : {column.name}"


def mermaid_of_house(schemas: Mapping[str, Sequence[Table]]) -> str:
    """Return the schemas as boxes and the number of foreign keys between them on arrows."""
    lines = ["flowchart RL"]
    for schema, tables in schemas.items():
        lines.append(f'    {schema}["{schema}<br>tables: {len(tables)}"]')
    for schema, counts in keys_between(schemas).items():
        lines += [
            f"    {schema} -->|{counts[target]}| {target}"
            for target in schemas
            if target != schema and counts[target]
        ]
    return "\n".join([*lines, ""])
