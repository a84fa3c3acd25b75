"""What all state machines of the exchange share: the row is locked, then looked at."""

from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar

from django.db.models import QuerySet

from common.exceptions import NotFound
from common.models import TimestampedModel
from supply.exceptions import MovedMeanwhile
from supply.policies import require_move

Row = TypeVar("Row", bound=TimestampedModel)
VersionCheck = Callable[[TimestampedModel], None]
"""Raises VersionConflict when the locked row is not what the caller has seen."""


class Stateful(Protocol):
    """A row with a state."""

    status: str


def any_version(row: TimestampedModel) -> None:
    """Take the row as it is: the caller has named no version."""


def lock_row(rows: QuerySet[Row], row: Row) -> Row:
    """Return the row, locked to the end of the transaction and read anew; raises NotFound."""
    locked = rows.select_for_update(no_key=True, of=("self",)).filter(pk=row.pk).first()
    if locked is None:
        raise NotFound
    return locked


def check_move(moves: Mapping[str, frozenset[str]], *, seen: Stateful, locked: Stateful, to: str) -> None:
    """Raise IllegalTransition for an unknown move, MovedMeanwhile when somebody else was faster."""
    require_move(moves, from_=locked.status, to=to)
    if locked.status != seen.status:
        raise MovedMeanwhile
