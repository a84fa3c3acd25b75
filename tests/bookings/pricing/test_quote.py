from dataclasses import replace
from datetime import time
from decimal import Decimal
from uuid import UUID

import pytest

from bookings.enums import PriceAdjustmentKind
from bookings.exceptions import ProteinCountMismatch
from bookings.pricing.lines import Adjustment
from bookings.pricing.price_book import HouseTerms, TierPrices
from bookings.pricing.quote import Fee, ManualAdjustment, quote
from bookings.pricing.rules import PriceRule
from bookings.requests import MenuChoice
from common.exceptions import ValidationFailed
from tests.bookings.pricing.books import (
    ADDONS,
    STATION,
    TEN_PERCENT,
    TODAY,
    amounts,
    party,
    priced,
    standard_book,
)

SATURDAY = PriceRule(
    id=UUID("00000000-0000-4000-8000-00000000000a"), name="Saturday", percent=Decimal("15.00"), weekdays=(6,)
)


def test_first_example_of_section_4() -> None:
    result = priced(party(adults=8, kids=4, road_miles=Decimal("45.00")))
    assert amounts(result) == [("adult", 44_000), ("kid", 12_000), ("tax", 4_620), ("travel", 3_000)]
    assert (result.subtotal_cents, result.total_cents) == (56_000, 63_620)
    assert (result.deposit_cents, result.balance_cents, result.minimum_applied) == (10_000, 63_620, False)


def test_first_example_after_the_deposit_is_paid() -> None:
    result = priced(party(adults=8, kids=4, road_miles=Decimal("45.00"), paid_cents=10_000))
    assert result.balance_cents == 53_620


def test_second_example_of_section_4() -> None:
    menu = MenuChoice(proteins={"lobster_tail": 4, "chicken": 9}, addons={"gyoza": 1})
    result = priced(party(adults=6, toddlers=1, menu=menu, coupon=TEN_PERCENT))
    assert amounts(result) == [
        ("adult", 33_000),
        ("toddler", 0),
        ("party_minimum", 22_000),
        ("upgrade:lobster_tail", 6_000),
        ("addon:gyoza", 1_000),
        ("coupon", -6_200),
        ("tax", 4_604),
        ("travel", 0),
    ]
    assert (result.subtotal_cents, result.total_cents, result.minimum_applied) == (62_000, 60_404, True)
    assert result.adjustments == (
        Adjustment(
            kind=PriceAdjustmentKind.COUPON,
            amount_cents=-6_200,
            reason="Coupon K7Q2M9XW4T",
            coupon_code="K7Q2M9XW4T",
        ),
    )


def test_third_example_of_section_4() -> None:
    result = priced(party(adults=10), rules=(SATURDAY,))
    assert amounts(result) == [
        ("adult", 55_000),
        (f"rule:{SATURDAY.id}", 8_250),
        ("tax", 5_218),
        ("travel", 0),
    ]
    assert result.total_cents == 68_468
    assert result.adjustments == (
        Adjustment(kind=PriceAdjustmentKind.RULE, amount_cents=8_250, reason="Saturday", rule_id=SATURDAY.id),
    )


def test_q13_order_of_lines() -> None:
    menu = MenuChoice(
        proteins={"tofu": 7, "salmon": 1, "lobster_tail": 1},
        extra_proteins={"shrimp": 2, "filet_mignon": 1},
        addons={"yakisoba": 1, "edamame": 2},
    )
    request = party(
        adults=2,
        kids=2,
        toddlers=1,
        menu=menu,
        manual=(ManualAdjustment(amount_cents=-700),),
        coupon=TEN_PERCENT,
        fees=(Fee(code="reschedule_fee", label="Reschedule fee", amount_cents=20_000),),
        road_miles=Decimal("31.00"),
    )
    result = priced(request, rules=(SATURDAY,))
    assert amounts(result) == [
        ("adult", 11_000),
        ("kid", 6_000),
        ("toddler", 0),
        ("party_minimum", 38_000),
        ("upgrade:lobster_tail", 1_500),
        ("upgrade:salmon", 500),
        ("extra_protein:filet_mignon", 1_500),
        ("extra_protein:shrimp", 2_000),
        ("addon:edamame", 1_000),
        ("addon:yakisoba", 500),
        (f"rule:{SATURDAY.id}", 9_300),
        ("manual", -700),
        ("coupon", -7_060),
        ("tax", 5_242),
        ("travel", 200),
        ("reschedule_fee", 20_000),
    ]
    assert result.total_cents == sum(amount for _, amount in amounts(result)) == 88_982
    assert [line.code for line in result.lines if not line.taxable] == ["tax", "travel", "reschedule_fee"]


