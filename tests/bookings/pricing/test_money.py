from decimal import Decimal

import pytest

from bookings.pricing.money import basis_points_of, half_up, percent_of


@pytest.mark.parametrize(
    ("value", "cents"),
    [("0.5", 1), ("-0.5", -1), ("1.49", 1), ("-1.49", -1), ("2.5", 3), ("-2.5", -3), ("0", 0)],
)
def test_half_up_rounds_away_from_zero(value: str, cents: int) -> None:
    assert half_up(Decimal(value)) == cents


def test_percent_and_basis_points_are_exact_in_decimal() -> None:
    assert percent_of(150, Decimal("15.00")) == 23
    assert percent_of(-150, Decimal("15.00")) == -23
    assert basis_points_of(56_000, 825) == 4_620
    assert basis_points_of(63_250, 825) == 5_218
