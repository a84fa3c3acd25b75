"""One row for one action: absent, out of scope, or in scope without the right to act (R-4)."""

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

from common.exceptions import NotFound, PermissionDenied

Row = TypeVar("Row", bound=Model)


def pick(
    reached: QuerySet[Row], pk: UUID, *, otherwise: str, readable: Callable[[], QuerySet[Any]] | None = None
) -> Row:
    """Return the row that an action reaches; PermissionDenied for one that the actor may only read.

    Anything else does not exist for the actor: raises NotFound with the words of `otherwise`. Without
    `readable` the action is the reading itself.
    """
    row = reached.filter(pk=pk).first()
    if row is not None:
        return row
    if readable is not None and readable().filter(pk=pk).exists():
        raise PermissionDenied
    raise NotFound(otherwise)
