"""The accepted quote as a booking stores it (Q-15), and the price book it binds later changes to (Q-16)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from bookings.ports import CouponTerms
from bookings.pricing.price_book import HouseTerms, PriceBook, PricedItem, TierPrices
from bookings.pricing.quote import VERSION, Quote
from bookings.pricing.rules import PriceRule
from bookings.pricing.travel import TravelTerms

Json = Mapping[str, Any]


def snapshot_of(quote: Quote) -> dict[str, Any]:
    """Return the whole quote with the inputs and terms a re-quote needs: ZIP and miles, no coordinates."""
    coupon = quote.request.coupon
    return {
        **quote.as_dict(),
        "version": VERSION,
        "as_of": quote.as_of.isoformat(),
        "inputs": quote.inputs,
        "coupon_terms": None if coupon is None else _coupon_as_dict(coupon),
        "price_terms": _narrowed(quote).as_dict(),
    }


def bound_book(snapshot: Json, today: PriceBook) -> PriceBook:
    """Q-16: return the book of the stored snapshot; items absent from it at today's price."""
    terms = snapshot["price_terms"]
    stored = _book(terms)
    return replace(
        stored,
        proteins={**today.proteins, **stored.proteins},
        addons={**today.addons, **stored.addons},
        extra_protein_cents=(
            today.extra_protein_cents if stored.extra_protein_cents is None else stored.extra_protein_cents
        ),
        travel=replace(stored.travel, origin=today.travel.origin),
    )


def stored_tier(snapshot: Json) -> TierPrices:
    """Return the prices per head of the snapshot."""
    return TierPrices(**snapshot["price_terms"]["tier"])


def stored_date(snapshot: Json) -> date:
    """Return the station-local date the snapshot was priced on: the rules go on counting days from it."""
    return date.fromisoformat(snapshot["as_of"])


def stored_coupon(snapshot: Json) -> CouponTerms | None:
    """Return the coupon terms of the snapshot."""
    terms = snapshot["coupon_terms"]
    if terms is None:
        return None
    return CouponTerms(
        code=terms["code"],
        percent=_decimal(terms["percent"]),
        amount_cents=terms["amount_cents"],
        cap_cents=terms["cap_cents"],
        minimum_cents=terms["minimum_cents"],
    )


def _narrowed(quote: Quote) -> PriceBook:
    """Return the book with the chosen items only: the others stay at the price of the day (Q-16)."""
    book, menu = quote.price_book, quote.request.menu
    proteins = {*menu.proteins, *menu.extra_proteins}
    return replace(
        book,
        proteins={code: book.proteins[code] for code in proteins},
        addons={code: book.addons[code] for code in menu.addons},
        extra_protein_cents=book.extra_protein_cents if menu.extra_proteins else None,
    )


def _coupon_as_dict(terms: CouponTerms) -> dict[str, Any]:
    return {
        "code": terms.code,
        "percent": None if terms.percent is None else str(terms.percent),
        "amount_cents": terms.amount_cents,
        "cap_cents": terms.cap_cents,
        "minimum_cents": terms.minimum_cents,
    }


def _book(terms: Json) -> PriceBook:
    travel = terms["travel"]
    return PriceBook(
        station_id=UUID(terms["station_id"]),
        currency=terms["currency"],
        tier=TierPrices(**terms["tier"]),
        proteins={item["code"]: PricedItem(**item) for item in terms["proteins"]},
        addons={item["code"]: PricedItem(**item) for item in terms["addons"]},
        extra_protein_cents=terms["extra_protein_cents"],
        rules=tuple(_rule(rule) for rule in terms["rules"]),
        terms=HouseTerms(
            tax_rate_bps=terms["tax_rate_bps"],
            deposit_cents=terms["deposit_cents"],
            card_fee=terms["card_fee"],
        ),
        travel=TravelTerms(
            free_miles=Decimal(travel["free_miles"]),
            price_per_mile_cents=travel["price_per_mile_cents"],
            max_miles=_decimal(travel["max_miles"]),
        ),
    )


def _rule(values: Json) -> PriceRule:
    return PriceRule(
        **{
            **values,
            "id": UUID(values["id"]),
            "percent": _decimal(values["percent"]),
            "weekdays": tuple(values["weekdays"]),
            "date_from": _date(values["date_from"]),
            "date_until": _date(values["date_until"]),
            "slots": tuple(time.fromisoformat(slot) for slot in values["slots"]),
        }
    )


def _decimal(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _date(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)
