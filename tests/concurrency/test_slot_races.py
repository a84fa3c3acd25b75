"""D-7: however many ask at once, every lane has one winner and every loser a clean 409."""

from collections import Counter
from datetime import time, timedelta
from functools import partial
from threading import Event, Thread

import pytest
from django.db import connection, transaction

from bookings.exceptions import HoldLimitReached, SlotContended, SlotTaken
from bookings.models import Booking, Customer, ReservationHold, SlotClaim
from bookings.selectors.slot_proof import prove_slots
from bookings.services.attempts import attempt
from bookings.services.bookings import create_booking
from bookings.services.holds import cancel_hold, convert_hold, create_hold, expire_holds, sign_hold
from bookings.services.slots import Slot, lock_slots
from common.actors import GuestActor, SystemActor
from events.models import DomainEvent, OutboxMessage
from events.registry import JobReport, Subscription, event_handlers
from identity.models import Station
from tests.concurrency.racing import race
from tests.factories.bookings import DAY, NOON, NOW, make_request, make_selling_station, signature_of

pytestmark = pytest.mark.django_db(transaction=True)
GUEST = GuestActor()
STAFF = SystemActor("test")


@pytest.fixture
def station():
    return make_selling_station()


@pytest.fixture
def leads():
    subscription = Subscription("booking.failed", "leads.capture", print)
    event_handlers.register("leads", subscription)
    yield subscription
    event_handlers.remove("leads", subscription)


def booker(station, **fields):
    return partial(create_booking, request=make_request(station, **fields), by=GUEST, at=NOW)


def holder(station, **fields):
    return partial(create_hold, request=make_request(station, **fields), by=GUEST, at=NOW)


def signed_hold(station, **fields):
    hold, _token = create_hold(request=make_request(station, **fields), by=GUEST, at=NOW)
    return sign_hold(
        hold=hold,
        **signature_of(hold.station),
        by=GUEST,
        at=NOW,
    )


def refusals(results):
    return [result.answer for result in results if result.is_refusal]


def failed():
    return DomainEvent.objects.filter(event_type="booking.failed")


def assert_proven():
    assert prove_slots().findings == ()


def test_d7_the_case_of_the_brief_five_attempts_one_booking(station):
    results = race([booker(station) for _ in range(5)])
    losers = refusals(results)
    assert [type(loser) for loser in losers] == [SlotTaken] * 4
    assert all(len(loser.extra["alternatives"]) == 6 for loser in losers)
    assert (Booking.objects.count(), SlotClaim.objects.count(), Customer.objects.count()) == (1, 1, 1)
    assert failed().count() == 4
    assert_proven()


def test_d6_d7_the_same_with_lead_capture(station, leads):
    requests = [make_request(station) for _ in range(5)]
    results = race([partial(create_booking, request=request, by=GUEST, at=NOW) for request in requests])
    assert all(loser.extra["lead_captured"] is True for loser in refusals(results))
    winner = Booking.objects.get().customer.email
    captured = OutboxMessage.objects.filter(target="internal", destination="leads.capture")
    assert {row.private_payload["email"] for row in captured} == {
        request.email for request in requests if request.email != winner
    }
    assert captured.count() == 4
    assert {row.payload["reason"] for row in captured} == {"slot_taken"}


@pytest.mark.parametrize("capacity", [1, 3])
def test_d7_as_many_winners_as_lanes(station, capacity):
    Station.objects.update(slot_capacity=capacity)
    for slot in (NOON, time(15), time(18)):
        results = race([booker(station, slot=slot) for _ in range(12)])
        assert Counter(type(result.answer) for result in results) == {
            Booking: capacity,
            SlotTaken: 12 - capacity,
        }
        assert max(result.seconds for result in results) < 5
    lanes = Booking.objects.filter(slot=NOON).order_by("lane").values_list("lane", flat=True)
    assert list(lanes) == list(range(1, capacity + 1))
    assert failed().count() == 3 * (12 - capacity)
    assert_proven()


def test_d7_bookings_holds_and_conversions_mixed(station):
    Station.objects.update(slot_capacity=4)
    converting, leaving = signed_hold(station), signed_hold(station)
    results = race(
        [
            *[booker(station) for _ in range(5)],
            *[holder(station) for _ in range(5)],
            partial(convert_hold, hold=converting, by=STAFF, at=NOW),
            partial(cancel_hold, hold=leaving, by=GUEST, at=NOW),
        ]
    )
    # Two lanes are free from the start; a third becomes free at some moment of the race.
    won = [result.answer for result in results[:10] if not result.is_refusal]
    assert len(won) in {2, 3}
    assert all(isinstance(loser, SlotTaken) for loser in refusals(results))
    assert len(refusals(results)) == 10 - len(won)
    assert Booking.objects.get(pk=results[10].answer.pk).status == "deposit_pending"
    assert SlotClaim.objects.count() == len(won) + 1
    assert failed().count() == 10 - len(won)
    assert_proven()


def test_h3_a_hold_is_converted_once(station):
    hold = signed_hold(station)
    results = race([partial(convert_hold, hold=hold, by=STAFF, at=NOW) for _ in range(4)])
    assert len(refusals(results)) == 3
    assert Booking.objects.count() == 1
    assert_proven()


