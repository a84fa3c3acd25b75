"""Migrations that make a table together with its indexes and constraints.

Django writes each index and constraint of a new table as an operation of its own wherever another new table
points to it. Every such operation renders the state of the table and of its neighbours again: of the 22 s of
CPU that the house's migrations once took, they were two thirds.
"""

from collections.abc import Iterable
from typing import Any

from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.operations import AddConstraint, AddField, AddIndex, CreateModel
from django.db.migrations.operations.base import Operation


def fold(operations: Iterable[Operation]) -> list[Operation]:
    """Move indexes and constraints into the CreateModel of their table, unless the table grew in between."""
    folded: list[Operation] = []
    made: dict[str, int] = {}
    for operation in operations:
        if isinstance(operation, CreateModel):
            made[operation.name_lower] = len(folded)
        elif isinstance(operation, AddField):
            made.pop(operation.model_name_lower, None)
        elif isinstance(operation, AddIndex | AddConstraint) and operation.model_name_lower in made:
            place = made[operation.model_name_lower]
            folded[place] = _with_part(folded[place], operation)
            continue
        folded.append(operation)
    return folded


def _with_part(table: Any, part: AddIndex | AddConstraint) -> CreateModel:
    option, added = (
        ("indexes", part.index) if isinstance(part, AddIndex) else ("constraints", part.constraint)
    )
    options = {**table.options, option: [*table.options.get(option, []), added]}
    return CreateModel(table.name, table.fields, options=options, bases=table.bases, managers=table.managers)


class FoldingAutodetector(MigrationAutodetector):
    """Django's own, folded."""

    def _optimize_migrations(self) -> None:
        super()._optimize_migrations()  # type: ignore[misc]  # Django's hook, unknown to the stubs
        for migrations in self.migrations.values():  # type: ignore[attr-defined]  # as above
            for migration in migrations:
                migration.operations = fold(migration.operations)
