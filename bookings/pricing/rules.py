"""Q-5: dynamic price rules, what they ask of a party and what they add."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from bookings.pricing.money import percent_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """The facts that rules look at; `days_ahead` counts station-local days."""

    date: date
    slot: time
    zone: str
    guests: int
    days_ahead: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceRule:
    """One rule; a condition that is empty or None asks nothing, ranges hold both ends."""

    id: UUID
    name: str
    percent: Decimal | None = None
    amount_cents: int | None = None
    priority: int = 100
    zone: str = ""
    weekdays: tuple[int, ...] = ()
    date_from: date | None = None
    date_until: date | None = None
    slots: tuple[time, ...] = ()
    guests_min: int | None = None
    guests_max: int | None = None
    days_ahead_min: int | None = None
    days_ahead_max: int | None = None

    def matches(self, occasion: Occasion) -> bool:
        """Tell whether every condition that is set holds."""
        return (
            self.zone in {"", occasion.zone}
            and (not self.weekdays or occasion.date.isoweekday() in self.weekdays)
            and (not self.slots or occasion.slot in self.slots)
            and (self.date_from is None or self.date_from <= occasion.date)
            and (self.date_until is None or occasion.date <= self.date_until)
            and _within(self.guests_min, occasion.guests, self.guests_max)
            and _within(self.days_ahead_min, occasion.days_ahead, self.days_ahead_max)
        )

    def amount_on(self, menu_subtotal_cents: int) -> int:
        """Return the signed cents it adds: its percent of the menu subtotal, or its fixed amount."""
        if self.percent is not None:
            return percent_of(menu_subtotal_cents, self.percent)
        return self.amount_cents or 0

    def as_dict(self) -> dict[str, Any]:
        """Return the rule as JSON values (Decimals as text)."""
        return {
            "id": str(self.id),
            "name": self.name,
            "percent": None if self.percent is None else str(self.percent),
            "amount_cents": self.amount_cents,
            "priority": self.priority,
            "zone": self.zone,
            "weekdays": list(self.weekdays),
            "date_from": None if self.date_from is None else self.date_from.isoformat(),
            "date_until": None if self.date_until is None else self.date_until.isoformat(),
            "slots": [slot.isoformat() for slot in self.slots],
            "guests_min": self.guests_min,
            "guests_max": self.guests_max,
            "days_ahead_min": self.days_ahead_min,
            "days_ahead_max": self.days_ahead_max,
        }


@dataclass(frozen=True, slots=True)
class AppliedRule:
    """A rule and the signed cents it added (never 0)."""

    rule: PriceRule
    amount_cents: int


def apply_rules(
    rules: Iterable[PriceRule], occasion: Occasion, menu_subtotal_cents: int
) -> tuple[list[AppliedRule], int]:
    """Return the rules that add something, in order, and what clamps them to -50 %…+100 % of the subtotal."""
    applied = [
        AppliedRule(rule, amount)
        for rule in sorted(rules, key=lambda rule: (rule.priority, str(rule.id)))
        if rule.matches(occasion) and (amount := rule.amount_on(menu_subtotal_cents))
    ]
    net = sum(item.amount_cents for item in applied)
    clamped = min(max(net, -(menu_subtotal_cents // 2)), menu_subtotal_cents)
    return applied, clamped - net


def _within(lowest: int | None, value: int, highest: int | None) -> bool:
    return (lowest is None or lowest <= value) and (highest is None or value <= highest)
