"""BK-16: how well a chef fits a party, in parts that are shown; pure."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from decimal import ROUND_HALF_UP, Decimal

from bookings.ports import RatingSum

MAX_MINUTES = 90
MAX_PARTIES = 3
TRAVEL, SKILL, WORKLOAD, RATING, PREFERENCE, REQUESTED = (Decimal(most) for most in (40, 20, 15, 15, 10, 50))
PRIOR_POINTS, PRIOR_COUNT = Decimal("3.75"), 5
HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreParts:
    """Points by what earned them; the score is their sum."""

    travel: Decimal
    skill: Decimal
    workload: Decimal
    rating: Decimal
    preference: Decimal
    requested: Decimal

    @property
    def total(self) -> Decimal:
        return sum(asdict(self).values(), Decimal(0))


def score(
    *,
    minutes: Decimal,
    skills: Collection[str],
    wanted: Collection[str],
    parties_that_day: int,
    ratings: RatingSum | None,
    is_liked: bool,
    is_requested: bool,
) -> ScoreParts:
    """Return the points of a chef: minutes on the road, skills among the wanted categories, and so on."""
    matched = len(set(wanted) & set(skills))
    count, points = (ratings.count, ratings.points) if ratings else (0, Decimal(0))
    return ScoreParts(
        travel=_points(TRAVEL * (1 - minutes / MAX_MINUTES)),
        skill=_points(SKILL * matched / len(set(wanted)) if wanted else SKILL),
        workload=_points(WORKLOAD * (1 - Decimal(parties_that_day) / MAX_PARTIES)),
        rating=_points(RATING * (points + PRIOR_POINTS) / (count + PRIOR_COUNT)),
        preference=_points(PREFERENCE if is_liked else Decimal(0)),
        requested=_points(REQUESTED if is_requested else Decimal(0)),
    )


def excluded_because(*, minutes: Decimal, parties_that_day: int) -> str | None:
    """Return why a chef is no choice: `too_far` over 90 minutes, `full_day` at 3 parties; else None."""
    if parties_that_day >= MAX_PARTIES:
        return "full_day"
    return "too_far" if minutes > MAX_MINUTES else None


def _points(value: Decimal) -> Decimal:
    return value.quantize(HUNDREDTH, rounding=ROUND_HALF_UP)
