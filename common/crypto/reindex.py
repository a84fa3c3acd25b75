"""Rebuilding of blind indexes from clear text: after a new index key, or to prove them right (P-8)."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import Model

from common.crypto.exceptions import DecryptionError
from common.crypto.index_field import BlindIndexField
from common.crypto.tables import Batch, Failure, Table


class IndexedColumn(Table):
    """One blind index and the encrypted column that it follows."""

    def __init__(self, model: type[Model], index: "BlindIndexField[Any, Any]") -> None:
        super().__init__(model, [index.source_field, index])
        self.index = index
        self.label = f"{model._meta.label}.{index.name}"

    def rebuild_batch(self, after: Any, size: int, *, write: bool = True) -> Batch:
        """Correct the indexes of the next rows, or only count wrong ones as failures; needs a transaction."""
        rows = list(self._instances(after)[:size])
        batch = Batch(last=rows[-1].pk if len(rows) == size else None, seen=len(rows))
        wrong = []
        for row in rows:
            try:
                sealed = self.index.source_field.sealed_on(row)
                index = None if sealed is None else sealed.index(self.index.kind_of(row))
            except (DecryptionError, ValueError) as error:
                batch.failures.append(self._failure(row.pk, str(error)))
                continue
            stored = row.__dict__[self.index.attname]
            if index != stored:
                wrong.append((row.pk, index, None if sealed is None else sealed.token(), stored))
        if write and wrong:
            self._correct(wrong, batch)
        elif wrong:
            batch.failures += [self._failure(pk, "index does not fit its value") for pk, *_values in wrong]
        return batch

    def _instances(self, after: Any) -> Any:
        rows = self.model._base_manager.order_by("pk")
        if not callable(self.index.kind):
            rows = rows.only("pk", self.index.name, self.index.source_field.name)
        return rows if after is None else rows.filter(pk__gt=after)

    def _correct(self, wrong: list[tuple[Any, ...]], batch: Batch) -> None:
        """Write all rows at once; where two would get one index, row by row, reporting the second."""
        source = self.index.source_field
        twins: list[Failure] = []
        try:
            with transaction.atomic():
                batch.written = self.replace([self.index], [source, self.index], wrong)
        except IntegrityError:
            for row in wrong:
                try:
                    with transaction.atomic():
                        batch.written += self.replace([self.index], [source, self.index], [row])
                except IntegrityError:
                    twins.append(self._failure(row[0], "another row has this index"))
        batch.failures += twins
        batch.busy = len(wrong) - batch.written - len(twins)

    def _failure(self, pk: Any, reason: str) -> Failure:
        return Failure(self.label, str(pk), reason)


def indexed_columns(models: set[type[Model]] | None = None) -> Iterator[IndexedColumn]:
    """Yield every blind index that has a source, of the given models or of all."""
    for model in sorted(models or apps.get_models(), key=lambda model: model._meta.label):
        if not model._meta.proxy:
            for part in model._meta.local_fields:
                if isinstance(part, BlindIndexField) and part.source is not None:
                    yield IndexedColumn(model, part)
