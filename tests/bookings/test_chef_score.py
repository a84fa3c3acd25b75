from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from bookings.chef_score import ScoreParts, excluded_because, score
from bookings.ports import NoRatings, RatingSum
from bookings.travel_time import as_delta, travel_minutes
from common.models import uuid7


def points(**values):
    return score(
        **{
            "minutes": Decimal(0),
            "skills": [],
            "wanted": [],
            "parties_that_day": 0,
            "ratings": None,
            "is_liked": False,
            "is_requested": False,
            **values,
        }
    )


def test_bk16_the_best_chef_there_is():
    parts = points(
        wanted=["beef"],
        skills=["beef"],
        ratings=RatingSum(95, Decimal(95)),
        is_liked=True,
        is_requested=True,
    )
    assert parts == ScoreParts(
        travel=Decimal("40.00"),
        skill=Decimal("20.00"),
        workload=Decimal("15.00"),
        rating=Decimal("14.81"),
        preference=Decimal("10.00"),
        requested=Decimal("50.00"),
    )
    assert parts.total == Decimal("149.81")


@pytest.mark.parametrize(
    ("values", "part", "expected"),
    [
        ({"minutes": Decimal(45)}, "travel", "20.00"),
        ({"minutes": Decimal(90)}, "travel", "0.00"),
        ({}, "skill", "20.00"),
        ({"wanted": ["beef", "poultry", "seafood"], "skills": ["beef", "dessert"]}, "skill", "6.67"),
        ({"parties_that_day": 1}, "workload", "10.00"),
        ({}, "rating", "11.25"),
        ({"ratings": RatingSum(1, Decimal(0))}, "rating", "9.38"),
        ({"ratings": RatingSum(2, Decimal("1.15"))}, "rating", "10.50"),
    ],
)
def test_bk16_parts(values, part, expected):
    assert getattr(points(**values), part) == Decimal(expected)


def test_bk16_who_is_no_choice():
    assert excluded_because(minutes=Decimal(90), parties_that_day=2) is None
    assert excluded_because(minutes=Decimal("90.01"), parties_that_day=0) == "too_far"
    assert excluded_because(minutes=Decimal(1), parties_that_day=3) == "full_day"


def test_bk16_nobody_rates_by_default():
    assert NoRatings().sums(chef_ids=[uuid7()]) == {}
    assert list(NoRatings().liked_by(customer_id=uuid7())) == []


@pytest.mark.parametrize(
    ("leaves", "minutes"),
    [
        ("2026-06-05T14:59", 20),
        ("2026-06-05T15:00", 30),
        ("2026-06-05T18:59", 30),
        ("2026-06-05T19:00", 20),
        ("2026-06-06T16:00", 20),
    ],
)
def test_bk15_rush_hour_is_local(leaves, minutes):
    instant = datetime.fromisoformat(f"{leaves}-07:00")
    assert travel_minutes(Decimal(10), leaves_at=instant, zone="America/Los_Angeles") == minutes
    assert as_delta(Decimal("1.5")) == timedelta(seconds=90)
