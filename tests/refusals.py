"""Which constraint refuses a write, by its name."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, models, transaction

from common.db.errors import constraint_name


def broken_by(work: Callable[[], object]) -> str | None:
    """Return the name of the constraint that refuses the work."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        work()
    return constraint_name(caught.value)


def update(row: models.Model, **values: Any) -> Callable[[], object]:
    """Return the work of writing values to a row, past every Python check."""
    return lambda: type(row)._base_manager.filter(pk=row.pk).update(**values)
