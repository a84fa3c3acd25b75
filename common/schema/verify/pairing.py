"""Which part of one catalogue answers to which of another: by name, else by content."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

from common.schema.verify.catalogue import Catalogue, Column, Part, Sequence, Table, bare, schema_of

AnyPart = TypeVar("AnyPart", bound=Part)


@dataclass(frozen=True, slots=True)
class Pairs:
    """Two mappings by name, set side by side; `renamed` holds (expected, found) of one content."""

    both: list[tuple[Any, Any]]
    renamed: list[tuple[Any, Any]]
    missing: list[Any]
    extra: list[Any]


def pair(
    expected: Mapping[str, AnyPart], found: Mapping[str, AnyPart], same: Callable[[AnyPart, AnyPart], bool]
) -> Pairs:
    """Match by name first; of the rest, whatever is the `same` but for its name, when it is the only one."""
    both = [(part, found[name]) for name, part in expected.items() if name in found]
    missing = [part for name, part in expected.items() if name not in found]
    extra = [part for name, part in found.items() if name not in expected]
    renamed = []
    for part in list(missing):
        twins = [other for other in extra if same(part, other)]
        if len(twins) == 1:
            renamed.append((part, twins[0]))
            missing.remove(part)
            extra.remove(twins[0])
    return Pairs(both, renamed, missing, extra)


def never(_part: Part, _other: Part) -> bool:
    """Pair by name only."""
    return False


def same_content(part: Part, other: Part) -> bool:
    """Tell whether two parts differ in nothing but their names; columns without comment are never sure."""
    if isinstance(part, Column) and not part.comment:
        return False
    return replace(other, name=part.name) == part


def same_table(table: Table, other: Table) -> bool:
    """Tell whether a table is another one that was moved or renamed."""
    if bare(table.name) != bare(other.name) and schema_of(table.name) != schema_of(other.name):
        return False
    return bool(table.columns) and table.columns.keys() == other.columns.keys()


def moved(catalogue: Catalogue, moves: Mapping[str, str]) -> Catalogue:
    """Return a catalogue in which tables, and what refers to them, have the names they should have."""
    if not moves:
        return catalogue
    tables = {}
    for name, table in catalogue.tables.items():
        keys = {
            key.name: replace(key, target=moves.get(key.target, key.target))
            for key in table.foreign_keys.values()
        }
        tables[moves.get(name, name)] = replace(table, name=moves.get(name, name), foreign_keys=keys)
    sequences = [moved_sequence(part, moves) for part in catalogue.sequences.values()]
    return replace(catalogue, tables=tables, sequences={part.name: part for part in sequences})


def moved_sequence(part: Sequence, moves: Mapping[str, str]) -> Sequence:
    """Return a sequence as it stands once its table is in place: it follows to another schema only."""
    table, _dot, column = part.owner.rpartition(".")
    if table not in moves:
        return part
    name = f"{schema_of(moves[table])}.{bare(part.name)}"
    return replace(part, name=name, owner=f"{moves[table]}.{column}")


def differing(part: Part, other: Part) -> list[str]:
    """Return the attributes in which two parts of one name differ."""
    return [
        attribute.name
        for attribute in fields(part)
        if attribute.compare
        and attribute.name != "name"
        and getattr(part, attribute.name) != getattr(other, attribute.name)
    ]


def shown(part: Part, attribute: str) -> str:
    """Return the value of an attribute for a reader."""
    value = getattr(part, attribute)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if attribute == "body":
        return "\n".join(value)
    if isinstance(value, tuple):
        return ", ".join(value) or "none"
    return str(value) or "none"
