"""What a database consists of, as plain values: two catalogues are equal when their databases are alike.

Names of tables are `schema.table`. Expressions stand as PostgreSQL writes them after parsing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Something that has a name within a table or schema."""

    kind: ClassVar[str]
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Part):
    kind: ClassVar[str] = "column"
    type: str
    null: bool = False
    default: str = ""
    identity: str = ""
    generated: str = ""
    collation: str = ""
    comment: str = ""
    unvalidated: str = ""
    """Name of a NOT NULL constraint that PostgreSQL has not checked on old rows (18 and later)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key(Part):
    """A primary key or a unique constraint."""

    columns: tuple[str, ...]
    include: tuple[str, ...] = ()
    nulls_distinct: bool = True
    deferrable: str = ""
    valid: bool = True
    """Whether its index is complete and may be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrimaryKey(Key):
    kind: ClassVar[str] = "primary key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unique(Key):
    kind: ClassVar[str] = "unique"


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignKey(Part):
    kind: ClassVar[str] = "foreign key"
    columns: tuple[str, ...]
    target: str
    target_columns: tuple[str, ...]
    on_delete: str = "NO ACTION"
    on_update: str = "NO ACTION"
    match: str = "SIMPLE"
    deferrable: str = ""
    validated: bool = True
    enforced: bool = True
    active: bool = True
    """Whether the triggers that do its work are enabled (ALTER TABLE … DISABLE TRIGGER ALL)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check(Part):
    kind: ClassVar[str] = "check"
    expression: str
    inherited: bool = True
    validated: bool = True
    enforced: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion(Part):
    """An exclusion constraint, whole."""

    kind: ClassVar[str] = "exclusion"
    definition: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Index(Part):
    """An index that no constraint owns; a key is a column or expression with opclass, collation and order."""

    kind: ClassVar[str] = "index"
    keys: tuple[str, ...]
    unique: bool = False
    method: str = "btree"
    include: tuple[str, ...] = ()
    predicate: str = ""
    nulls_distinct: bool = True
    options: tuple[str, ...] = ()
    valid: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger(Part):
    kind: ClassVar[str] = "trigger"
    fires: str
    """BEFORE UPDATE OR DELETE and the like."""
    action: str
    """FOR EACH ROW … EXECUTE FUNCTION …"""
    constraint: bool = False
    enabled: str = "origin"
    """origin (the usual), replica, always or disabled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(Part):
    kind: ClassVar[str] = "rule"
    definition: str
    enabled: str = "origin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Function(Part):
    """A function or procedure; its name carries schema and argument types."""

    kind: ClassVar[str] = "function"
    returns: str
    language: str
    properties: tuple[str, ...] = ()
    body: tuple[str, ...]
    """Its lines."""
    definition: str = field(default="", compare=False)
    """The statement that makes it; not kept in a snapshot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequence(Part):
    """A sequence; its name carries the schema. `owner` is `schema.table.column`."""

    kind: ClassVar[str] = "sequence"
    type: str = "bigint"
    start: int = 1
    increment: int = 1
    minimum: int = 1
    maximum: int
    cache: int = 1
    cycle: bool = False
    owner: str = ""
    identity: bool = False


Parts = Mapping[str, Part]

PART_TYPES: dict[str, type[Part]] = {
    "columns": Column,
    "primary_keys": PrimaryKey,
    "uniques": Unique,
    "foreign_keys": ForeignKey,
    "checks": Check,
    "exclusions": Exclusion,
    "indexes": Index,
    "triggers": Trigger,
    "rules": Rule,
}
"""The attribute of a table that holds parts of each type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(Part):
    """A table with all that hangs on it, each kind by name; `form` tells tables from views."""

    kind: ClassVar[str] = "table"
    form: str = "table"
    persistence: str = "logged"
    options: tuple[str, ...] = ()
    row_security: str = ""
    comment: str = ""
    columns: Mapping[str, Column] = field(default_factory=dict)
    primary_keys: Mapping[str, PrimaryKey] = field(default_factory=dict)
    uniques: Mapping[str, Unique] = field(default_factory=dict)
    foreign_keys: Mapping[str, ForeignKey] = field(default_factory=dict)
    checks: Mapping[str, Check] = field(default_factory=dict)
    exclusions: Mapping[str, Exclusion] = field(default_factory=dict)
    indexes: Mapping[str, Index] = field(default_factory=dict)
    triggers: Mapping[str, Trigger] = field(default_factory=dict)
    rules: Mapping[str, Rule] = field(default_factory=dict)

    def parts(self, group: str) -> Parts:
        """Return the parts of one group of PART_TYPES."""
        found: Parts = getattr(self, group)
        return found


TABLE_ATTRIBUTES = ("form", "persistence", "options", "row_security", "comment")
"""What a table has by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """A database: schemas, tables, functions and sequences by their qualified names."""

    schemas: frozenset[str] = frozenset()
    tables: Mapping[str, Table] = field(default_factory=dict)
    functions: Mapping[str, Function] = field(default_factory=dict)
    sequences: Mapping[str, Sequence] = field(default_factory=dict)

    def without(self, tables: Iterable[str] = (), schemas: Iterable[str] = ()) -> "Catalogue":
        """Return it less some tables with their sequences, and less the rest of some schemas."""
        gone, closed = frozenset(tables), frozenset(schemas)
        return replace(
            self,
            schemas=self.schemas - closed,
            tables={name: table for name, table in self.tables.items() if name not in gone},
            functions={
                name: function for name, function in self.functions.items() if schema_of(name) not in closed
            },
            sequences={
                name: sequence
                for name, sequence in self.sequences.items()
                if sequence.owner.rpartition(".")[0] not in gone
                and (sequence.owner or schema_of(name) not in closed)
            },
        )


def schema_of(name: str) -> str:
    """Return the schema of a qualified name."""
    return name.partition(".")[0]


def bare(name: str) -> str:
    """Return a qualified name without its schema."""
    return name.partition(".")[2]
