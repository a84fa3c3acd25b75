from dataclasses import replace
from datetime import time
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from bookings.exceptions import CouponMinimumNotMet
from bookings.ports import CouponTerms
from bookings.pricing.coupons import discount_cents
from bookings.pricing.quote import ManualAdjustment
from bookings.pricing.rules import PriceRule
from common.exceptions import ValidationFailed
from tests.bookings.pricing.books import TEN_PERCENT, amounts, party, priced


def test_q5_rules_apply_by_priority_then_id_without_compounding() -> None:
    rules = (
        PriceRule(id=UUID(int=3), name="c", percent=Decimal("10.00"), priority=100),
        PriceRule(id=UUID(int=2), name="b", amount_cents=-500, priority=100),
        PriceRule(id=UUID(int=9), name="a", percent=Decimal("5.00"), priority=1),
        PriceRule(id=UUID(int=4), name="nothing", amount_cents=0),
    )
    result = priced(party(), rules=rules)
    assert [amount for code, amount in amounts(result) if code.startswith("rule:")] == [2_750, -500, 5_500]
    assert [row.reason for row in result.adjustments] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("fixed", "clamp"), [(70_000, -15_000), (-40_000, 12_500), (55_000, 0), (-27_500, 0)]
)
def test_q5_the_net_of_the_rules_is_clamped(fixed: int, clamp: int) -> None:
    result = priced(party(), rules=(PriceRule(id=UUID(int=1), name="fixed", amount_cents=fixed),))
    assert dict(amounts(result)).get("rule_clamp", 0) == clamp
    assert [(row.rule_id, row.amount_cents) for row in result.adjustments] == [
        (UUID(int=1), fixed),
        *([(None, clamp)] if clamp else []),
    ]


@pytest.mark.parametrize(
    ("condition", "applies"),
    [
        ({"zone": "primary"}, True),
        ({"zone": "coast"}, False),
        ({"weekdays": (6, 7)}, True),
        ({"weekdays": (1,)}, False),
        ({"slots": (time(18),)}, True),
        ({"slots": (time(12),)}, False),
        ({"date_from": party().date}, True),
        ({"date_from": party().date.replace(day=7)}, False),
        ({"date_until": party().date}, True),
        ({"date_until": party().date.replace(day=5)}, False),
        ({"guests_min": 13}, True),
        ({"guests_min": 14}, False),
        ({"guests_max": 13}, True),
        ({"guests_max": 12}, False),
        ({"days_ahead_min": 36}, True),
        ({"days_ahead_min": 37}, False),
        ({"days_ahead_max": 36}, True),
        ({"days_ahead_max": 35}, False),
    ],
)
def test_q5_every_set_condition_must_hold(condition: dict[str, Any], applies: bool) -> None:
    rule = PriceRule(id=UUID(int=1), name="r", amount_cents=100, **condition)
    result = priced(party(adults=8, kids=4, toddlers=1), rules=(rule,))
    assert bool(result.adjustments) is applies


@pytest.mark.parametrize(
    ("terms", "base", "discount"),
    [
        (TEN_PERCENT, 55_000, 5_500),
        (TEN_PERCENT, 200_000, 10_000),
        (replace(TEN_PERCENT, cap_cents=None), 200_000, 20_000),
        (CouponTerms(code="X", amount_cents=3_000), 55_000, 3_000),
        (CouponTerms(code="X", amount_cents=90_000), 55_000, 55_000),
        (CouponTerms(code="X"), 55_000, 0),
    ],
)
def test_q6_discount(terms: CouponTerms, base: int, discount: int) -> None:
    assert discount_cents(terms, base) == discount


def test_q6_a_coupon_for_nothing_has_no_line() -> None:
    result = priced(party(coupon=CouponTerms(code="X")))
    assert [line.code for line in result.lines] == ["adult", "tax", "travel"]


def test_rv7_a_base_below_the_minimum_is_refused() -> None:
    with pytest.raises(CouponMinimumNotMet) as refusal:
        discount_cents(TEN_PERCENT, 54_999)
    assert refusal.value.extra == {"minimum_cents": 55_000, "base_cents": 54_999}


def test_q17_a_manual_adjustment_is_taxed_and_never_takes_the_base_below_zero() -> None:
    assert priced(party(manual=(ManualAdjustment(amount_cents=-55_000),))).total_cents == 0
    with pytest.raises(ValidationFailed) as refusal:
        priced(party(manual=(ManualAdjustment(amount_cents=-55_001),)))
    assert [error.pointer for error in refusal.value.errors] == ["/amount_cents"]
