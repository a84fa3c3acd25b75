"""The committed copy of the schema: a line per column, key, index …, so that git shows what a change does."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any

from django.conf import settings

from common.schema.verify.catalogue import (
    PART_TYPES,
    TABLE_ATTRIBUTES,
    Catalogue,
    Function,
    Part,
    Sequence,
    Table,
)
from common.schema.verify.expected import Script
from common.schema.verify.findings import Finding

PATH = Path(__file__).resolve().parents[3] / "docs" / "schema" / "snapshot.json"
WRITE = ("manage.py verify_schema --write-snapshot",)
NOTE = "Written by manage.py verify_schema --write-snapshot; not edited by hand."

Document = dict[str, Any]

_ONE_LINE = 2
"""Objects from this depth on stand on one line unless they hold others."""
_SHORT_LIST = 12


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The schema as committed, and hashes of the statements that made it, to compare without a database."""

    catalogue: Catalogue
    digests: Mapping[str, str]


def test_apps() -> frozenset[str]:
    """Return the labels of the apps that exist only under the settings of the test suite."""
    return frozenset(path.rpartition(".")[2] for path in getattr(settings, "TEST_APPS", ()))


def house_only(catalogue: Catalogue, script: Script) -> Catalogue:
    """Return a catalogue without what belongs to apps of the test suite."""
    tests = test_apps()
    return catalogue.without(
        tables=[table for table, app in script.owners.items() if app in tests],
        schemas=[schema for schema, app in script.schemas.items() if app in tests],
    )


def house_digests(script: Script) -> dict[str, str]:
    """Return the hashes of the statements without those of the test suite."""
    tests = test_apps()
    return {
        name: digest
        for name, digest in script.digests().items()
        if script.owners.get(name, name.rstrip(":")) not in tests
    }


def document(snapshot: Snapshot) -> Document:
    """Return the snapshot as JSON has it: what is as usual is left out."""
    catalogue = snapshot.catalogue
    return {
        "note": NOTE,
        "schemas": sorted(catalogue.schemas),
        "tables": {name: table_document(table) for name, table in sorted(catalogue.tables.items())},
        "functions": parts_document(catalogue.functions),
        "sequences": parts_document(catalogue.sequences),
        "statements": dict(sorted(snapshot.digests.items())),
    }


def table_document(table: Table) -> Document:
    own = {name: value for name, value in part_document(table).items() if name in TABLE_ATTRIBUTES}
    groups = {group: parts_document(table.parts(group)) for group in PART_TYPES}
    return own | {group: parts for group, parts in groups.items() if parts}


def parts_document(parts: Mapping[str, Part]) -> Document:
    return {name: part_document(part) for name, part in sorted(parts.items())}


def part_document(part: Part) -> Document:
    return {
        attribute.name: list(value) if isinstance(value, tuple) else value
        for attribute in fields(part)
        if attribute.compare
        and attribute.name != "name"
        and (attribute.default is MISSING or getattr(part, attribute.name) != attribute.default)
        and not isinstance(value := getattr(part, attribute.name), Mapping)
    }


def text(snapshot: Snapshot) -> str:
    """Return the file's text: parts of tables on a line each, bodies of functions line by line."""
    return "\n".join(lines(document(snapshot))) + "\n"


def lines(value: Any, depth: int = 0) -> Iterator[str]:
    """Yield JSON, indented down to what reads well on one line."""
    if isinstance(value, dict) and value and (depth < _ONE_LINE or _is_deep(value)):
        yield "{"
        yield from indented([(f"{json.dumps(name)}: ", item) for name, item in value.items()], depth)
        yield "}"
    elif isinstance(value, list) and len(value) > _SHORT_LIST:
        yield "["
        yield from indented([("", item) for item in value], depth)
        yield "]"
    else:
        yield json.dumps(value, ensure_ascii=False)


def indented(members: list[tuple[str, Any]], depth: int) -> Iterator[str]:
    for place, (key, item) in enumerate(members, 1):
        found = [f"  {line}" for line in lines(item, depth + 1)]
        found[0] = f"  {key}{found[0].lstrip()}"
        found[-1] += "," if place < len(members) else ""
        yield from found


def _is_deep(value: Document) -> bool:
    return any(
        isinstance(item, dict) or (isinstance(item, list) and len(item) > _SHORT_LIST)
        for item in value.values()
    )


def parse(content: str) -> Snapshot:
    """Return the snapshot of a file's text."""
    found = json.loads(content)
    return Snapshot(
        catalogue=Catalogue(
            schemas=frozenset(found["schemas"]),
            tables={name: table_of(name, members) for name, members in found["tables"].items()},
            functions={
                name: part_of(Function, name, members) for name, members in found["functions"].items()
            },
            sequences={
                name: part_of(Sequence, name, members) for name, members in found["sequences"].items()
            },
        ),
        digests=found["statements"],
    )


def table_of(name: str, members: Document) -> Table:
    groups = {
        group: {key: part_of(kind, key, value) for key, value in members.get(group, {}).items()}
        for group, kind in PART_TYPES.items()
    }
    own = {key: value for key, value in members.items() if key not in PART_TYPES}
    table: Table = part_of(Table, name, own | groups)
    return table


def part_of(kind: type[Any], name: str, members: Document) -> Any:
    plain = {key: tuple(value) if isinstance(value, list) else value for key, value in members.items()}
    return kind(name=name, **plain)


def missing(path: Path) -> Finding:
    return Finding(
        truth="snapshot",
        kind="snapshot missing",
        table="",
        name=path.name,
        expected="a file",
        found="none",
        run=WRITE,
    )


def stale(digests: Mapping[str, str], snapshot: Snapshot) -> Iterator[Finding]:
    """Yield a finding for each table, and each app's own statements, that changed since the snapshot."""
    for name in sorted(digests.keys() | snapshot.digests.keys()):
        expected, found = digests.get(name, "none"), snapshot.digests.get(name, "none")
        if expected != found:
            yield Finding(
                truth="snapshot",
                kind="snapshot stale",
                table=name.rstrip(":"),
                name="statements",
                expected=expected,
                found=found,
                run=WRITE,
            )
