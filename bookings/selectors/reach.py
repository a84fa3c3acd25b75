"""One row for one action: absent, out of scope, or in scope without the right to act (R-4)."""

from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

from common.exceptions import NotFound, PermissionDenied

Row = TypeVar("Row", bound=Model)


def pick(reached: QuerySet[Row], pk: UUID, *, readable: QuerySet[Any], otherwise: str) -> Row:
    """Return the row that an action reaches; PermissionDenied for one that the actor may only read.

    Anything else does not exist for the actor: raises NotFound with the words of `otherwise`.
    """
    row = reached.filter(pk=pk).first()
    if row is not None:
        return row
    if readable.filter(pk=pk).exists():
        raise PermissionDenied
    raise NotFound(otherwise)
