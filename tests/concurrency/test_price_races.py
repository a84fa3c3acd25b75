"""API-7, Q-19: of prices that are written at once, one stands and the others are told."""

from decimal import Decimal
from functools import partial

import pytest

from bookings.models import AddonItem, TravelFeeConfiguration
from bookings.services.price_list import TravelFee, add_price_row, change_price_row, set_travel_fee
from common.actors import SystemActor
from common.exceptions import Duplicate, VersionConflict
from identity.models import StationAuditLog
from tests.concurrency.racing import race
from tests.factories.identity import StationFactory

pytestmark = pytest.mark.django_db(transaction=True)
OWNER = SystemActor("test")
THREADS = 4
ROLLS = {"code": "spring_rolls", "name": "Spring rolls", "price_cents": 800}


def outcome(results, refusal):
    """How many were written, how many refused as they should be."""
    refused = [result.answer for result in results if result.is_refusal]
    return len(results) - len(refused), sum(isinstance(answer, refusal) for answer in refused)


def test_one_of_equal_codes_is_added():
    add = partial(add_price_row, kind=AddonItem, station_id=None, values=ROLLS, by=OWNER)
    assert outcome(race([add] * THREADS), Duplicate) == (1, THREADS - 1)
    assert AddonItem.objects.count() == StationAuditLog.objects.count() == 1


def test_one_of_those_who_saw_the_same_price_changes_it():
    row = AddonItem.objects.create(station=None, **ROLLS)
    works = [
        partial(
            change_price_row,
            row=AddonItem.objects.get(),
            changes={"price_cents": 900 + number},
            by=OWNER,
            expected_updated_at=row.updated_at,
        )
        for number in range(THREADS)
    ]
    results = race(works)
    assert outcome(results, VersionConflict) == (1, THREADS - 1)
    [written] = [result.answer for result in results if not result.is_refusal]
    assert AddonItem.objects.get().price_cents == written.price_cents
    assert StationAuditLog.objects.count() == 1


def test_one_of_the_first_travel_fees_is_set():
    station = StationFactory()
    works = [
        partial(
            set_travel_fee,
            station=station,
            fee=TravelFee(
                free_miles=Decimal(30), price_per_mile_cents=200 + number, max_service_distance=None
            ),
            by=OWNER,
            expected_updated_at=None,
        )
        for number in range(THREADS)
    ]
    results = race(works)
    assert outcome(results, VersionConflict) == (1, THREADS - 1)
    [written] = [result.answer for result in results if not result.is_refusal]
    assert TravelFeeConfiguration.objects.get().price_per_mile_cents == written.price_per_mile_cents