def test_q13_answer_is_whole() -> None:
    answer = priced(party(adults=10, road_miles=Decimal("30.5"))).as_dict()
    assert answer == {
        "currency": "USD",
        "lines": [
            {
                "code": "adult",
                "label": "Adult (13+)",
                "quantity": 10,
                "unit_cents": 5_500,
                "amount_cents": 55_000,
                "taxable": True,
            },
            {
                "code": "tax",
                "label": "Sales tax",
                "quantity": 1,
                "unit_cents": 4_538,
                "amount_cents": 4_538,
                "taxable": False,
            },
            {
                "code": "travel",
                "label": "Travel (30.5 mi)",
                "quantity": 1,
                "unit_cents": 100,
                "amount_cents": 100,
                "taxable": False,
            },
        ],
        "subtotal_cents": 55_000,
        "tax_cents": 4_538,
        "travel_cents": 100,
        "total_cents": 59_638,
        "deposit_cents": 10_000,
        "balance_cents": 59_638,
        "road_miles": "30.5",
        "minimum_applied": False,
        "tips": [
            {"percent": 20, "amount_cents": 11_000},
            {"percent": 25, "amount_cents": 13_750},
            {"percent": 30, "amount_cents": 16_500},
            {"percent": 35, "amount_cents": 19_250},
        ],
        "methods": [
            {"method": "card", "fee_cents": 1_760, "amount_cents": 61_398},
            {"method": "ach", "fee_cents": 0, "amount_cents": 59_638},
            {"method": "zelle", "fee_cents": 0, "amount_cents": 59_638},
            {"method": "venmo", "fee_cents": 0, "amount_cents": 59_638},
            {"method": "cash", "fee_cents": 0, "amount_cents": 59_638},
            {"method": "check", "fee_cents": 0, "amount_cents": 59_638},
        ],
        "price_book_hash": standard_book().hash,
        "quote_hash": priced(party(adults=10, road_miles=Decimal("30.5"))).quote_hash,
    }


def test_q12_no_card_fee_where_the_station_takes_none_or_nothing_is_due() -> None:
    free = TierPrices(adult_cents=0, kid_cents=0, minimum_cents=0)
    without_fee = priced(party(), terms=HouseTerms(card_fee=False)).as_dict()["methods"][0]
    assert without_fee == {"method": "card", "fee_cents": 0, "amount_cents": 59_538}
    for_nothing = priced(party(), tier=free).as_dict()["methods"][0]
    assert for_nothing == {"method": "card", "fee_cents": 0, "amount_cents": 0}


def test_q8_deposit_is_never_above_the_total() -> None:
    tier = TierPrices(adult_cents=100, kid_cents=0, minimum_cents=0)
    assert priced(party(adults=10), tier=tier).deposit_cents == 1_083


def test_q3_no_choice_is_chosen_later() -> None:
    assert priced(party(menu=MenuChoice(proteins={"chicken": 0}))).request.menu == MenuChoice()


@pytest.mark.parametrize(("chicken", "expected"), [(22, 21), (20, 21), (1, 21)])
def test_q3_an_incomplete_choice_is_refused(chicken: int, expected: int) -> None:
    with pytest.raises(ProteinCountMismatch) as refusal:
        priced(party(adults=8, kids=2, toddlers=1, menu=MenuChoice(proteins={"chicken": chicken})))
    assert refusal.value.extra == {"expected": expected, "given": chicken}


def test_q3_extra_proteins_are_not_counted() -> None:
    menu = MenuChoice(proteins={"chicken": 20}, extra_proteins={"chicken": 3})
    assert amounts(priced(party(menu=menu)))[1] == ("extra_protein:chicken", 3_000)


def test_unknown_and_negative_choices_are_named() -> None:
    menu = MenuChoice(
        proteins={"a/b~c": 1, "chicken": -1},
        extra_proteins={"unicorn": 1},
        addons={"gyoza": -2, "dust": 0, "extra_protein": 1, "edamame": 10**30},
    )
    with pytest.raises(ValidationFailed) as refusal:
        priced(party(menu=menu))
    assert [(error.pointer, error.code) for error in refusal.value.errors] == [
        ("/menu/proteins/a~1b~0c", "invalid_choice"),
        ("/menu/proteins/chicken", "min_value"),
        ("/menu/extra_proteins/unicorn", "invalid_choice"),
        ("/menu/addons/gyoza", "min_value"),
        ("/menu/addons/extra_protein", "invalid_choice"),
        ("/menu/addons/edamame", "max_value"),
    ]


def test_extra_proteins_need_their_price() -> None:
    menu = MenuChoice(extra_proteins={"chicken": 1})
    with pytest.raises(ValidationFailed) as refusal:
        priced(party(menu=menu), extra_protein_cents=None)
    assert [error.pointer for error in refusal.value.errors] == ["/menu/extra_proteins"]


def test_q14_the_hash_follows_inputs_date_and_lines_only() -> None:
    first = priced(party())
    cheaper_gyoza = priced(party(), addons={**ADDONS, "gyoza": replace(ADDONS["gyoza"], price_cents=1)})
    assert cheaper_gyoza.quote_hash == first.quote_hash
    assert cheaper_gyoza.price_book.hash != first.price_book.hash
    tomorrow = quote(standard_book(), party(), TODAY.replace(day=2))
    others = [
        tomorrow,
        priced(party(zone="coast")),
        priced(party(slot=time(12))),
        priced(party(postal_code="94103")),
        priced(party(), terms=HouseTerms(deposit_cents=1)),
    ]
    assert len({first.quote_hash, *(other.quote_hash for other in others)}) == 6


def test_inputs_hold_zip_and_miles_but_no_coordinates() -> None:
    assert priced(party()).inputs == {
        "station_id": str(STATION),
        "tier": "standard",
        "date": "2026-06-06",
        "slot": "18:00:00",
        "zone": "primary",
        "adults": 10,
        "kids": 0,
        "toddlers": 0,
        "menu": {"proteins": {}, "extra_proteins": {}, "addons": {}},
        "postal_code": "94102",
        "road_miles": "12.00",
        "coupon": "",
        "manual": [],
        "fees": [],
    }
