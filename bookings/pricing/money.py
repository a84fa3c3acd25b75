"""Cents and how they are rounded: half away from zero, in `Decimal`, never in float."""

from decimal import ROUND_HALF_UP, Decimal

BASIS_POINTS = Decimal(10_000)
PERCENT = Decimal(100)
CENT = Decimal(1)


def half_up(value: Decimal) -> int:
    """Round an amount of cents half away from zero to whole cents."""
    return int(value.quantize(CENT, rounding=ROUND_HALF_UP))


def percent_of(cents: int, percent: Decimal | int) -> int:
    """Return `percent` of an amount of cents, rounded half up."""
    return half_up(Decimal(cents) * Decimal(percent) / PERCENT)


def basis_points_of(cents: int, basis_points: int) -> int:
    """Return `basis_points` (1/10 000) of an amount of cents, rounded half up."""
    return half_up(Decimal(cents) * Decimal(basis_points) / BASIS_POINTS)
