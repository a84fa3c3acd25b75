"""What an error of the database tells about itself."""

from django.db import Error
from psycopg import Error as DriverError


def first_line(error: Exception) -> str:
    """Return the message of an error without DETAIL, which may quote a row; its type when it says nothing."""
    return (str(error).splitlines() or [type(error).__name__])[0]


def constraint_name(error: Error) -> str | None:
    """Return the name of the constraint (or trigger) that refused a statement; None when it was none."""
    cause = error.__cause__
    return cause.diag.constraint_name if isinstance(cause, DriverError) else None
