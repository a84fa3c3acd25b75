"""The data dictionary in Markdown: what every table and column means, who may see it, what guards it."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from common.schema.documents.diagrams import keys_between
from common.schema.documents.reading import Column, Rule, Table

COLUMNS = ("column", "type", "null", "default", "class", "points at", "meaning")


def page_of_schema(schema: str, tables: Sequence[Table]) -> str:
    """Return the page of a schema: its diagram, then every table."""
    lines = [
        f"# Schema {schema}",
        "",
        f"Tables of the app `{tables[0].app}`. [All schemas](README.md), [diagram in Mermaid]({schema}.mmd).",
        "",
        f"[![Entity diagram of {schema}]({schema}.svg)]({schema}.svg)",
        "",
        *_table(("table", "model", "columns", "meaning"), map(_summary, tables)),
    ]
    for table in tables:
        lines += _section(table)
    return "\n".join([*lines, ""])


def page_of_house(schemas: Mapping[str, Sequence[Table]]) -> str:
    """Return the first page: the schemas, how many tables and keys each holds, and where the keys point."""
    keys = keys_between(schemas)
    rows = [
        (
            f"[{schema}]({schema}.md)",
            tables[0].app,
            str(len(tables)),
            str(sum(len(table.columns) for table in tables)),
            ", ".join(f"{target} {keys[schema][target]}" for target in schemas if keys[schema][target]),
        )
        for schema, tables in schemas.items()
    ]
    total = (
        f"{len(rows)} schemas",
        "",
        *(str(sum(int(row[place]) for row in rows)) for place in (2, 3)),
        str(sum(counts.total() for counts in keys.values())),
    )
    lines = [
        "# Schemas of the house",
        "",
        "Every table and column, as the models state them; PostgreSQL carries the same words as comments.",
        "",
        "[![The house](house.svg)](house.svg)",
        "",
        *_table(("schema", "app", "tables", "columns", "foreign keys to"), [*rows, total]),
        "",
        "The classes of columns: *public*; *personal* tells something about a human being and is masked,",
        "exported and erased; *secret* opens a door and is never shown.",
        "",
        "The same house [in Mermaid](house.mmd).",
    ]
    return "\n".join([*lines, ""])


def _summary(table: Table) -> tuple[str, ...]:
    return (f"[{table.name}](#{table.name})", table.model, str(len(table.columns)), _text(table.comment))


def _section(table: Table) -> Iterator[str]:
    yield from ("", f"## {table.name}", "")
    if table.comment:
        yield from (_text(table.comment), "")
    yield from _table(COLUMNS, (_column(column) for column in table.columns))
    if table.indexes:
        yield ""
        yield from _table(("index", "kind", "on"), map(_rule, table.indexes))
    if table.constraints:
        yield ""
        yield from _table(("constraint", "kind", "rule"), map(_rule, table.constraints))


def _column(column: Column) -> tuple[str, ...]:
    key = column.key
    values = f"One of {', '.join(map(_code, column.values))}." if column.values else ""
    return (
        f"**{column.name}**" if column.primary else column.name,
        column.type,
        "null" if column.null else "",
        _code(column.default),
        ", ".join(filter(None, (column.privacy, column.sealing))),
        f"{key.target}, {key.action}" + ", at most once" * key.single if key else "",
        " ".join(filter(None, (_text(column.comment), values))),
    )


def _rule(rule: Rule) -> tuple[str, ...]:
    return (rule.name or "*named by Django*", rule.kind, _code(rule.definition))


def _table(head: Sequence[str], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(row)} |".replace("|  |", "| |").replace("|  |", "| |")


def _text(words: str) -> str:
    """Return text as it reads, not as Markdown would take it."""
    return re.sub(r"([\\*_<>|`\[\]])", r"\\\1", " ".join(words.split()))


def _code(words: str) -> str:
    """Return a word of SQL; a cell ends at a bar even inside of code."""
    return f"`{words}`".replace("|", r"\|") if words else ""
