from typing import Any, Self

from psycopg import Cursor


class PreparedCursor(Cursor[Any]):
    """A cursor whose statements the connection keeps prepared from the first time on, where it may."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Self:
        return super().execute(query, params, **{"prepare": True, **options})
