"""A sample of rows: each blind index, recomputed."""

import random
from collections.abc import Iterator
from uuid import UUID

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from common.crypto.reindex import IndexedColumn, indexed_columns
from common.crypto.tables import Batch
from common.schema.verify.catalogue import Catalogue
from common.schema.verify.findings import Finding
from common.schema.verify.migrated import shown


def row_findings(connection: BaseDatabaseWrapper, live: Catalogue, sample: int) -> Iterator[Finding]:
    """Recompute up to `sample` rows of every blind index, except in tables that lack columns."""
    for column in indexed_columns():
        model = column.model
        table = shown(model._meta.db_table)
        there = live.tables[table].columns if table in live.tables else {}
        if not all(field.column in there for field in model._meta.concrete_fields):
            continue
        with transaction.atomic(using=connection.alias):
            for failure in {failure for batch in batches(column, sample) for failure in batch.failures}:
                yield Finding(
                    truth="rows",
                    kind="blind index value",
                    table=table,
                    name=str(column.index.column),
                    expected=f"the hash of {column.index.source_field.name}",
                    found=f"row {failure.pk}: {failure.reason}",
                    run=(f"manage.py rebuild_blind_index --model {model._meta.label}",),
                )


def batches(column: IndexedColumn, sample: int) -> Iterator[Batch]:
    """Yield the first rows, and as many from somewhere in a table that has more."""
    if sample < 1:
        return
    first = column.rebuild_batch(None, -(-sample // 2), write=False)
    yield first
    if first.last is not None:
        yield column.rebuild_batch(somewhere(column, first.last), sample // 2 or 1, write=False)


def somewhere(column: IndexedColumn, after: UUID) -> UUID:
    """Return a key between one and the last of the table, each as likely as the next."""
    last = column.model._base_manager.order_by("-pk").values_list("pk", flat=True)[:1].get()
    return UUID(int=random.randint(after.int, max(after.int, last.int - 1)))  # noqa: S311 -- a sample
