"""Questions bookings asks upwards (architecture.md, "Crossing the floors")."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from bookings.exceptions import CouponInvalid
from common.actors import Actor
from common.ports import Port


@dataclass(frozen=True, slots=True, kw_only=True)
class CouponTerms:
    """What a coupon gives (Q-6): a percentage with a cap, or a fixed amount in cents."""

    code: str
    percent: Decimal | None = None
    amount_cents: int | None = None
    cap_cents: int | None = None
    minimum_cents: int = 0


class Coupons(Protocol):
    """Coupons live above; their use is part of the booking's transaction (RV-8)."""

    def terms(self, *, code: str, station_id: UUID, email: str, at: datetime) -> CouponTerms:
        """Return the terms for this customer, or raise coupon_invalid or coupon_expired."""

    def redeem(self, *, code: str, booking_id: UUID, by: Actor, at: datetime) -> None:
        """Take one use for a booking just written, or raise coupon_exhausted."""


class NoCoupons:
    """Default: nobody issues coupons, so every code is invalid."""

    def terms(self, *, code: str, station_id: UUID, email: str, at: datetime) -> CouponTerms:  # noqa: ARG002 -- the Coupons contract
        raise CouponInvalid

    def redeem(self, *, code: str, booking_id: UUID, by: Actor, at: datetime) -> None:  # noqa: ARG002 -- the Coupons contract
        raise CouponInvalid


coupons: Port[Coupons] = Port("coupons", default=NoCoupons())
