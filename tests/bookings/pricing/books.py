"""The price list of behaviour 4.1 as a price book without a database."""

from datetime import date, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from bookings.ports import CouponTerms
from bookings.pricing.price_book import PriceBook, PricedItem, TierPrices
from bookings.pricing.quote import Quote, QuoteRequest, quote

STATION = UUID("00000000-0000-4000-8000-000000000001")
TODAY = date(2026, 5, 1)


def item(code: str, price_cents: int = 0) -> PricedItem:
    return PricedItem(code=code, name=code.replace("_", " ").capitalize(), price_cents=price_cents)


PROTEINS = {
    code: item(code, price)
    for code, price in {
        "chicken": 0,
        "ny_strip": 0,
        "shrimp": 0,
        "calamari": 0,
        "tofu": 0,
        "salmon": 500,
        "scallops": 500,
        "filet_mignon": 500,
        "lobster_tail": 1_500,
    }.items()
}
ADDONS = {
    code: item(code, price)
    for code, price in {
        "yakisoba": 500,
        "extra_rice": 500,
        "extra_vegetables": 500,
        "edamame": 500,
        "gyoza": 1_000,
    }.items()
}


def standard_book(**changes: object) -> PriceBook:
    values = {
        "station_id": STATION,
        "tier": TierPrices(adult_cents=5_500, kid_cents=3_000, minimum_cents=55_000),
        "proteins": PROTEINS,
        "addons": ADDONS,
        "extra_protein_cents": 1_000,
    }
    return PriceBook(**{**values, **changes})  # type: ignore[arg-type]  # a builder of tests


def party(**changes: object) -> QuoteRequest:
    values = {
        "date": date(2026, 6, 6),  # a Saturday
        "slot": time(18),
        "adults": 10,
        "road_miles": Decimal("12.00"),
        "postal_code": "94102",
    }
    return QuoteRequest(**{**values, **changes})  # type: ignore[arg-type]  # a builder of tests


TEN_PERCENT = CouponTerms(code="K7Q2M9XW4T", percent=Decimal("10.00"), cap_cents=10_000, minimum_cents=55_000)


def priced(request: QuoteRequest, **book: Any) -> Quote:
    return quote(standard_book(**book), request, TODAY)


def amounts(result: Quote) -> list[tuple[str, int]]:
    return [(line.code, line.amount_cents) for line in result.lines]
