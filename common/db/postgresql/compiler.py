from typing import Any

from django.db.backends.postgresql.compiler import (
    InsertUnnest,
    SQLAggregateCompiler,
    SQLDeleteCompiler,
    SQLInsertCompiler,
    SQLUpdateCompiler,
)
from django.db.backends.postgresql.compiler import SQLCompiler as StockCompiler
from django.db.models.sql import Query

__all__ = [
    "InsertUnnest",
    "SQLAggregateCompiler",
    "SQLCompiler",
    "SQLDeleteCompiler",
    "SQLInsertCompiler",
    "SQLUpdateCompiler",
]


class AliasedQuery(Query):
    """A query in which every table has an alias, the first mention too.

    FOR UPDATE OF takes no schema, and two tables of one name can only be told apart by their aliases.
    """

    # Django's own prefixes run from T to Z and go on with two letters.
    alias_prefix = "L"

    def table_alias(
        self, table_name: str, create: bool = False, filtered_relation: Any = None
    ) -> tuple[str, bool]:
        alias, created = super().table_alias(table_name, create, filtered_relation)
        if not created or alias != table_name:
            return alias, created
        self.alias_refcount.pop(alias)
        alias = f"{self.alias_prefix}{len(self.alias_map) + 1}"
        self.table_map[table_name] = [alias]
        self.alias_refcount[alias] = 1
        return alias, True


class SQLCompiler(StockCompiler):
    def as_sql(self, with_limits: bool = True, with_col_aliases: bool = False) -> tuple[str, tuple[Any, ...]]:
        if self.query.select_for_update_of and not isinstance(self.query, AliasedQuery):
            self.query = self._with_aliases(self.query)
        return super().as_sql(with_limits, with_col_aliases)

    @staticmethod
    def _with_aliases(query: Query) -> Query:
        aliased = query.chain(klass=AliasedQuery)
        aliased.alias_prefix = AliasedQuery.alias_prefix
        aliased.change_aliases(
            {alias: f"{aliased.alias_prefix}{n}" for n, alias in enumerate(aliased.alias_map)}
        )
        return aliased
