"""Column kinds of the house; each may imply a CHECK that `HouseModel` adds to its table."""

from enum import Enum
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

# Fields take type parameters only in the stubs.
if TYPE_CHECKING:
    _CharField = models.CharField[Any, Any]
    _DecimalField = models.DecimalField[Any, Any]
    _PositiveIntegerField = models.PositiveIntegerField[Any, Any]
else:
    _CharField = models.CharField
    _DecimalField = models.DecimalField
    _PositiveIntegerField = models.PositiveIntegerField


class EnumField(_CharField):
    """A varchar(32) that holds a value of a TextChoices class, guarded by a CHECK.

    `enum` is that class on models as they are declared; migrations know its values only.
    """

    def __init__(self, enum: type[models.TextChoices] | None = None, **kwargs: Any) -> None:
        self.enum = enum
        if enum is not None:
            kwargs["choices"] = enum.choices
            default = kwargs.get("default")
            if isinstance(default, Enum):
                kwargs["default"] = kwargs["db_default"] = default.value
        kwargs.setdefault("max_length", 32)
        super().__init__(**kwargs)

    @property
    def values(self) -> list[str]:
        return [str(value) for value, _label in self.flatchoices]

    def implied_check(self) -> Q:
        return Q(**{f"{self.name}__in": self.values})


class CentsField(_PositiveIntegerField):
    """Money in minor units of the row's currency, never negative."""


class CurrencyField(_CharField):
    """An ISO 4217 code: three capitals in a char(3)."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 3)
        if "default" in kwargs:
            kwargs.setdefault("db_default", kwargs["default"])
        super().__init__(**kwargs)

    def db_type(self, connection: Any) -> str:  # noqa: ARG002 -- the Field contract
        # PostgreSQL's own name of char(3): bulk inserts cut a type at its parenthesis, and `char` alone would
        # keep one character.
        return "bpchar(3)"

    def implied_check(self) -> Q:
        return Q(**{f"{self.name}__regex": "^[A-Z]{3}$"})


class HexField(_CharField):
    """A SHA-256 in lower-case hexadecimal."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 64)
        super().__init__(**kwargs)


class _BoundedDecimalField(_DecimalField):
    bounds: tuple[int, int] = (0, 1)

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 3)
        kwargs.setdefault("decimal_places", 2)
        super().__init__(**kwargs)

    def implied_check(self) -> Q:
        low, high = self.bounds
        return Q(**{f"{self.name}__gte": low, f"{self.name}__lte": high})


class RatioField(_BoundedDecimalField):
    """A share from 0 to 1 with two decimals."""


class PolarityField(_BoundedDecimalField):
    """A sentiment from -1 to 1 with two decimals."""

    bounds = (-1, 1)


def implied_check_name(db_table: str, column: str) -> str:
    """Return `ck_<schema>_<table>_<column>` for a schema-qualified table name."""
    parts = db_table.replace('"', "").split(".")
    return "_".join(["ck", *parts, column])
