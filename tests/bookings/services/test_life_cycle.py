from datetime import timedelta

import pytest

from bookings.enums import DepositStatus
from bookings.models import Deposit, SlotClaim
from bookings.services.life_cycle import complete_booking, hold_booking, mark_no_show, release_booking
from common.actors import SystemActor
from common.exceptions import InvalidTransition, ValidationFailed, VersionConflict
from identity.models import StationAuditLog
from tests.bookings.parties import NOW, after_start, events_of, make_actor, make_booking, make_station

pytestmark = pytest.mark.django_db
REASON = "Waits for the company cheque"


@pytest.fixture
def station():
    return make_station()


@pytest.fixture
def manager(station):
    return make_actor(stations=[station])


def test_t6_completes_from_the_start_on_and_frees_the_lane(station, manager):
    booking = make_booking(station, status="confirmed")
    with pytest.raises(InvalidTransition, match="can be completed from"):
        complete_booking(booking=booking, expected_version=1, by=manager, at=after_start(booking, seconds=-1))
    assert SlotClaim.objects.count() == 1
    done = complete_booking(booking=booking, expected_version=1, by=manager, at=booking.starts_at)
    assert (done.status, done.version) == ("completed", 2)
    assert not SlotClaim.objects.exists()
    assert events_of(booking.pk) == [
        ("booking.completed", {"reference": booking.reference, "status": "completed"})
    ]
    assert StationAuditLog.objects.get().permissions_used == ["booking.complete"]


def test_t6_the_system_waits_twelve_hours(station):
    booking, by = make_booking(station, status="confirmed"), SystemActor("close_past_bookings")
    due = booking.ends_at + timedelta(hours=12)
    with pytest.raises(InvalidTransition):
        complete_booking(booking=booking, expected_version=None, by=by, at=due - timedelta(seconds=1))
    assert complete_booking(booking=booking, expected_version=None, by=by, at=due).status == "completed"
    assert StationAuditLog.objects.get().permissions_used == []


@pytest.mark.parametrize("status", ["new", "deposit_pending", "completed", "no_show"])
@pytest.mark.parametrize("move", [complete_booking, mark_no_show])
def test_t6_t7_only_from_confirmed(station, manager, status, move):
    booking = make_booking(station, status=status)
    with pytest.raises(InvalidTransition) as refusal:
        move(booking=booking, expected_version=1, by=manager, at=after_start(booking, hours=3))
    assert refusal.value.from_ == status


def test_t7_half_an_hour_after_the_start_the_deposit_is_forfeited(station, manager):
    booking = make_booking(station, status="confirmed")
    with pytest.raises(InvalidTransition, match="no-show can be noted"):
        mark_no_show(booking=booking, expected_version=1, by=manager, at=after_start(booking, minutes=29))
    at = after_start(booking, minutes=30)
    gone = mark_no_show(booking=booking, expected_version=1, by=manager, at=at)
    assert (gone.status, gone.version) == ("no_show", 2)
    deposit = Deposit.objects.get()
    assert (deposit.status, deposit.settled_at, deposit.settled_by_id, deposit.settle_reason) == (
        DepositStatus.FORFEITED,
        at,
        manager.id,
        "No-show",
    )
    assert not SlotClaim.objects.exists()
    assert [name for name, _payload in events_of(booking.pk)] == ["booking.no_show"]


def test_t7_a_waived_deposit_stays_waived(station, manager):
    booking = make_booking(station, status="confirmed")
    Deposit.objects.update(status="waived", paid_at=None, settle_reason="Regular of ten years")
    mark_no_show(booking=booking, expected_version=1, by=manager, at=after_start(booking, hours=1))
    assert Deposit.objects.get().status == DepositStatus.WAIVED


def test_bk8_hold_keeps_the_reason(station, manager):
    booking = make_booking(station)
    held = hold_booking(booking=booking, reason=REASON, expected_version=1, by=manager, at=NOW)
    held.refresh_from_db()
    assert (held.version, held.hold_on_request, held.held_at, held.held_by_id, held.hold_reason) == (
        2,
        True,
        NOW,
        manager.id,
        REASON,
    )
    assert events_of(booking.pk) == [
        ("booking.held", {"reference": booking.reference, "status": "deposit_pending"})
    ]
    assert StationAuditLog.objects.get().reason == REASON


def test_bk8_hold_needs_a_reason_and_a_living_booking(station, manager):
    with pytest.raises(ValidationFailed):
        hold_booking(booking=make_booking(station), reason="short", expected_version=1, by=manager, at=NOW)
    with pytest.raises(InvalidTransition):
        hold_booking(
            booking=make_booking(station, status="completed"),
            reason=REASON,
            expected_version=1,
            by=manager,
            at=NOW,
        )


def test_bk8_release_restarts_both_deadlines(station, manager):
    booking = make_booking(
        station, hold_on_request=True, held_at=NOW, held_by_id=manager.id, hold_reason=REASON
    )
    at = NOW + timedelta(days=3)
    released = release_booking(booking=booking, expected_version=1, by=manager, at=at)
    released.refresh_from_db()
    assert (
        released.hold_on_request,
        released.held_at,
        released.held_by_id,
        released.hold_reason,
        released.customer_deposit_deadline,
        released.deposit_deadline,
        released.internal_deadline,
        released.version,
    ) == (
        False,
        None,
        None,
        None,
        at + timedelta(hours=2),
        at + timedelta(hours=2),
        at + timedelta(hours=24),
        2,
    )
    assert [name for name, _payload in events_of(booking.pk)] == ["booking.released"]


def test_bk8_release_needs_a_hold(station, manager):
    with pytest.raises(InvalidTransition, match="not on hold"):
        release_booking(booking=make_booking(station), expected_version=1, by=manager, at=NOW)


def test_bk3_each_move_compares_the_version(station, manager):
    booking = make_booking(station, status="confirmed", version=2)
    at = after_start(booking, hours=1)
    for move in (complete_booking, mark_no_show, release_booking):
        with pytest.raises(VersionConflict):
            move(booking=booking, expected_version=1, by=manager, at=at)


@pytest.mark.parametrize(("move", "status"), [(complete_booking, "completed"), (mark_no_show, "no_show")])
def test_bk8_a_hold_ends_with_the_party(station, manager, move, status):
    booking = make_booking(
        station,
        status="confirmed",
        hold_on_request=True,
        held_at=NOW,
        hold_reason=REASON,
        held_by_id=manager.id,
    )
    move(booking=booking, expected_version=1, by=manager, at=after_start(booking, hours=1))
    booking.refresh_from_db()
    assert (
        booking.status,
        booking.hold_on_request,
        booking.held_at,
        booking.held_by,
        booking.hold_reason,
    ) == (
        status,
        False,
        None,
        None,
        None,
    )


@pytest.mark.parametrize("status", ["completed", "no_show"])
def test_bk8_no_release_in_a_terminal_state(station, manager, status):
    booking = make_booking(station, status=status, hold_on_request=True, held_at=NOW, hold_reason=REASON)
    deadline = booking.customer_deposit_deadline
    with pytest.raises(InvalidTransition) as refusal:
        release_booking(booking=booking, expected_version=1, by=manager, at=after_start(booking, days=1))
    booking.refresh_from_db()
    assert (refusal.value.from_, booking.version, booking.customer_deposit_deadline) == (status, 1, deadline)
