"""Array columns of schema core: NOT NULL, empty by default in Python and in PostgreSQL."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models


def words_field(**kwargs: Any) -> "ArrayField[Any, Any]":
    """Return a column of short words (`v50[]`)."""
    return ArrayField(models.CharField(max_length=50), default=list, db_default=[], blank=True, **kwargs)
