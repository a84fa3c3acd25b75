from typing import Any

from django.db.backends.postgresql import operations
from psycopg import DataError

from common.db.postgresql.cursors import PreparedCursor


class DatabaseOperations(operations.DatabaseOperations):
    compiler_module = "common.db.postgresql.compiler"

    def last_executed_query(self, cursor: Any, sql: Any, params: Any) -> str:
        """Return the statement with its values in it, also of a cursor that sends them apart.

        Values that cannot be written into it are left out.
        """
        if not isinstance(cursor, PreparedCursor):
            executed: str = super().last_executed_query(cursor, sql, params)
            return executed
        try:
            return cursor.composed(sql, params)
        except DataError:
            return str(sql)
