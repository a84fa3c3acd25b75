"""Q-1 … Q-14 for any party, rules and coupon."""

import random
from datetime import date, time, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bookings.ports import CouponTerms
from bookings.pricing.price_book import TierPrices
from bookings.pricing.quote import ManualAdjustment, Quote, quote
from bookings.pricing.rules import PriceRule
from bookings.pricing.snapshot import bound_book, snapshot_of, stored_coupon, stored_date
from bookings.requests import MenuChoice
from tests.bookings.pricing.books import ADDONS, PROTEINS, TODAY, party, standard_book

percents = st.decimals(-200, 300, places=2)
rules = st.builds(
    lambda number, percent, fixed, priority: PriceRule(
        id=number,
        name="rule",
        percent=percent,
        amount_cents=fixed if percent is None else None,
        priority=priority,
    ),
    st.uuids(version=4),
    st.none() | percents,
    st.integers(-500_000, 500_000),
    st.integers(0, 5),
)
coupons = st.none() | st.builds(
    lambda percent, fixed, cap: CouponTerms(
        code="C", percent=percent, amount_cents=fixed if percent is None else None, cap_cents=cap
    ),
    st.none() | st.decimals(0, 100, places=2),
    st.integers(0, 500_000),
    st.none() | st.integers(0, 50_000),
)


@st.composite
def quotes(draw: st.DrawFn) -> Quote:
    adults, kids, toddlers = draw(st.integers(1, 60)), draw(st.integers(0, 30)), draw(st.integers(0, 10))
    codes = draw(st.lists(st.sampled_from(sorted(PROTEINS)), min_size=1, max_size=4, unique=True))
    wanted = 2 * (adults + kids) + toddlers
    proteins = dict.fromkeys(codes, wanted // len(codes))
    proteins[codes[0]] += wanted % len(codes)
    menu = MenuChoice(
        proteins=proteins,
        extra_proteins=draw(st.dictionaries(st.sampled_from(sorted(PROTEINS)), st.integers(0, 9))),
        addons=draw(st.dictionaries(st.sampled_from(sorted(ADDONS)), st.integers(0, 9))),
    )
    tier = TierPrices(
        adult_cents=draw(st.integers(0, 20_000)),
        kid_cents=draw(st.integers(0, 20_000)),
        minimum_cents=draw(st.integers(0, 200_000)),
    )
    book = standard_book(tier=tier, rules=tuple(draw(st.lists(rules, max_size=4))))
    request = party(
        date=TODAY + timedelta(days=draw(st.integers(0, 365))),
        slot=draw(st.sampled_from([time(12), time(15), time(18), time(21)])),
        adults=adults,
        kids=kids,
        toddlers=toddlers,
        menu=menu,
        coupon=draw(coupons),
        manual=tuple(ManualAdjustment(amount_cents=cents) for cents in draw(st.lists(st.integers(0, 9_000)))),
        road_miles=draw(st.decimals(0, 400, places=2)),
    )
    return quote(book, request, TODAY)


@given(quotes())
def test_q13_the_lines_add_up_to_the_total(result: Quote) -> None:
    assert sum(line.amount_cents for line in result.lines) == result.total_cents
    assert all(line.amount_cents == line.quantity * line.unit_cents for line in result.lines)


@given(quotes())
def test_q5_rules_stay_within_minus_half_and_plus_the_whole(result: Quote) -> None:
    assert -result.subtotal_cents <= 2 * result.rules_cents <= 2 * result.subtotal_cents


@given(quotes())
def test_q6_q8_nothing_falls_below_zero(result: Quote) -> None:
    taxable = sum(line.amount_cents for line in result.lines if line.taxable)
    assert 0 <= taxable <= result.base_cents
    assert 0 <= result.deposit_cents <= result.total_cents
    assert result.tax_cents >= 0


@given(quotes(), st.randoms(use_true_random=False))
def test_q14_the_order_of_choices_and_rules_does_not_matter(result: Quote, dice: random.Random) -> None:
    def shuffled(counts: dict[str, int]) -> dict[str, int]:
        return dict(dice.sample(list(counts.items()), len(counts)))

    book, request = result.price_book, result.request
    menu = MenuChoice(
        proteins=shuffled(dict(request.menu.proteins)),
        extra_proteins=shuffled(dict(request.menu.extra_proteins)),
        addons=shuffled(dict(request.menu.addons)),
    )
    again = quote(
        standard_book(tier=book.tier, rules=tuple(dice.sample(book.rules, len(book.rules)))),
        party(**{name: getattr(request, name) for name in request.__slots__ if name != "menu"}, menu=menu),
        TODAY,
    )
    assert again.as_dict() == result.as_dict()


@given(quotes())
def test_q16_a_snapshot_prices_the_same_party_the_same(result: Quote) -> None:
    snapshot = snapshot_of(result)
    dear = standard_book(
        tier=TierPrices(adult_cents=1, kid_cents=1, minimum_cents=1), proteins={}, addons={}, rules=()
    )
    book = bound_book(snapshot, dear)
    assert stored_coupon(snapshot) == result.request.coupon
    again = quote(book, result.request, stored_date(snapshot))
    assert again.quote_hash == result.quote_hash
    assert again.total_cents == result.total_cents


def test_q16_items_absent_from_the_snapshot_cost_today_s_price() -> None:
    accepted = quote(standard_book(), party(menu=MenuChoice(addons={"gyoza": 1})), TODAY)
    today = standard_book(
        tier=TierPrices(adult_cents=9_900, kid_cents=9_900, minimum_cents=99_000),
        addons={**ADDONS, "gyoza": ADDONS["edamame"]},
        extra_protein_cents=1_200,
    )
    book = bound_book(snapshot_of(accepted), today)
    changed = party(
        menu=MenuChoice(addons={"gyoza": 2, "edamame": 1}, extra_proteins={"salmon": 1}), adults=11
    )
    again = quote(book, changed, stored_date(snapshot_of(accepted)))
    assert [(line.code, line.unit_cents) for line in again.lines if line.taxable] == [
        ("adult", 5_500),
        ("extra_protein:salmon", 1_700),
        ("addon:edamame", 500),
        ("addon:gyoza", 1_000),
    ]


def test_q16_rules_come_back_with_every_condition() -> None:
    rule = PriceRule(
        id=standard_book().station_id,
        name="r",
        percent=Decimal("12.50"),
        priority=3,
        zone="coast",
        weekdays=(1, 7),
        date_from=date(2026, 1, 1),
        date_until=date(2026, 12, 31),
        slots=(time(12), time(18, 30)),
        guests_min=1,
        guests_max=20,
        days_ahead_min=0,
        days_ahead_max=90,
    )
    snapshot = snapshot_of(quote(standard_book(rules=(rule,)), party(), TODAY))
    assert bound_book(snapshot, standard_book()).rules == (rule,)
