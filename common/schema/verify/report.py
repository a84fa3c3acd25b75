"""Findings for a reader: by table, or as a unified diff of definitions."""

from collections.abc import Iterable, Iterator
from difflib import unified_diff
from itertools import groupby

from common.schema.verify.catalogue import PART_TYPES, TABLE_ATTRIBUTES, Catalogue, Function, Table
from common.schema.verify.ddl import definition
from common.schema.verify.findings import Finding
from common.schema.verify.pairing import shown

TRUTHS = {
    "migrations": "models and migration files",
    "database": "models and database",
    "snapshot": "models and snapshot",
    "rows": "rows",
}
"""How each comparison is headed, in the order in which to mend."""


def lines(findings: Iterable[Finding]) -> Iterator[str]:
    """Yield findings by truth and table: what is expected, what is there, what to run."""
    places = list(TRUTHS)
    ordered = sorted(findings, key=lambda finding: (places.index(finding.truth), finding.table))
    for (truth, table), group in groupby(ordered, key=lambda finding: (finding.truth, finding.table)):
        yield f"{table or '(all)'}: {TRUTHS[truth]}"
        said: tuple[str, ...] = ()
        for finding in group:
            yield f"  {finding.kind}: {finding.name}"
            yield from labelled("expected", finding.expected)
            yield from labelled("found", finding.found)
            if finding.run != said:
                yield from labelled("run", "\n".join(finding.run))
            said = finding.run if finding.truth != "database" else ()
        yield ""


def labelled(label: str, text: str) -> Iterator[str]:
    first, *rest = text.splitlines() or [""]
    yield f"    {label:<8}  {first}".rstrip()
    yield from (f"    {'':<8}  {line}".rstrip() for line in rest)


def diff(expected: Catalogue, live: Catalogue) -> Iterator[str]:
    """Yield a unified diff of every table, function and sequence that is not as expected."""
    for name in sorted(expected.tables.keys() | live.tables.keys()):
        yield from difference(f"table {name}", words(expected.tables.get(name)), words(live.tables.get(name)))
    for name in sorted(expected.functions.keys() | live.functions.keys()):
        yield from difference(
            f"function {name}", body(expected.functions.get(name)), body(live.functions.get(name))
        )
    sequences = [
        {f"sequence {name} {definition(part)} OWNED BY {part.owner or 'NONE'}" for name, part in side.items()}
        for side in (expected.sequences, live.sequences)
    ]
    yield from difference("sequences", *map(sorted, sequences))


def difference(title: str, expected: list[str], found: list[str]) -> Iterator[str]:
    if expected != found:
        yield from unified_diff(expected, found, f"{title} (expected)", f"{title} (found)", lineterm="", n=0)


def words(table: Table | None) -> list[str]:
    """Return a table line by line, in the order of names."""
    if table is None:
        return []
    own = [f"{name} {shown(table, name)}" for name in TABLE_ATTRIBUTES]
    parts = []
    for group in PART_TYPES:
        for name, part in sorted(table.parts(group).items()):
            flags = [
                f"{flag} {shown(part, flag)}"
                for flag in ("comment", "enabled", "validated", "unvalidated", "enforced", "active", "valid")
                if hasattr(part, flag)
            ]
            unique = "unique " if getattr(part, "unique", False) else ""
            parts.append(f"{unique}{part.kind} {name} {definition(part)}; {', '.join(flags)}".rstrip("; "))
    return own + parts


def body(function: Function | None) -> list[str]:
    return [] if function is None else [definition(function), *function.body]
