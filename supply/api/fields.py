"""Kinds of values of the exchange's wire: opaque ids, whole numbers, amounts of money."""

import math
import re
from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

MAX_AMOUNT = Decimal("99999999.99")
CENT = Decimal("0.01")
AMOUNT = re.compile(r"[0-9]{1,20}(\.[0-9]{1,2})?")
MAX_DIGITS = 1_000


class IdField(serializers.CharField):
    """An opaque id: any text; one that is no id names nothing, which is a 404 later on."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_blank=True, trim_whitespace=False, **kwargs)


class WholeNumberField(serializers.IntegerField):
    """A number of a query in plain digits, however many."""

    def to_internal_value(self, data: Any) -> int:
        text = str(data)
        if not (text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS):
            self.fail("invalid")
        return int(text)


@extend_schema_field(
    {
        "oneOf": [
            {"type": "string", "pattern": r"^[0-9]+(\.[0-9]{1,2})?$"},
            {"type": "number", "minimum": 0, "maximum": float(MAX_AMOUNT)},
        ]
    }
)
class AmountField(serializers.Field[Decimal, Any, str, Any]):
    """An amount of tenge in a body: a number or a text, with at most two decimals."""

    default_error_messages = {
        "invalid": "Must be an amount of at most two decimals, such as 12.50.",
        "too_large": f"At most {MAX_AMOUNT}.",
    }

    def to_internal_value(self, data: Any) -> Decimal:
        amount = _amount(data)
        if amount is None:
            self.fail("invalid")
        if amount > MAX_AMOUNT:
            self.fail("too_large")
        return amount


def _amount(data: Any) -> Decimal | None:
    """Return a non-negative amount of whole cents, None for anything else."""
    if isinstance(data, bool):
        return None
    if isinstance(data, str):
        return Decimal(data) if AMOUNT.fullmatch(data) else None
    if isinstance(data, int | float) and math.isfinite(data) and data >= 0:
        amount = abs(Decimal(str(data)))
        return amount if amount > MAX_AMOUNT or amount == amount.quantize(CENT) else None
    return None
