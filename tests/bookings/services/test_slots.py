"""D-1 to D-4: the one service that takes, hands over and frees lanes."""

from datetime import timedelta

import pytest
from django.db import DataError, IntegrityError, OperationalError, connection, transaction

from bookings.exceptions import SlotContended, SlotNotOffered, SlotTaken
from bookings.models import Booking, SlotClaim
from bookings.selectors.availability import list_availability
from bookings.services.attempts import attempt
from bookings.services.bookings import create_booking
from bookings.services.holds import create_hold
from bookings.services.slots import Slot, claim_lane, convert_claim, release_lane, slot_of
from common.actors import GuestActor
from common.models import uuid7
from tests.factories.bookings import DAY, NOON, NOW, make_request, make_selling_station

pytestmark = pytest.mark.django_db
GUEST = GuestActor()


@pytest.fixture
def station():
    return make_selling_station()


@pytest.fixture
def booking(station):
    return create_booking(request=make_request(station), by=GUEST, at=NOW)


def test_d2_a_claim_is_made_before_its_owner(station):
    owner = uuid7()
    claim = claim_lane(slot=Slot(station.pk, DAY, NOON), booking_id=owner, at=NOW)
    stored = SlotClaim.objects.get()
    assert stored == claim
    assert (stored.lane, stored.booking_id, stored.hold_id, stored.created_at) == (1, owner, None, NOW)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    stored.delete()


def test_d4_a_full_slot_is_taken(booking):
    with pytest.raises(SlotTaken):
        claim_lane(slot=slot_of(booking), booking_id=uuid7(), at=NOW)
    assert SlotClaim.objects.get().booking_id == booking.pk


def free_lanes(station):
    slots = list_availability(station=station, start=DAY, end=DAY, at=NOW)
    return next(found.lanes_free for found in slots if found.slot == NOON)


def test_s3_a_lowered_capacity_takes_nobody_until_enough_have_left(station):
    """S-3, S-9: a free low lane is no place while more parties stand there than the station now has lanes."""
    station.slot_capacity = 3
    station.save()
    parties = [create_booking(request=make_request(station), by=GUEST, at=NOW) for _ in range(3)]
    station.slot_capacity = 1
    station.save()
    for leaving in parties:
        assert free_lanes(station) == 0
        with pytest.raises(SlotTaken):
            create_booking(request=make_request(station), by=GUEST, at=NOW)
        leaving.status, leaving.cancelled_at, leaving.cancellation_reason_code = "cancelled", NOW, "other"
        leaving.save()
        release_lane(booking=leaving)
    assert free_lanes(station) == 1
    assert create_booking(request=make_request(station), by=GUEST, at=NOW).lane == 1


def test_s3_an_overdue_hold_beyond_the_capacity_makes_way(station):
    """S-9, H-4: availability and claim agree about holds whose deadline has passed."""
    station.slot_capacity = 2
    station.save()
    for _lane in range(2):
        create_hold(request=make_request(station), by=GUEST, at=NOW)
    station.slot_capacity = 1
    station.save()
    late = NOW + timedelta(hours=3)
    assert [
        found.lanes_free
        for found in list_availability(station=station, start=DAY, end=DAY, at=late)
        if found.slot == NOON
    ] == [1]
    assert create_booking(request=make_request(station), by=GUEST, at=late).lane == 1


def test_s1_r8_a_closed_station_gives_no_lane(station):
    station.status = "inactive"
    station.save()
    with pytest.raises(SlotNotOffered):
        claim_lane(slot=Slot(station.pk, DAY, NOON), booking_id=uuid7(), at=NOW)
    assert not SlotClaim.objects.exists()


def test_h3_converting_moves_the_one_claim(station):
    hold, _token = create_hold(request=make_request(station), by=GUEST, at=NOW)
    before = SlotClaim.objects.get()
    booking = create_booking(request=make_request(station, slot=NOON.replace(hour=15)), by=GUEST, at=NOW)
    release_lane(booking=booking)
    convert_claim(hold=hold, booking_id=booking.pk)
    after = SlotClaim.objects.get()
    assert (after.pk, after.booking_id, after.hold_id) == (before.pk, booking.pk, None)
    with pytest.raises(SlotTaken):
        convert_claim(hold=hold, booking_id=booking.pk)


def test_s2_freeing_twice_changes_nothing(station, booking):
    other = create_booking(request=make_request(station, slot=NOON.replace(hour=15)), by=GUEST, at=NOW)
    release_lane(booking=booking)
    release_lane(booking=booking)
    assert SlotClaim.objects.get().booking_id == other.pk


def test_d3_a_booking_without_claim_still_blocks_its_lane(station, booking):
    """The partial unique index on bookings answers where the claim is missing."""
    SlotClaim.objects.all().delete()
    with pytest.raises(SlotTaken):
        create_booking(request=make_request(station), by=GUEST, at=NOW)
    assert not SlotClaim.objects.exists()


def test_bk1_a_reference_drawn_by_somebody_else_is_drawn_again(booking):
    tries = []

    def work():
        tries.append(1)
        if len(tries) == 1:
            Booking.objects.create(
                reference=booking.reference,
                station=booking.station,
                customer=booking.customer,
                date=DAY,
                slot=NOON.replace(hour=18),
                starts_at=booking.starts_at,
                ends_at=booking.ends_at,
                address="5 Oak Ave",
                party_adults=2,
                deposit_due_cents=0,
                total_due_cents=0,
            )
        return "booked"

    assert attempt(work) == "booked"
    assert len(tries) == 2
    assert Booking.objects.count() == 1


@pytest.mark.parametrize(
    ("sql", "error"),
    [
        ("SELECT 1 / 0", DataError),
        ("SET LOCAL statement_timeout = '10ms'; SELECT pg_sleep(5)", OperationalError),
        ("INSERT INTO core.slot_claims (lane) VALUES (1)", IntegrityError),
    ],
)
def test_d4_other_accidents_rise_as_they_are(sql, error):
    def work():
        with connection.cursor() as cursor:
            cursor.execute(sql)

    with pytest.raises(error):
        attempt(work)


def test_d4_an_accident_after_a_first_deadlock_rises():
    from psycopg.errors import DeadlockDetected

    errors = [OperationalError("deadlock"), OperationalError("gone")]
    errors[0].__cause__ = DeadlockDetected()

    def work():
        raise errors.pop(0)

    with pytest.raises(OperationalError, match="gone"):
        attempt(work)


def test_d4_contention_asks_to_come_back():
    refusal = SlotContended()
    assert (refusal.code, refusal.status, refusal.headers) == ("slot_contended", 409, {"Retry-After": "1"})
