"""Tables as pictures: one of each schema, one of the whole house."""

from collections import Counter
from collections.abc import Mapping, Sequence

from common.floors import Floors
from common.schema.documents.picture import Link, Panel, Picture, Row
from common.schema.documents.reading import Column, Table

SCHEMA_LEGEND = (
    "PK primary key, FK foreign key; ? may be NULL (dashed line); a crow's foot stands at the many, "
    "a bar at the one; grey: a key to this table itself or to another schema"
)
HOUSE_LEGEND = (
    "Floors from left to right; an arrow leads from the schema that holds foreign keys to the one they "
    "point at, with their number at its start"
)


def picture_of_schema(schema: str, tables: Sequence[Table]) -> Picture:
    """Return the entity diagram of a schema."""
    known = {table.name: table for table in tables}
    links = [
        Link(
            source=table.name,
            source_row=number,
            target=column.key.table,
            target_row=_row_of(known[column.key.table], column.key.column),
            optional=column.null,
            single=column.key.single,
        )
        for table in tables
        for number, column in enumerate(table.columns)
        if column.key and _is_drawn(column, table)
    ]
    return Picture(f"Schema {schema}", SCHEMA_LEGEND, [_panel(table) for table in tables], links)


def _panel(table: Table) -> Panel:
    rows = [
        Row(
            text=column.name,
            detail=column.type + ("?" if column.null else ""),
            marker="PK" if column.primary else "FK" if column.key else "",
            stub=_stub(column, table),
            optional=column.null,
            single=bool(column.key and column.key.single),
        )
        for column in table.columns
    ]
    return Panel(table.name, rows)


def _is_drawn(column: Column, table: Table) -> bool:
    return column.key is not None and column.key.schema == table.schema and column.key.table != table.name


def _stub(column: Column, table: Table) -> str:
    if column.key is None or _is_drawn(column, table):
        return ""
    return "↺ itself" if column.key.schema == table.schema else column.key.target


def _row_of(table: Table, column: str) -> int:
    return [each.name for each in table.columns].index(column)


def keys_between(schemas: Mapping[str, Sequence[Table]]) -> dict[str, Counter[str]]:
    """Return per schema how many foreign keys point at which schema, its own among them."""
    return {
        schema: Counter(column.key.schema for table in tables for column in table.columns if column.key)
        for schema, tables in schemas.items()
    }


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" + "s" * (number != 1)


def picture_of_house(schemas: Mapping[str, Sequence[Table]], floors: Floors) -> Picture:
    """Return the schemas as boxes, floor by floor, and the foreign keys between them as arrows."""
    panels, links = [], []
    for schema, counts in keys_between(schemas).items():
        tables = schemas[schema]
        columns = sum(len(table.columns) for table in tables)
        rows = [
            Row(_counted(len(tables), "table")),
            Row(_counted(columns, "column")),
            Row(_counted(counts[schema], "key") + " inside"),
        ]
        for target in schemas:
            if target != schema and counts[target]:
                links.append(Link(schema, len(rows), target, label=str(counts[target])))
                rows.append(Row(f"{counts[target]} to {target}", marker="FK"))
        panels.append(Panel(schema, rows, caption=f"app {tables[0].app}"))
    floor_of = {schema: floors.floor_of(tables[0].app) or 0 for schema, tables in schemas.items()}
    inhabited = sorted(set(floor_of.values()))
    layers = {schema: inhabited.index(floor) for schema, floor in floor_of.items()}
    return Picture("The house", HOUSE_LEGEND, panels, links, layers, arrows=True)
