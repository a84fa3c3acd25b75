"""The quote: Q-1 … Q-17 put together. Pure: equal arguments give an equal quote and an equal hash."""

from dataclasses import dataclass, field, replace
from datetime import date, time
from decimal import Decimal
from typing import Any

from bookings.ports import CouponTerms
from bookings.pricing.coupons import discount_cents
from bookings.pricing.lines import (
    Adjustment,
    Line,
    choice_lines,
    coupon_line,
    food_lines,
    rule_lines,
    total_of,
    untaxed_lines,
)
from bookings.pricing.menu import checked_menu
from bookings.pricing.money import basis_points_of, percent_of
from bookings.pricing.payment_methods import amounts_per_method
from bookings.pricing.price_book import PriceBook
from bookings.pricing.rules import Occasion, apply_rules
from bookings.pricing.travel import travel_fee_cents
from bookings.requests import MenuChoice
from common.canonical import fingerprint
from common.exceptions import FieldError, ValidationFailed

VERSION = 1
TIP_PERCENTS = (20, 25, 30, 35)


@dataclass(frozen=True, slots=True, kw_only=True)
class ManualAdjustment:
    """Q-17: signed cents on the taxable base."""

    amount_cents: int
    label: str = "Manual adjustment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """An untaxed fee such as the one for rescheduling."""

    code: str
    label: str
    amount_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteRequest:
    """What is priced: the occasion, the party, the choices; `slot` and `date` are station-local."""

    date: date
    slot: time
    zone: str = "primary"
    adults: int
    kids: int = 0
    toddlers: int = 0
    menu: MenuChoice = field(default_factory=MenuChoice)
    postal_code: str = ""
    road_miles: Decimal = Decimal("0.00")
    coupon: CouponTerms | None = None
    manual: tuple[ManualAdjustment, ...] = ()
    fees: tuple[Fee, ...] = ()
    paid_cents: int = 0

    @property
    def guests(self) -> int:
        """Everybody at the table."""
        return self.adults + self.kids + self.toddlers


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A priced party; `base_cents` is the Q-6 base, `subtotal_cents` the menu subtotal of Q-4."""

    price_book: PriceBook
    request: QuoteRequest
    as_of: date
    lines: tuple[Line, ...]
    adjustments: tuple[Adjustment, ...]
    subtotal_cents: int
    rules_cents: int
    base_cents: int
    tax_cents: int
    travel_cents: int
    total_cents: int

    @property
    def currency(self) -> str:
        return self.price_book.currency

    @property
    def deposit_cents(self) -> int:
        return min(self.price_book.terms.deposit_cents, self.total_cents)

    @property
    def balance_cents(self) -> int:
        return self.total_cents - self.request.paid_cents

    @property
    def road_miles(self) -> Decimal:
        return self.request.road_miles

    @property
    def minimum_applied(self) -> bool:
        return any(line.code == "party_minimum" for line in self.lines)

    @property
    def inputs(self) -> dict[str, Any]:
        """Return what was asked for, as JSON values; no coordinates, no personal data."""
        request = self.request
        return {
            "station_id": str(self.price_book.station_id),
            "tier": self.price_book.tier.level,
            "date": request.date.isoformat(),
            "slot": request.slot.isoformat(),
            "zone": request.zone,
            "adults": request.adults,
            "kids": request.kids,
            "toddlers": request.toddlers,
            "menu": {
                "proteins": dict(request.menu.proteins),
                "extra_proteins": dict(request.menu.extra_proteins),
                "addons": dict(request.menu.addons),
            },
            "postal_code": request.postal_code,
            "road_miles": str(request.road_miles),
            "coupon": request.coupon.code if request.coupon else "",
            "manual": [item.amount_cents for item in request.manual],
            "fees": [item.amount_cents for item in request.fees],
        }

    @property
    def quote_hash(self) -> str:
        """Q-14: SHA-256 hex over version, inputs, local date, lines and totals."""
        return fingerprint(
            {
                "version": VERSION,
                "inputs": self.inputs,
                "as_of": self.as_of.isoformat(),
                "lines": [line.as_dict() for line in self.lines],
                "totals": {
                    "currency": self.currency,
                    "subtotal_cents": self.subtotal_cents,
                    "tax_cents": self.tax_cents,
                    "travel_cents": self.travel_cents,
                    "total_cents": self.total_cents,
                    "deposit_cents": self.deposit_cents,
                },
            }
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the answer of Q-13 as JSON values."""
        tip_base = self.subtotal_cents + self.rules_cents
        return {
            "currency": self.currency,
            "lines": [line.as_dict() for line in self.lines],
            "subtotal_cents": self.subtotal_cents,
            "tax_cents": self.tax_cents,
            "travel_cents": self.travel_cents,
            "total_cents": self.total_cents,
            "deposit_cents": self.deposit_cents,
            "balance_cents": self.balance_cents,
            "road_miles": str(self.road_miles),
            "minimum_applied": self.minimum_applied,
            "tips": [
                {"percent": percent, "amount_cents": percent_of(tip_base, percent)}
                for percent in TIP_PERCENTS
            ],
            "methods": [
                amount.as_dict()
                for amount in amounts_per_method(self.total_cents, card_fee=self.price_book.terms.card_fee)
            ],
            "price_book_hash": self.price_book.hash,
            "quote_hash": self.quote_hash,
        }


def quote(price_book: PriceBook, request: QuoteRequest, as_of_local_date: date) -> Quote:
    """Price a party from the book as of a station-local date; refuses what the rules do not allow."""
    menu = checked_menu(
        price_book, request.menu, eaters=request.adults + request.kids, toddlers=request.toddlers
    )
    lines = [
        *food_lines(price_book.tier, adults=request.adults, kids=request.kids, toddlers=request.toddlers),
        *choice_lines(price_book, menu),
    ]
    subtotal = total_of(lines)
    applied, clamp = apply_rules(price_book.rules, _occasion(request, as_of_local_date), subtotal)
    from_rules, adjustments = rule_lines(applied, clamp)
    lines += from_rules
    lines += [Line(code="manual", label=item.label, unit_cents=item.amount_cents) for item in request.manual]
    base = total_of(lines)
    if base < 0:
        raise ValidationFailed(
            [FieldError("/amount_cents", "min_value", "The price of the party would fall below zero.")]
        )
    if request.coupon and (discount := discount_cents(request.coupon, base)):
        line, adjustment = coupon_line(request.coupon.code, discount)
        lines.append(line)
        adjustments.append(adjustment)
    tax = basis_points_of(total_of(lines), price_book.terms.tax_rate_bps)
    travel = travel_fee_cents(request.road_miles, price_book.travel)
    lines += untaxed_lines(tax_cents=tax, travel_cents=travel, road_miles=request.road_miles)
    lines += [
        Line(code=fee.code, label=fee.label, unit_cents=fee.amount_cents, taxable=False)
        for fee in request.fees
    ]
    return Quote(
        price_book=price_book,
        request=replace(request, menu=menu),
        as_of=as_of_local_date,
        lines=tuple(lines),
        adjustments=tuple(adjustments),
        subtotal_cents=subtotal,
        rules_cents=total_of(from_rules),
        base_cents=base,
        tax_cents=tax,
        travel_cents=travel,
        total_cents=total_of(lines),
    )


def _occasion(request: QuoteRequest, as_of: date) -> Occasion:
    return Occasion(
        date=request.date,
        slot=request.slot,
        zone=request.zone,
        guests=request.guests,
        days_ahead=(request.date - as_of).days,
    )
