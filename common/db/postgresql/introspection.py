"""What the catalogue says, for tables in any schema.

A table is found by ``to_regclass``: a qualified name means that schema, a bare one what the search_path makes
of it. Names are given back the way PostgreSQL shows them: bare where the search_path leads to the table, else
qualified. The questions are Django's own, asked of the oid of a table instead of its bare name.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.backends.postgresql import introspection
from django.db.backends.postgresql.introspection import FieldInfo, TableInfo
from django.db.backends.utils import CursorWrapper
from django.db.models import Index

from common.db import names

if TYPE_CHECKING:
    from django.db.backends.base.introspection import _ConstraintDict, _SequenceDict

RELATIONS = """
    SELECT n.nspname, c.relname, pg_catalog.pg_table_is_visible(c.oid),
           CASE WHEN c.relispartition THEN 'p' WHEN c.relkind IN ('m', 'v') THEN 'v' ELSE 't' END,
           pg_catalog.obj_description(c.oid, 'pg_class')
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('f', 'm', 'p', 'r', 'v')
      AND n.nspname NOT IN ('pg_catalog', 'information_schema')
      AND (pg_catalog.pg_table_is_visible(c.oid) OR n.nspname !~ '^pg_')
"""

COLUMNS = """
    SELECT a.attname,
           NOT (a.attnotnull OR (t.typtype = 'd' AND t.typnotnull)),
           pg_catalog.pg_get_expr(ad.adbin, ad.adrelid),
           CASE WHEN co.collname = 'default' THEN NULL ELSE co.collname END,
           a.attidentity != '',
           pg_catalog.col_description(a.attrelid, a.attnum)
    FROM pg_catalog.pg_attribute a
    LEFT JOIN pg_catalog.pg_attrdef ad ON a.attrelid = ad.adrelid AND a.attnum = ad.adnum
    LEFT JOIN pg_catalog.pg_collation co ON a.attcollation = co.oid
    JOIN pg_catalog.pg_type t ON a.atttypid = t.oid
    WHERE a.attrelid = pg_catalog.to_regclass(%s)
"""

SEQUENCES = """
    SELECT n.nspname, s.relname, a.attname
    FROM pg_catalog.pg_class s
    JOIN pg_catalog.pg_namespace n ON n.oid = s.relnamespace
    JOIN pg_catalog.pg_depend d ON d.objid = s.oid
     AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
     AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
    JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
    WHERE s.relkind = 'S' AND d.refobjid = pg_catalog.to_regclass(%s)
"""

KEYS = """
    SELECT a1.attname, a2.attname, n2.nspname, c2.relname, pg_catalog.pg_table_is_visible(c2.oid)
    FROM pg_catalog.pg_constraint con
    JOIN pg_catalog.pg_class c2 ON c2.oid = con.confrelid
    JOIN pg_catalog.pg_namespace n2 ON n2.oid = c2.relnamespace
    JOIN pg_catalog.pg_attribute a1 ON a1.attrelid = con.conrelid AND a1.attnum = con.conkey[1]
    JOIN pg_catalog.pg_attribute a2 ON a2.attrelid = con.confrelid AND a2.attnum = con.confkey[1]
    WHERE con.contype = 'f' AND con.conrelid = pg_catalog.to_regclass(%s)
"""

CONSTRAINTS = """
    SELECT con.conname,
           ARRAY(SELECT a.attname
                 FROM unnest(con.conkey) WITH ORDINALITY AS k(attnum, place)
                 JOIN pg_catalog.pg_attribute a ON a.attrelid = con.conrelid AND a.attnum = k.attnum
                 ORDER BY k.place),
           con.contype, c.reloptions,
           fn.nspname, fc.relname, pg_catalog.pg_table_is_visible(fc.oid),
           (SELECT a.attname FROM pg_catalog.pg_attribute a
            WHERE a.attrelid = con.confrelid AND a.attnum = con.confkey[1])
    FROM pg_catalog.pg_constraint con
    JOIN pg_catalog.pg_class c ON c.oid = con.conrelid
    LEFT JOIN pg_catalog.pg_class fc ON fc.oid = con.confrelid
    LEFT JOIN pg_catalog.pg_namespace fn ON fn.oid = fc.relnamespace
    WHERE con.conrelid = pg_catalog.to_regclass(%s) AND con.contype != 'n'
"""

INDEXES = """
    SELECT ic.relname,
           ARRAY(SELECT a.attname
                 FROM unnest(i.indkey) WITH ORDINALITY AS k(attnum, place)
                 LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
                 ORDER BY k.place),
           i.indisunique, i.indisprimary,
           ARRAY(SELECT CASE WHEN am.amname != %s THEN NULL WHEN o.option & 1 = 1 THEN 'DESC' ELSE 'ASC' END
                 FROM unnest(i.indkey, i.indoption) WITH ORDINALITY AS o(attnum, option, place)
                 ORDER BY o.place),
           am.amname,
           CASE WHEN i.indexprs IS NOT NULL THEN pg_catalog.pg_get_indexdef(i.indexrelid) END,
           ic.reloptions
    FROM pg_catalog.pg_index i
    JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
    JOIN pg_catalog.pg_am am ON am.oid = ic.relam
    WHERE i.indrelid = pg_catalog.to_regclass(%s)
