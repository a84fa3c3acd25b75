"""Words of the registry of retention (section 14): which rows have served their time, and what then."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Model, QuerySet


def delete_rows(rows: QuerySet[Any], _at: datetime) -> int:
    """Delete the rows and return how many they were, without what went with them."""
    label = rows.model._meta.label
    _total, by_model = rows.delete()
    return by_model.get(label, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long rows of a table are kept: `due(before)` finds those whose time ended before that instant.

    `end` deals with one batch of them at the instant of the run and returns how many it dealt with. A frozen
    table lets rows go only to the one who says that this is the purge.
    """

    name: str
    model: type[Model]
    days: int
    does: str
    due: Callable[[datetime], QuerySet[Any]]
    end: Callable[[QuerySet[Any], datetime], int] = delete_rows
    is_frozen: bool = False

    def due_at(self, at: datetime) -> QuerySet[Any]:
        """Return the rows that are due at the instant."""
        return self.due(at - timedelta(days=self.days))
