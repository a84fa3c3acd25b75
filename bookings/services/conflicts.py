"""Which unique key a write ran into."""

from django.db import IntegrityError


def violates(error: IntegrityError, constraint: str) -> bool:
    """Tell whether PostgreSQL refused the write because of this constraint or unique index."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) == constraint