"""


def shown(schema: str, name: str, visible: bool) -> str:
    """Return a name the way PostgreSQL shows it: with its schema only where it is needed."""
    return name if visible else names.table(schema, name)


class Relation(NamedTuple):
    """A table or view of the catalogue."""

    schema: str
    name: str
    visible: bool
    kind: str
    comment: str | None

    @property
    def shown(self) -> str:
        return shown(self.schema, self.name, self.visible)


class TableNames(list[str]):
    """Sorted names of tables; a table listed by its bare name is also found by its qualified one."""

    def __init__(self, relations: Iterable[Relation]) -> None:
        relations = tuple(relations)
        super().__init__(sorted(relation.shown for relation in relations))
        self._qualified = {names.TableName(relation.schema, relation.name) for relation in relations}

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or (isinstance(name, str) and names.parse(name) in self._qualified)


class DatabaseIntrospection(introspection.DatabaseIntrospection):
    def identifier_converter(self, name: str) -> str:
        return names.canonical(name)

    def _regclass(self, table_name: str) -> str:
        parsed = names.parse(table_name)
        quoted = self.connection.ops.quote_name
        return ".".join(quoted(part) for part in parsed if part is not None)

    def _relations(self, cursor: CursorWrapper) -> list[Relation]:
        cursor.execute(RELATIONS)
        return [
            found for row in cursor.fetchall() if (found := Relation(*row)).shown not in self.ignored_tables
        ]

    def get_table_list(  # type: ignore[override]  # Django's own PostgreSQL returns this tuple, too
        self, cursor: CursorWrapper
    ) -> list[TableInfo]:
        return [TableInfo(found.shown, found.kind, found.comment) for found in self._relations(cursor)]

    def table_names(self, cursor: CursorWrapper | None = None, include_views: bool = False) -> TableNames:
        if cursor is None:
            with self.connection.cursor() as own_cursor:
                return self.table_names(own_cursor, include_views)
        return TableNames(found for found in self._relations(cursor) if include_views or found.kind == "t")

    def django_table_names(self, only_existing: bool = False, include_views: bool = True) -> list[str]:
        tables: list[str] = super().django_table_names(only_existing=False)
        if not only_existing:
            return tables
        existing = self.table_names(include_views=include_views)
        return [table for table in tables if table in existing]

    def get_table_description(self, cursor: CursorWrapper, table_name: str) -> list[FieldInfo]:
        regclass = self._regclass(table_name)
        cursor.execute(COLUMNS, [regclass])
        columns = {row[0]: row[1:] for row in cursor.fetchall()}
        cursor.execute(f"SELECT * FROM {regclass} LIMIT 1")  # noqa: S608 -- a quoted name
        return [
            FieldInfo(
                line.name,
                line.type_code,
                line.internal_size if line.display_size is None else line.display_size,
                line.internal_size,
                line.precision,
                line.scale,
                *columns[line.name],
            )
            for line in cursor.description
        ]

    def get_sequences(
        self,
        cursor: CursorWrapper,
        table_name: str,
        table_fields: Any = (),  # noqa: ARG002 -- Django's signature
    ) -> "list[_SequenceDict]":
        """Name a sequence with its schema when the table is named with one."""
        cursor.execute(SEQUENCES, [self._regclass(table_name)])
        qualified = names.parse(table_name).schema is not None
        return [
            {"name": shown(schema, name, visible=not qualified), "table": table_name, "column": column}
            for schema, name, column in cursor.fetchall()
        ]

    def get_relations(self, cursor: CursorWrapper, table_name: str) -> dict[str, tuple[str, str]]:
        cursor.execute(KEYS, [self._regclass(table_name)])
        return {column: (target, shown(*table)) for column, target, *table in cursor.fetchall()}

    def get_constraints(self, cursor: CursorWrapper, table_name: str) -> "dict[str, _ConstraintDict]":
        regclass = self._regclass(table_name)
        cursor.execute(CONSTRAINTS, [regclass])
        constraints: dict[str, _ConstraintDict] = {}
        for name, columns, kind, options, *target, target_column in cursor.fetchall():
            constraints[name] = {
                "columns": columns,
                "primary_key": kind == "p",
                "unique": kind in {"p", "u"},
                "foreign_key": (shown(*target), target_column) if kind == "f" else None,
                "check": kind == "c",
                "index": False,
                "definition": None,
                "options": options,
            }
        cursor.execute(INDEXES, [self.index_default_access_method, regclass])
        for name, columns, unique, primary, orders, kind, definition, options in cursor.fetchall():
            if name in constraints:
                continue
            is_basic = (
                kind == self.index_default_access_method and not name.endswith("_btree") and options is None
            )
            constraints[name] = {
                "columns": columns if columns != [None] else [],
                "orders": orders if orders != [None] else [],
                "primary_key": primary,
                "unique": unique,
                "foreign_key": None,
                "check": False,
                "index": True,
                "type": Index.suffix if is_basic else kind,
                "definition": definition,
                "options": options,
            }
        return constraints
