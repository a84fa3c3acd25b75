"""The prices one station asks for one tier at one moment: all that a quote needs to know."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from uuid import UUID

from bookings.pricing.rules import PriceRule
from bookings.pricing.travel import TravelTerms
from common.canonical import fingerprint

STANDARD_TIER = "standard"
EXTRA_PROTEIN = "extra_protein"
TODDLER_CENTS = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TierPrices:
    """Prices per head and the party minimum (food), in cents."""

    level: str = STANDARD_TIER
    name: str = "Standard"
    adult_cents: int
    kid_cents: int
    minimum_cents: int
    min_guests: int = 1
    max_guests: int = 50

    def fits(self, guests: int) -> bool:
        """4.1: tell whether a party of that size may ask for the tier; the standard one takes every party."""
        return self.level == STANDARD_TIER or self.min_guests <= guests <= self.max_guests


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedItem:
    """A protein (price = surcharge over an included choice) or an add-on (price per portion), in cents."""

    code: str
    name: str
    price_cents: int
    category: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseTerms:
    """What a station's settings say about money."""

    tax_rate_bps: int = 825
    deposit_cents: int = 10_000
    card_fee: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceBook:
    """Prices, rules and terms in force; `rules` are those valid now, their other conditions still open."""

    station_id: UUID
    currency: str = "USD"
    tier: TierPrices
    proteins: Mapping[str, PricedItem] = field(default_factory=lambda: MappingProxyType({}))
    addons: Mapping[str, PricedItem] = field(default_factory=lambda: MappingProxyType({}))
    extra_protein_cents: int | None = None
    rules: tuple[PriceRule, ...] = ()
    terms: HouseTerms = field(default_factory=HouseTerms)
    travel: TravelTerms = field(default_factory=TravelTerms)
    _hashed: list[str] = field(default_factory=list, init=False, compare=False, repr=False)

    def as_dict(self) -> dict[str, Any]:
        """Return the book as JSON values, the same for equal books (Decimals as text)."""
        return {
            "station_id": str(self.station_id),
            "currency": self.currency,
            "tier": {
                "level": self.tier.level,
                "name": self.tier.name,
                "adult_cents": self.tier.adult_cents,
                "kid_cents": self.tier.kid_cents,
                "minimum_cents": self.tier.minimum_cents,
                "min_guests": self.tier.min_guests,
                "max_guests": self.tier.max_guests,
            },
            "proteins": [_item_as_dict(self.proteins[code]) for code in sorted(self.proteins)],
            "addons": [_item_as_dict(self.addons[code]) for code in sorted(self.addons)],
            "extra_protein_cents": self.extra_protein_cents,
            "rules": [rule.as_dict() for rule in sorted(self.rules, key=lambda rule: str(rule.id))],
            "tax_rate_bps": self.terms.tax_rate_bps,
            "deposit_cents": self.terms.deposit_cents,
            "card_fee": self.terms.card_fee,
            "travel": {
                "free_miles": str(self.travel.free_miles),
                "price_per_mile_cents": self.travel.price_per_mile_cents,
                "max_miles": None if self.travel.max_miles is None else str(self.travel.max_miles),
            },
        }

    @property
    def hash(self) -> str:
        """Return the SHA-256 hex of the whole book."""
        if not self._hashed:
            self._hashed.append(fingerprint(self.as_dict()))
        return self._hashed[0]


def _item_as_dict(item: PricedItem) -> dict[str, Any]:
    return {
        "code": item.code,
        "name": item.name,
        "price_cents": item.price_cents,
        "category": item.category,
    }
