"""The balance of a product over the days, and demand by recipes: rules without a database."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from supply.services.drafts.demand import Cell, Cookbook, Party, Share, units_needed
from supply.services.drafts.draft import in_payable_orders
from supply.services.drafts.plan import balance
from supply.services.orders import MAX_TOTAL, ItemRequest

TODAY = date(2026, 6, 1)
PRODUCTS = [UUID(int=number) for number in range(1, 4)]
cells = st.builds(
    Cell, st.sampled_from(PRODUCTS), st.integers(-5, 9).map(lambda days: TODAY + timedelta(days=days))
)
units = st.dictionaries(cells, st.integers(0, 200), max_size=20)
stock = st.dictionaries(st.sampled_from(PRODUCTS), st.integers(0, 500))


def day(number):
    return TODAY + timedelta(days=number)


def shape(lines):
    return [
        (line.day, line.demand, line.on_hand, line.ordered, line.drafted, line.surplus, line.short)
        for line in lines
    ]


def plan(demand, ordered=None, free=1_000):
    product = PRODUCTS[0]
    return balance(
        demand={Cell(product, day(at)): number for at, number in demand.items()},
        ordered={Cell(product, day(at)): number for at, number in (ordered or {}).items()},
        free={product: free},
        today=TODAY,
    )


@given(units, units, stock)
def test_every_line_is_balanced_and_nothing_is_made_of_nothing(demand, ordered, free):
    lines = balance(demand=demand, ordered=ordered, free=free, today=TODAY)
    drafted = dict.fromkeys(PRODUCTS, 0)
    on_hand = {}
    for line in lines:
        cell = Cell(line.product_id, line.day)
        assert line.demand == line.ordered + line.drafted + line.on_hand - line.surplus + line.short
        assert (line.demand, line.ordered) == (demand.get(cell, 0), ordered.get(cell, 0))
        assert min(line.on_hand, line.drafted, line.surplus, line.short) >= 0
        assert line.day >= TODAY
        assert not (line.surplus and (line.drafted or line.short))
        assert on_hand.get(line.product_id, line.on_hand) == line.on_hand
        on_hand[line.product_id] = line.surplus
        drafted[line.product_id] += line.drafted
        if line.short:
            assert drafted[line.product_id] == free.get(line.product_id, 0)
    assert all(drafted[product] <= free.get(product, 0) for product in PRODUCTS)
    assert {(line.product_id, line.day) for line in lines} == {
        tuple(cell) for cell in (*demand, *ordered) if cell.day >= TODAY
    }


@given(units, units, stock, units)
def test_a_second_run_orders_the_difference_only(demand, ordered, free, later):
    lines = balance(demand=demand, ordered=ordered, free=free, today=TODAY)
    now = dict(ordered)
    for line in lines:
        cell = Cell(line.product_id, line.day)
        now[cell] = now.get(cell, 0) + line.drafted
        free = {**free, line.product_id: free.get(line.product_id, 0) - line.drafted}
    again = balance(demand=demand, ordered=now, free=free, today=TODAY)
    assert [line.drafted for line in again] == [0] * len(lines)
    plenty = dict.fromkeys(PRODUCTS, 10**9)
    changed = balance(demand={**demand, **later}, ordered=now, free=plenty, today=TODAY)
    fresh = balance(demand={**demand, **later}, ordered=ordered, free=plenty, today=TODAY)
    for product in PRODUCTS:
        before = sum(now.get(cell, 0) - ordered.get(cell, 0) for cell in now if cell.product_id == product)
        delta = sum(line.drafted for line in changed if line.product_id == product)
        whole = sum(line.drafted for line in fresh if line.product_id == product)
        assert before + delta >= whole


def test_a_rise_is_ordered_a_fall_is_left_over_for_the_next_day():
    assert shape(plan({0: 10})) == [(day(0), 10, 0, 0, 10, 0, 0)]
    assert shape(plan({0: 12}, {0: 10})) == [(day(0), 12, 0, 10, 2, 0, 0)]
    assert shape(plan({0: 6, 3: 5}, {0: 10})) == [
        (day(0), 6, 0, 10, 0, 4, 0),
        (day(3), 5, 4, 0, 1, 0, 0),
    ]
    assert shape(plan({}, {0: 10})) == [(day(0), 0, 0, 10, 0, 10, 0)]


def test_days_gone_by_hand_on_what_they_left_and_order_nothing():
    assert shape(plan({-4: 3, -2: 9, 1: 10}, {-4: 5, -2: 10})) == [(day(1), 10, 3, 0, 7, 0, 0)]
    assert shape(plan({-1: 9, 1: 1})) == [(day(1), 1, 0, 0, 1, 0, 0)]


def test_what_is_not_in_stock_is_short_the_earlier_day_first():
    assert shape(plan({0: 6, 1: 6}, free=8)) == [(day(0), 6, 0, 0, 6, 0, 0), (day(1), 6, 0, 0, 2, 0, 4)]


def test_demand_is_summed_exactly_and_rounded_up_once():
    rice, salmon = uuid4(), uuid4()
    cookbook = Cookbook(
        proteins={"salmon": (Share(salmon, Decimal("0.1500")), Share(rice, Decimal("0.0100")))},
        for_everybody=(Share(rice, Decimal("0.1")),),
    )
    parties = [
        Party(day(1), 10, {"salmon": 4, "chicken": 16}),
        Party(day(1), 11, {"salmon": 5}),
        Party(day(2), 2, {}),
    ]
    assert units_needed(parties, cookbook) == {
        Cell(salmon, day(1)): 2,
        Cell(rice, day(1)): 3,
        Cell(rice, day(2)): 1,
    }
    assert units_needed([Party(day(1), 0, {"salmon": 0})], cookbook) == {}


amounts = st.decimals(0, MAX_TOTAL, places=2)


@given(st.lists(st.tuples(amounts, st.integers(1, 10_000)), min_size=1, max_size=6))
def test_no_order_costs_more_than_an_order_can(items):
    prices = {UUID(int=index): price for index, (price, _qty) in enumerate(items)}
    asked = [
        ItemRequest(product_id=UUID(int=index), qty=qty if price < 10**6 else qty % 9 + 1, demand_date=TODAY)
        for index, (price, qty) in enumerate(items)
    ]
    orders = list(in_payable_orders(asked, prices))
    for order in orders:
        assert sum(prices[item.product_id] * item.qty for item in order) <= MAX_TOTAL
        assert order
    for wanted in asked:
        parts = [item for order in orders for item in order if item.product_id == wanted.product_id]
        assert sum(item.qty for item in parts) == wanted.qty
        assert {item.demand_date for item in parts} == {TODAY}
