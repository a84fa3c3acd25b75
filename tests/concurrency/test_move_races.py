"""D-7 for parties that move, come back or end: every lane has one winner, every loser a clean refusal."""

from collections import Counter
from datetime import time, timedelta
from functools import partial

import pytest

from bookings.exceptions import CancellationAlreadyRequested, SlotTaken
from bookings.models import Booking, Payment, SlotClaim
from bookings.selectors.slot_proof import prove_slots
from bookings.services.bookings import create_booking
from bookings.services.cancellations import approve_cancellation, request_cancellation
from bookings.services.corrections import reinstate_booking
from bookings.services.deposit_runs import auto_cancel_deposits
from bookings.services.holds import create_hold
from bookings.services.payments import record_payment
from bookings.services.removals import delete_booking
from bookings.services.reschedules import Reschedule, reschedule_booking
from common.actors import GuestActor, SystemActor
from common.exceptions import InvalidTransition, NotFound, VersionConflict
from events.models import DomainEvent
from tests.concurrency.racing import race
from tests.factories.bookings import DAY, NOON, NOW, make_request, make_selling_station

pytestmark = pytest.mark.django_db(transaction=True)
GUEST, STAFF = GuestActor(), SystemActor("race")
REASON = "The birthday was moved"
SIX = time(18)


@pytest.fixture
def station():
    return make_selling_station()


def book(station, **fields):
    return create_booking(request=make_request(station, **fields), by=GUEST, at=NOW)


def mover(booking, slot=SIX, day=DAY, version=None):
    move = Reschedule(date=day, slot=slot)
    return partial(reschedule_booking, booking=booking, move=move, expected_version=version, by=STAFF, at=NOW)


def cancel(booking):
    request_cancellation(
        booking=booking, reason=REASON, reason_code="other", expected_version=None, by=STAFF, at=NOW
    )
    return approve_cancellation(booking=booking, expected_version=None, by=STAFF, at=NOW)


def reinstater(booking):
    return partial(reinstate_booking, booking=booking, reason=REASON, expected_version=None, by=STAFF, at=NOW)


def refusals(results):
    return [type(result.answer) for result in results if result.is_refusal]


def assert_proven(results):
    assert prove_slots().findings == ()
    assert max(result.seconds for result in results) < 5


def test_bk13_three_parties_want_one_lane(station):
    parties = [book(station, slot=slot) for slot in (NOON, time(15), time(21))]
    results = race([mover(party) for party in parties])
    losers = [result.answer for result in results if result.is_refusal]
    assert [type(loser) for loser in losers] == [SlotTaken] * 2
    assert all(loser.extra["alternatives"] and loser.extra["lead_captured"] is False for loser in losers)
    assert Counter(Booking.objects.values_list("slot", flat=True))[SIX] == 1
    assert_proven(results)


def test_bk13_two_parties_change_places_without_a_deadlock(station):
    """Both lock both slots in one order; neither finds the other's lane free."""
    station.slot_capacity = 1
    first, second = book(station), book(station, slot=SIX)
    for _round in range(10):
        results = race([mover(first), mover(second, slot=NOON)])
        assert refusals(results) == [SlotTaken, SlotTaken]
    assert_proven(results)


def test_bk13_one_party_moves_once_per_version(station):
    party = book(station)
    results = race([mover(party, slot=slot, version=2) for slot in (time(15), SIX, time(21))])
    assert refusals(results) == [VersionConflict] * 2
    party.refresh_from_db()
    assert (party.version, SlotClaim.objects.count()) == (3, 1)
    assert_proven(results)


@pytest.mark.parametrize("capacity", [1, 3])
def test_d7_a_mix_of_create_hold_move_and_reinstate(station, capacity):
    for day in range(5):
        station.slot_capacity = capacity
        station.save()
        on = DAY + timedelta(days=day * 2)
        gone = cancel(book(station, date=on, slot=SIX))
        movers = [book(station, date=on, slot=slot) for slot in (NOON, time(15))]
        results = race(
            [
                partial(create_booking, request=make_request(station, date=on, slot=SIX), by=GUEST, at=NOW),
                partial(create_hold, request=make_request(station, date=on, slot=SIX), by=GUEST, at=NOW),
                *(mover(party, day=on) for party in movers),
                reinstater(gone),
            ]
        )
        assert refusals(results) == [SlotTaken] * (5 - capacity)
        assert SlotClaim.objects.filter(date=on, slot=SIX).count() == capacity
        assert_proven(results)


def test_t5_t10_one_request_one_cancellation_one_return(station):
    party = book(station)
    ask = partial(
        request_cancellation,
        booking=party,
        reason=REASON,
        reason_code="other",
        expected_version=None,
        by=STAFF,
        at=NOW,
    )
    assert refusals(race([ask] * 4)) == [CancellationAlreadyRequested] * 3
    approve = partial(approve_cancellation, booking=party, expected_version=None, by=STAFF, at=NOW)
    assert refusals(race([approve] * 4)) == [InvalidTransition] * 3
    results = race([reinstater(party)] * 4)
    assert refusals(results) == [InvalidTransition] * 3
    types = DomainEvent.objects.filter(aggregate_id=party.pk).order_by("version")
    assert list(types.values_list("event_type", flat=True)) == [
        "booking.created",
        "booking.deposit_requested",
        "booking.cancellation_requested",
        "booking.cancelled",
        "booking.reinstated",
    ]
    assert_proven(results)


def test_t5_a_cancellation_and_a_payment_agree_about_the_money(station):
    """Whoever comes first: what was paid before is refunded, what came after waits for staff (PY-10)."""
    for _round in range(5):
        party = book(station)
        request_cancellation(
            booking=party, reason=REASON, reason_code="other", expected_version=None, by=STAFF, at=NOW
        )
        results = race(
            [
                partial(approve_cancellation, booking=party, expected_version=None, by=STAFF, at=NOW),
                partial(
                    record_payment,
                    booking=party,
                    amount_cents=10_000,
                    method="cash",
                    reference="R",
                    by=STAFF,
                    at=NOW,
                ),
            ]
        )
        assert refusals(results) == []
        party.refresh_from_db()
        paid = Payment.objects.exclude(payment_type="refund").get(booking=party)
        assert (party.status, party.deposit.status, paid.status) in (
            ("cancelled", "refunded", "refunded"),
            ("cancelled", "paid", "completed"),
        )
        assert_proven(results)


def test_bk7_t3_the_deposit_comes_or_the_booking_goes(station):
    for _round in range(5):
        party = book(station)
        pay = partial(
            record_payment,
            booking=party,
            amount_cents=10_000,
            method="cash",
            reference="R",
            by=STAFF,
            at=NOW + timedelta(hours=25),
        )
        results = race([pay, lambda: auto_cancel_deposits(at=NOW + timedelta(hours=25))])
        assert refusals(results) == []
        party.refresh_from_db()
        assert (party.status, party.deposit.status) in (("confirmed", "confirmed"), ("cancelled", "paid"))
        if party.status == "confirmed":
            cancel(party)
        assert_proven(results)


def test_bk19_deleted_or_reinstated(station):
    party = cancel(book(station))
    delete = partial(delete_booking, booking=party, reason=REASON, expected_version=None, by=STAFF, at=NOW)
    results = race([delete, reinstater(party)])
    assert refusals(results) in ([InvalidTransition], [NotFound])
    assert_proven(results)
