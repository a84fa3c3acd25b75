import re
from typing import Any, Self

from psycopg import ClientCursor, RawCursor

PLACE = re.compile(r"\$(\d+)")


class PreparedCursor(RawCursor[Any]):
    """A cursor of numbered parameters whose statements the connection keeps prepared, where it may."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Self:
        return super().execute(query, params, **{"prepare": True, **options})

    def composed(self, query: str, params: Any) -> str:
        """Return the statement with its values in it; DataError when one cannot be written."""
        values = list(params or ())
        places = [int(number) - 1 for number in PLACE.findall(query)]
        text = PLACE.sub("%s", query.replace("%", "%%"))
        return ClientCursor(self.connection).mogrify(text, [values[place] for place in places])