def test_h1_two_holds_per_contact_however_fast(station):
    Station.objects.update(slot_capacity=6)
    contact = {"email": "ann@people.example", "phone": "+15105550100"}
    slots = [time(hour) for hour in (12, 15, 18, 21)]
    results = race([holder(station, slot=slot, **contact) for slot in slots])
    assert [type(loser) for loser in refusals(results)] == [HoldLimitReached] * 2
    assert ReservationHold.objects.count() == 2
    assert_proven()


def test_bk2_one_new_customer_books_two_slots_at_once(station):
    contact = {"email": "ann@people.example", "phone": "+15105550100"}
    results = race([booker(station, slot=slot, **contact) for slot in (NOON, time(15), time(18), time(21))])
    assert refusals(results) == []
    assert {result.answer.customer_id for result in results} == {Customer.objects.get().pk}
    assert_proven()


def test_h4_an_overdue_hold_gives_its_lane_to_one(station):
    signed_hold(station)
    late = NOW + timedelta(hours=5)
    results = race(
        [partial(create_booking, request=make_request(station), by=GUEST, at=late) for _ in range(6)]
    )
    assert Counter(type(result.answer) for result in results) == {Booking: 1, SlotTaken: 5}
    assert ReservationHold.objects.get().status == "expired"
    assert DomainEvent.objects.filter(event_type="hold.expired").count() == 1
    assert_proven()


def test_h4_two_expiry_runs_expire_each_hold_once(station):
    Station.objects.update(slot_capacity=3)
    for _lane in range(3):
        signed_hold(station)
    results = race([partial(expire_holds, at=NOW + timedelta(hours=5)) for _ in range(3)])
    assert sum(result.answer.done for result in results) == 3
    assert [result.answer.failed for result in results] == [0, 0, 0]
    assert DomainEvent.objects.filter(event_type="hold.expired").count() == 3
    assert not SlotClaim.objects.exists()


def test_h4_one_contended_hold_does_not_stop_the_run(station):
    """Section 16: somebody keeps the slot of the first hold; the others expire, the next run catches up."""
    signed_hold(station)
    for slot in (time(15), time(18)):
        signed_hold(station, slot=slot)
    held, leave = Event(), Event()

    def keep():
        with transaction.atomic():
            lock_slots(Slot(station.pk, DAY, NOON))
            held.set()
            leave.wait(20)
        connection.close()

    keeper = Thread(target=keep)
    keeper.start()
    assert held.wait(10)
    late = NOW + timedelta(hours=5)
    try:
        assert expire_holds(at=late) == JobReport(done=2, failed=1)
    finally:
        leave.set()
        keeper.join()
    assert list(SlotClaim.objects.values_list("slot", flat=True)) == [NOON]
    assert expire_holds(at=late) == JobReport(done=1)
    assert not SlotClaim.objects.exists()


def test_d4_who_waits_too_long_is_told_to_come_back(station):
    """Another transaction keeps the slot's lock longer than 3 s."""
    held, leave = Event(), Event()

    def keep():
        with transaction.atomic():
            lock_slots(Slot(station.pk, DAY, NOON))
            held.set()
            leave.wait(20)
        connection.close()

    keeper = Thread(target=keep)
    keeper.start()
    held.wait(10)
    try:
        with pytest.raises(SlotContended) as caught:
            booker(station)()
    finally:
        leave.set()
        keeper.join()
    refusal = caught.value
    assert (refusal.code, refusal.status, refusal.headers) == ("slot_contended", 409, {"Retry-After": "1"})
    assert len(refusal.extra["alternatives"]) == 6
    assert failed().get().payload["reason"] == "slot_contended"
    assert not Booking.objects.exists()


@pytest.fixture
def other():
    return make_selling_station()


def deadlock(station, other, *, times):
    """Let a work and a rival lock two rows in opposite order, so often; return what the work came to."""
    tries = []

    def lock(row):
        Station.objects.select_for_update(of=("self",)).get(pk=row.pk)

    def rival(ready, go):
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    # The work is the victim: it looks for a deadlock first.
                    cursor.execute("SET LOCAL deadlock_timeout = '20s'")
                lock(other)
                ready.set()
                go.wait(10)
                lock(station)
        finally:
            connection.close()

    def work():
        tries.append(1)
        if len(tries) > times:
            return "done"
        ready, go = Event(), Event()
        thread = Thread(target=rival, args=(ready, go))
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL deadlock_timeout = '100ms'")
        lock(station)
        thread.start()
        ready.wait(10)
        go.set()
        threads.append(thread)
        lock(other)
        return "no deadlock"

    threads = []
    try:
        return attempt(work), len(tries)
    finally:
        for thread in threads:
            thread.join()


def test_d4_the_first_deadlock_is_tried_again(station, other):
    assert deadlock(station, other, times=1) == ("done", 2)


def test_d4_the_first_deadlock_is_tried_again_inside_an_outer_transaction(station, other):
    with transaction.atomic():
        assert deadlock(station, other, times=1) == ("done", 2)
        assert Station.objects.count() == 2


def test_d4_a_second_deadlock_is_contention(station, other):
    with pytest.raises(SlotContended):
        deadlock(station, other, times=2)


def test_d2_a_refusal_inside_an_outer_transaction_keeps_its_failure(station):
    """API-6: the wrapper's transaction commits the refusal together with booking.failed."""
    booker(station)()
    with transaction.atomic(), pytest.raises(SlotTaken):
        booker(station)()
    assert failed().count() == 1
    assert (Booking.objects.count(), Customer.objects.count()) == (1, 1)
