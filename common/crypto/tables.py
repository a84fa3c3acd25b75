"""What rotation and rebuilding share: tables with encrypted columns, read and written in keyset batches."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.apps import apps
from django.db import connection
from django.db.models import Field, Model

from common.crypto.encrypted_field import EncryptedField


class Failure(NamedTuple):
    """One value that could not be handled; names no clear text."""

    column: str
    pk: str
    reason: str


@dataclass(slots=True)
class Batch:
    """What became of some rows; `last` is the key to go on after, None at the end of the table."""

    last: Any = None
    seen: int = 0
    written: int = 0
    busy: int = 0
    failures: list[Failure] = field(default_factory=list)


class Table:
    """A model's table and its quoted names; `columns` are the fields of interest."""

    def __init__(self, model: type[Model], columns: Sequence["Field[Any, Any]"]) -> None:
        self.model = model
        self.columns = columns
        self.label = model._meta.label
        self.name = connection.ops.quote_name(model._meta.db_table)
        self.pk = quoted(model._meta.pk)

    def select(self, after: Any, size: int, *, where: str = "TRUE", params: Sequence[Any] = ()) -> list[Any]:
        """Return up to `size` rows (key, columns…) that follow a key, in the order of keys."""
        names = ", ".join([self.pk, *map(quoted, self.columns)])
        start = "TRUE" if after is None else f"{self.pk} > %s"
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {names} FROM {self.name} WHERE {start} AND ({where}) "  # noqa: S608 -- names of our models
                f"ORDER BY {self.pk} LIMIT {int(size)}",
                [*([] if after is None else [after]), *params],
            )
            return list(cursor.fetchall())

    def count(self, *, where: str = "TRUE", params: Sequence[Any] = ()) -> int:
        """Count rows."""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {self.name} WHERE {where}", params)  # noqa: S608 -- same
            (count,) = cursor.fetchone() or (0,)
            return int(count)

    def replace(
        self,
        target: Sequence["Field[Any, Any]"],
        compared: Sequence["Field[Any, Any]"],
        rows: Sequence[Sequence[Any]],
    ) -> int:
        """Write rows of (key, new values of target…, read values of compared…); return how many were written.

        A row that changed since it was read, or that a transaction holds just now, is left to the next pass:
        nothing here waits for a row, so nothing can deadlock with the house at work.
        """
        free = self._lock([row[0] for row in rows])
        fields = [self.model._meta.pk, *target, *compared]
        names = [f"v{number}" for number in range(len(fields))]
        new, old = names[1 : 1 + len(target)], names[1 + len(target) :]
        arrays = ", ".join(f"%s::{part.rel_db_type(connection)}[]" for part in fields)
        settings = ", ".join(f"{quoted(part)} = v.{name}" for part, name in zip(target, new, strict=True))
        unchanged = " AND ".join(
            f"t.{quoted(part)} IS NOT DISTINCT FROM v.{name}"
            for part, name in zip(compared, old, strict=True)
        )
        values = [[row[place] for row in rows if row[0] in free] for place in range(len(fields))]
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {self.name} t SET {settings} FROM unnest({arrays}) v({', '.join(names)}) "  # noqa: S608 -- same
                f"WHERE t.{self.pk} = v.v0 AND {unchanged}",
                values,
            )
            return int(cursor.rowcount)

    def _lock(self, keys: list[Any]) -> set[Any]:
        """Lock the rows that nobody holds and return their keys; waits for none."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {self.pk} FROM {self.name} WHERE {self.pk} = ANY(%s) FOR NO KEY UPDATE SKIP LOCKED",  # noqa: S608 -- same
                [keys],
            )
            return {key for (key,) in cursor.fetchall()}


def walk(step: Callable[[Any], Batch]) -> Iterator[Batch]:
    """Yield the batches of a whole table; `step` handles what follows a key, None for the beginning."""
    batch = step(None)
    yield batch
    while batch.last is not None:
        batch = step(batch.last)
        yield batch


def quoted(part: "Field[Any, Any]") -> str:
    """Return a column's name for SQL."""
    return str(connection.ops.quote_name(str(part.column)))


def encrypted_models() -> Iterator[tuple[type[Model], list[EncryptedField]]]:
    """Yield every table of the house that has encrypted columns, by its label."""
    for model in sorted(apps.get_models(), key=lambda model: model._meta.label):
        if model._meta.proxy or not model._meta.managed:
            continue
        if columns := [part for part in model._meta.local_fields if isinstance(part, EncryptedField)]:
            yield model, columns
