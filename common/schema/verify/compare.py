"""Tells two catalogues apart: what is missing, extra, called otherwise, or different, and in what."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from common.schema.verify import ddl, repairs
from common.schema.verify.catalogue import (
    PART_TYPES,
    TABLE_ATTRIBUTES,
    Catalogue,
    Function,
    Part,
    Sequence,
    Table,
    bare,
    schema_of,
)
from common.schema.verify.ddl import Statements
from common.schema.verify.findings import Finding, Truth
from common.schema.verify.pairing import Pairs, differing, moved, never, pair, same_content, same_table, shown

KINDS = (
    *("schema", "sequence", "table", "column", "primary key", "unique", "check", "exclusion"),
    *("index", "function", "trigger", "rule", "foreign key"),
)
"""What is made in this order can be made; what is extra goes first, in the order turned round."""
LAST = len(KINDS)
WORDS = {
    "target_columns": "target",
    "nulls_distinct": "nulls distinct",
    "validated": "not validated",
    "unvalidated": "not validated",
    "valid": "invalid",
    "enforced": "not enforced",
    "active": "triggers",
    "row_security": "row security",
    "on_delete": "on delete",
    "on_update": "on update",
}
"""How an attribute is called in a finding, where not by its name."""


def compare(expected: Catalogue, found: Catalogue, truth: Truth = "database") -> list[Finding]:
    """Return all differences by table, in the order of their repairs; `truth` is what was found."""
    tables = pair(expected.tables, found.tables, same_table)
    found = moved(found, {old.name: new.name for new, old in tables.renamed})
    comparison = Comparison(expected, found, truth)
    findings = [
        *comparison.schemas(),
        *comparison.whole_tables(tables),
        *(
            finding
            for name, table in expected.tables.items()
            if name in found.tables
            for finding in comparison.table(table, found.tables[name])
        ),
        *comparison.functions(),
        *comparison.sequences(),
    ]
    return sorted(findings, key=lambda finding: (finding.table, finding.step, finding.name, finding.kind))


@dataclass(frozen=True, slots=True)
class Comparison:
    """Walks two catalogues whose tables have the same names."""

    expected: Catalogue
    found: Catalogue
    truth: Truth

    def missing(self, place: str, part: Part, run: Statements) -> Finding:
        return self._finding("missing", place, part, run, (ddl.definition(part), "none"))

    def surplus(self, place: str, part: Part, run: Statements) -> Finding:
        finding = self._finding("extra", place, part, run, ("none", ddl.definition(part)))
        # A default, a trigger, an index may use a sequence or function still.
        last = isinstance(part, Sequence | Function)
        return replace(finding, step=LAST if last else -finding.step)

    def misnamed(self, place: str, part: Part, other: Part, run: Statements) -> Finding:
        return self._finding("name", place, part, run, (part.name, other.name))

    def different(self, place: str, part: Part, other: Part, attribute: str, run: Statements) -> Finding:
        word = WORDS.get(attribute, attribute)
        return self._finding(word, place, part, run, (shown(part, attribute), shown(other, attribute)))

    def _finding(self, word: str, place: str, part: Part, run: Statements, sides: tuple[str, str]) -> Finding:
        return Finding(
            truth=self.truth,
            kind=f"{part.kind} {word}",
            table=place,
            name=part.name,
            expected=sides[0],
            found=sides[1],
            run=run,
            step=KINDS.index(part.kind),
        )

    def schemas(self) -> Iterator[Finding]:
        for name in sorted(self.expected.schemas ^ self.found.schemas):
            is_extra = name in self.found.schemas
            yield Finding(
                truth=self.truth,
                kind="schema extra" if is_extra else "schema missing",
                table=name,
                name=name,
                expected="none" if is_extra else "a schema",
                found="a schema" if is_extra else "none",
                run=(f"{'DROP' if is_extra else 'CREATE'} SCHEMA {ddl.ident(name)};",),
                step=LAST + 1 if is_extra else 0,
            )

    def whole_tables(self, tables: Pairs) -> Iterator[Finding]:
        for table in tables.missing:
            yield self.missing(table.name, table, ddl.create_table(table))
        for table in tables.extra:
            yield self.surplus(table.name, table, (repairs.drop_table(table),))
        for new, old in tables.renamed:
            word = "in wrong schema" if bare(old.name) == bare(new.name) else "name"
            run = repairs.move_table(old, new)
            yield replace(self._finding(word, new.name, new, run, (new.name, old.name)), step=-LAST)

    def table(self, expected: Table, found: Table) -> Iterator[Finding]:
        for attribute in TABLE_ATTRIBUTES if expected.form == found.form else ("form",):
            if getattr(expected, attribute) != getattr(found, attribute):
                run = repairs.table_attribute(expected, found, attribute)
                yield self.different(expected.name, expected, found, attribute, run)
        # A view in place of a table has nothing to compare part by part.
        for group in PART_TYPES if expected.form == found.form else ():
            if expected.parts(group) != found.parts(group):
                yield from self.parts(expected.name, expected.parts(group), found.parts(group))

    def parts(self, table: str, expected: Mapping[str, Part], found: Mapping[str, Part]) -> Iterator[Finding]:
        pairs = pair(expected, found, same_content)
        for part in pairs.missing:
            yield self.missing(table, part, ddl.create(table, part))
        for part in pairs.extra:
            yield self.surplus(table, part, ddl.drop(table, part))
        for part, other in pairs.renamed:
            yield self.misnamed(table, part, other, ddl.rename(table, other.name, part))
        for part, other in pairs.both:
            for attribute in differing(part, other):
                run = repairs.change(table, part, other, attribute)
                yield self.different(table, part, other, attribute, run)

    def functions(self) -> Iterator[Finding]:
        pairs = pair(self.expected.functions, self.found.functions, never)
        for part in pairs.missing:
            yield self.missing(self.place(part), part, repairs.create_function(part))
        for part in pairs.extra:
            yield self.surplus(self.place(part), part, repairs.drop_function(part))
        for part, other in pairs.both:
            for attribute in differing(part, other):
                run = repairs.create_function(part)
                yield self.different(self.place(part), part, other, attribute, run)

    def place(self, function: Function) -> str:
        """Return the table whose trigger a function is, else its schema."""
        call = f"EXECUTE FUNCTION {function.name}"
        for side in (self.expected, self.found):
            for name, table in side.tables.items():
                if any(part.action.replace('"', "").endswith(call) for part in table.triggers.values()):
                    return name
        return schema_of(function.name)

    def sequences(self) -> Iterator[Finding]:
        """Compare sequences; the one of an identity column belongs to the column and goes by any name."""
        pairs = pair(free_sequences(self.expected), free_sequences(self.found), same_content)
        owned = {part.owner: part for part in self.found.sequences.values() if part.identity}
        identities = [
            (part, owned[part.owner])
            for part in self.expected.sequences.values()
            if part.identity and part.owner in owned
        ]
        for part in pairs.missing:
            yield self.missing(place_of(part), part, repairs.create_sequence(part))
        for part in pairs.extra:
            yield self.surplus(place_of(part), part, (f"DROP SEQUENCE {ddl.quoted(part.name)};",))
        for part, other in (*pairs.renamed, *identities):
            if part.name != other.name:
                run = repairs.rename_sequence(other, part)
                yield self.misnamed(place_of(part), part, other, run)
        for part, other in (*pairs.both, *identities):
            for attribute in differing(part, other):
                run = repairs.sequence_attribute(part, attribute)
                yield self.different(place_of(part), part, other, attribute, run)


def free_sequences(catalogue: Catalogue) -> dict[str, Sequence]:
    return {name: part for name, part in catalogue.sequences.items() if not part.identity}


def place_of(sequence: Sequence) -> str:
    """Return the table that owns a sequence, else its schema."""
    return sequence.owner.rpartition(".")[0] or schema_of(sequence.name)
