"""The lines of a quote, in the order of Q-13."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from bookings.enums import PriceAdjustmentKind
from bookings.pricing.price_book import TODDLER_CENTS, PriceBook, TierPrices
from bookings.pricing.rules import AppliedRule
from bookings.requests import MenuChoice


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line: `amount_cents` is quantity times `unit_cents`, signed."""

    code: str
    label: str
    quantity: int = 1
    unit_cents: int
    taxable: bool = True

    @property
    def amount_cents(self) -> int:
        return self.quantity * self.unit_cents

    def as_dict(self) -> dict[str, Any]:
        """Return the member of `lines` of Q-13."""
        return {
            "code": self.code,
            "label": self.label,
            "quantity": self.quantity,
            "unit_cents": self.unit_cents,
            "amount_cents": self.amount_cents,
            "taxable": self.taxable,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """A rule or coupon line as the row of `price_adjustments` that the booking keeps (Q-5, Q-6)."""

    kind: PriceAdjustmentKind
    amount_cents: int
    reason: str
    rule_id: UUID | None = None
    coupon_code: str | None = None


def total_of(lines: Iterable[Line]) -> int:
    """Return the sum of the lines in cents."""
    return sum(line.amount_cents for line in lines)


def food_lines(tier: TierPrices, *, adults: int, kids: int, toddlers: int) -> list[Line]:
    """Q-2: the heads, lifted to the party minimum."""
    heads = (
        Line(code="adult", label="Adult (13+)", quantity=adults, unit_cents=tier.adult_cents),
        Line(code="kid", label="Kid (6–12)", quantity=kids, unit_cents=tier.kid_cents),
        Line(code="toddler", label="Toddler (under 6)", quantity=toddlers, unit_cents=TODDLER_CENTS),
    )
    lines = [line for line in heads if line.quantity]
    missing = tier.minimum_cents - total_of(lines)
    if missing > 0:
        lines.append(Line(code="party_minimum", label="Party minimum", unit_cents=missing))
    return lines


def choice_lines(price_book: PriceBook, menu: MenuChoice) -> list[Line]:
    """Upgrades, extra proteins and add-ons, each by code; included proteins cost nothing and have no line."""
    extra_cents = price_book.extra_protein_cents or 0
    upgrades = [
        Line(
            code=f"upgrade:{code}",
            label=f"{price_book.proteins[code].name} upgrade",
            quantity=count,
            unit_cents=price_book.proteins[code].price_cents,
        )
        for code, count in sorted(menu.proteins.items())
        if price_book.proteins[code].price_cents
    ]
    extras = [
        Line(
            code=f"extra_protein:{code}",
            label=f"Extra {price_book.proteins[code].name}",
            quantity=count,
            unit_cents=extra_cents + price_book.proteins[code].price_cents,
        )
        for code, count in sorted(menu.extra_proteins.items())
    ]
    addons = [
        Line(
            code=f"addon:{code}",
            label=price_book.addons[code].name,
            quantity=count,
            unit_cents=price_book.addons[code].price_cents,
        )
        for code, count in sorted(menu.addons.items())
    ]
    return [*upgrades, *extras, *addons]


def rule_lines(applied: Iterable[AppliedRule], clamp_cents: int) -> tuple[list[Line], list[Adjustment]]:
    """Q-5: a line and a row for every rule that added something, and for the clamp."""
    lines, rows = [], []
    for item in applied:
        lines.append(Line(code=f"rule:{item.rule.id}", label=item.rule.name, unit_cents=item.amount_cents))
        rows.append(
            Adjustment(
                kind=PriceAdjustmentKind.RULE,
                amount_cents=item.amount_cents,
                reason=item.rule.name,
                rule_id=item.rule.id,
            )
        )
    if clamp_cents:
        lines.append(Line(code="rule_clamp", label="Limit of price rules", unit_cents=clamp_cents))
        rows.append(
            Adjustment(kind=PriceAdjustmentKind.RULE, amount_cents=clamp_cents, reason="Limit of price rules")
        )
    return lines, rows


def coupon_line(code: str, discount_cents: int) -> tuple[Line, Adjustment]:
    """Q-6: what the coupon takes off, negative."""
    label = f"Coupon {code}"
    return Line(code="coupon", label=label, unit_cents=-discount_cents), Adjustment(
        kind=PriceAdjustmentKind.COUPON, amount_cents=-discount_cents, reason=label, coupon_code=code
    )


def untaxed_lines(*, tax_cents: int, travel_cents: int, road_miles: Decimal) -> list[Line]:
    """Q-7, Q-9: tax and travel, always shown."""
    return [
        Line(code="tax", label="Sales tax", unit_cents=tax_cents, taxable=False),
        Line(code="travel", label=f"Travel ({road_miles} mi)", unit_cents=travel_cents, taxable=False),
    ]
