"""Questions bookings asks upwards (architecture.md, "Crossing the floors")."""

from collections.abc import Collection, Mapping
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
        """Take one use for a booking just written or reinstated, or raise coupon_exhausted."""

    def give_back(self, *, code: str, booking_id: UUID, by: Actor, at: datetime) -> None:
        """Return the use of a booking that was cancelled (T4, T5); a code nobody knows is no error."""


class NoCoupons:
    """Default: nobody issues coupons, so every code is invalid."""

    def terms(self, *, code: str, station_id: UUID, email: str, at: datetime) -> CouponTerms:  # noqa: ARG002 -- the Coupons contract
        raise CouponInvalid

    def redeem(self, *, code: str, booking_id: UUID, by: Actor, at: datetime) -> None:  # noqa: ARG002 -- the Coupons contract
        raise CouponInvalid

    def give_back(self, *, code: str, booking_id: UUID, by: Actor, at: datetime) -> None:
        """Do nothing: nobody took a use."""


@dataclass(frozen=True, slots=True)
class RatingSum:
    """Ratings of a chef's parties: how many, and their sum, great counting 1 and could_be_better 0."""

    count: int
    points: Decimal


class ChefRatings(Protocol):
    """What customers said of the chefs' parties (BK-16)."""

    def sums(self, *, chef_ids: Collection[UUID]) -> Mapping[UUID, RatingSum]:
        """Return the ratings of these chefs; one without ratings is absent."""

    def liked_by(self, *, customer_id: UUID) -> Collection[UUID]:
        """Return the chefs whose parties this customer rated great or good."""


class NoRatings:
    """Default: nobody has rated anything."""

    def sums(self, *, chef_ids: Collection[UUID]) -> Mapping[UUID, RatingSum]:  # noqa: ARG002 -- the ChefRatings contract
        return {}

    def liked_by(self, *, customer_id: UUID) -> Collection[UUID]:  # noqa: ARG002 -- the ChefRatings contract
        return ()


chef_ratings: Port[ChefRatings] = Port("chef_ratings", default=NoRatings())
coupons: Port[Coupons] = Port("coupons", default=NoCoupons())
