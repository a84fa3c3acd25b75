"""What a booking or hold keeps of its quote: the snapshot and the adjustments that made it (Q-5, Q-15)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from bookings.enums import PriceAdjustmentKind
from bookings.pricing.lines import Adjustment
from bookings.pricing.quote import Quote
from bookings.pricing.snapshot import snapshot_of


@dataclass(frozen=True, slots=True)
class AgreedPrice:
    """A quote as stored; amounts in cents."""

    snapshot: Mapping[str, Any]
    adjustments: tuple[Adjustment, ...]

    @classmethod
    def of(cls, quote: Quote) -> Self:
        return cls(snapshot_of(quote), tuple(quote.adjustments))

    @property
    def total_cents(self) -> int:
        return int(self.snapshot["total_cents"])

    @property
    def deposit_cents(self) -> int:
        return int(self.snapshot["deposit_cents"])

    @property
    def quote_hash(self) -> str:
        return str(self.snapshot["quote_hash"])

    @property
    def coupon_code(self) -> str:
        """Return the code of the coupon in the price, empty when there is none."""
        terms = self.snapshot["coupon_terms"]
        return "" if terms is None else str(terms["code"])

    def as_json(self) -> dict[str, Any]:
        """Return the price as JSON values; `from_json` reads them back."""
        return {
            "quote": dict(self.snapshot),
            "adjustments": [
                {
                    "kind": adjustment.kind.value,
                    "amount_cents": adjustment.amount_cents,
                    "reason": adjustment.reason,
                    "rule_id": adjustment.rule_id and str(adjustment.rule_id),
                    "coupon_code": adjustment.coupon_code,
                }
                for adjustment in self.adjustments
            ],
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """Return the price that `as_json` wrote."""
        return cls(
            values["quote"],
            tuple(
                Adjustment(
                    kind=PriceAdjustmentKind(row["kind"]),
                    amount_cents=row["amount_cents"],
                    reason=row["reason"],
                    rule_id=row["rule_id"] and UUID(row["rule_id"]),
                    coupon_code=row["coupon_code"],
                )
                for row in values["adjustments"]
            ),
        )
