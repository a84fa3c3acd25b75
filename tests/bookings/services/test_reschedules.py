"""BK-13, BK-14: a party moves; what it costs, and what follows it."""

from datetime import date, datetime, time, timedelta

import pytest

from bookings import exceptions
from bookings.models import Booking, BookingReminder, Customer, PriceAdjustment, SlotClaim, SystemEvent
from bookings.services.assignments import assign_chef
from bookings.services.bookings import create_booking
from bookings.services.deposits import confirm_deposit
from bookings.services.reschedules import Reschedule, reschedule_booking
from common.actors import GuestActor, SystemActor
from common.exceptions import InvalidTransition, NotFound, PermissionDenied, ValidationFailed, VersionConflict
from events.models import OutboxMessage
from identity.enums import UserRole
from identity.models import StationAuditLog
from tests.bookings.parties import events_of, make_actor, make_chef, make_user
from tests.factories.bookings import (
    DAY,
    NOON,
    NOW,
    DynamicPricingRuleFactory,
    make_request,
    make_selling_station,
)

pytestmark = pytest.mark.django_db
SYSTEM = SystemActor("test")
LATER = date(2026, 6, 8)
REASON = "The host was in hospital"


@pytest.fixture
def station():
    return make_selling_station()


@pytest.fixture
def manager(station):
    return make_actor(stations=[station])


@pytest.fixture
def desk(station):
    return make_actor(UserRole.CUSTOMER_SUPPORT, stations=[station], link="customer_support")


def book(station, at=NOW, **fields):
    return create_booking(request=make_request(station, **fields), by=GuestActor(), at=at)


def confirm(booking, at=NOW):
    return confirm_deposit(
        booking=booking, method="zelle", reference="Z-1", expected_version=None, by=SYSTEM, at=at
    )


def move(booking, by, *, day=LATER, slot=time(18), at=NOW, version=None, **more):
    return reschedule_booking(
        booking=booking,
        move=Reschedule(date=day, slot=slot, **more),
        expected_version=version,
        by=by,
        at=at,
    )


def fees(booking):
    rows = PriceAdjustment.objects.filter(booking=booking, kind="reschedule_fee")
    return [row.amount_cents for row in rows.order_by("created_at", "pk")]


def claims():
    return list(SlotClaim.objects.values_list("date", "slot", "lane"))


def test_bk13_the_first_move_is_free(station, manager):
    booking = book(station)
    claim = SlotClaim.objects.get()
    moved = move(booking, manager, version=2)
    moved.refresh_from_db()
    assert (moved.date, moved.slot, moved.lane, moved.status, moved.version) == (
        LATER,
        time(18),
        1,
        "deposit_pending",
        3,
    )
    assert (moved.starts_at.isoformat(), moved.ends_at - moved.starts_at) == (
        "2026-06-09T01:00:00+00:00",
        timedelta(minutes=84),
    )
    assert claims() == [(LATER, time(18), 1)]
    assert SlotClaim.objects.get().pk == claim.pk
    assert (fees(booking), moved.total_due_cents) == ([], booking.total_due_cents)
    assert (moved.metadata["reschedule_count"], moved.metadata.get("deposit_locked")) == (1, None)
    assert events_of(booking.pk)[-1] == (
        "booking.rescheduled",
        {
            "reference": booking.reference,
            "old": {
                "date": "2026-06-06",
                "slot": "12:00:00",
                "lane": 1,
                "starts_at": "2026-06-06T19:00:00.000000Z",
            },
            "new": {
                "date": "2026-06-08",
                "slot": "18:00:00",
                "lane": 1,
                "starts_at": "2026-06-09T01:00:00.000000Z",
            },
            "fee_cents": 0,
            "deposit_locked": False,
            "chef_cleared": False,
            "total_cents": booking.total_due_cents,
        },
    )
    assert list(
        OutboxMessage.objects.filter(destination="booking_rescheduled").values_list("target", flat=True)
    ) == ["email"]
    row = StationAuditLog.objects.filter(details__event="booking.rescheduled").get()
    assert row.permissions_used == ["booking.reschedule"]


def test_bk13_every_other_move_adds_the_fee_untaxed(station, manager):
    booking = book(station)
    move(booking, manager)
    again = move(booking, manager, day=date(2026, 6, 9))
    assert fees(booking) == [20_000]
    assert again.total_due_cents == booking.total_due_cents + 20_000
    third = move(booking, manager, day=date(2026, 6, 10))
    assert fees(booking) == [20_000, 20_000]
    assert third.total_due_cents == booking.total_due_cents + 40_000
    assert third.deposit_due_cents == 10_000


@pytest.mark.parametrize(
    ("before", "fee"), [(timedelta(hours=24), []), (timedelta(hours=24) - timedelta(seconds=1), [20_000])]
)
def test_bk13_a_first_move_within_a_day_of_the_start_costs(station, manager, before, fee):
    booking = book(station)
    move(booking, manager, at=booking.starts_at - before)
    assert fees(booking) == fee


def test_bk13_the_fee_is_the_stations(manager, station):
    station.settings = {"reschedule_fee_cents": 5_000}
    station.save()
    booking = book(station)
    move(booking, manager)
    move(booking, manager, day=date(2026, 6, 9))
    assert fees(booking) == [5_000]


def test_bk13_a_waiver_needs_override_and_a_reason(station, manager, desk):
    booking = book(station)
    move(booking, manager)
    later = date(2026, 6, 9)
    with pytest.raises(PermissionDenied):
        move(booking, desk, day=later, waive_fee=True, reason=REASON)
    with pytest.raises(ValidationFailed):
        move(booking, manager, day=later, waive_fee=True)
    move(booking, manager, day=later, waive_fee=True, reason=REASON)
    assert fees(booking) == []
    row = StationAuditLog.objects.filter(reason=REASON).get()
    assert row.permissions_used == ["booking.reschedule", "booking.override"]


def test_bk14_after_the_refund_cutoff_the_deposit_is_locked(station, manager):
    booking = book(station)
    cutoff = booking.starts_at - timedelta(days=4)
    assert "deposit_locked" not in move(booking, manager, at=cutoff).metadata
    other = book(station)
    assert move(other, manager, at=cutoff + timedelta(seconds=1), day=date(2026, 6, 20)).metadata[
        "deposit_locked"
    ]


def test_q16_the_new_date_is_priced_by_the_stored_rules(station, manager):
    DynamicPricingRuleFactory(station=station)
    saturday = book(station)
    assert PriceAdjustment.objects.filter(booking=saturday, kind="rule").count() == 1
    monday = move(saturday, manager)
    assert not PriceAdjustment.objects.filter(booking=saturday, kind="rule").exists()
    assert monday.total_due_cents < saturday.total_due_cents
    assert move(monday, manager, day=date(2026, 6, 13), waive_fee=True, reason=REASON).total_due_cents == (
        saturday.total_due_cents
    )


def test_bk13_section_3_holds_for_the_new_slot(station, manager, desk):
    booking = book(station)
    with pytest.raises(exceptions.SlotNotOffered):
        move(booking, manager, slot=time(13))
    with pytest.raises(exceptions.BeyondHorizon):
        move(booking, manager, day=date(2027, 6, 6))
    with pytest.raises(exceptions.SlotInPast):
        move(booking, manager, day=date(2026, 4, 1))
    soon = {"day": date(2026, 5, 2), "slot": NOON, "at": NOW}
    assert move(booking, desk, **soon).starts_at == NOW + timedelta(hours=24)
    late = {**soon, "day": date(2026, 5, 1), "slot": time(18)}
    with pytest.raises(exceptions.LeadTimeTooShort):
        move(booking, manager, **late)
    with pytest.raises(PermissionDenied):
        move(booking, desk, **late, override_reason=REASON)
    with pytest.raises(ValidationFailed) as short:
        move(booking, manager, **late, override_reason="soon")
    assert [error.pointer for error in short.value.errors] == ["/override_reason"]
    assert move(booking, manager, **late, override_reason=REASON).override_reason == REASON


def test_bk13_hosts_until_a_day_before_by_the_publics_notice(station):
    host = make_actor(
        UserRole.CUSTOMER,
        user=make_user(UserRole.CUSTOMER, email="ann@people.example", email_verified_at=NOW),
    )
    booking = book(station, email="ann@people.example")
    with pytest.raises(exceptions.LeadTimeTooShort):
        move(booking, host, at=booking.starts_at - timedelta(hours=25), day=DAY)
    with pytest.raises(exceptions.EditCutoffPassed) as refusal:
        move(
            booking,
            host,
            at=booking.starts_at - timedelta(hours=24) + timedelta(seconds=1),
            day=date(2026, 6, 20),
        )
    assert refusal.value.extra == {"cutoff_at": "2026-06-05T19:00:00+00:00"}
    with pytest.raises(PermissionDenied):
        move(booking, host, waive_fee=True, reason=REASON)
    assert move(booking, host, at=booking.starts_at - timedelta(hours=24), day=date(2026, 6, 20)).version == 3


def test_d5_a_taken_slot_answers_with_alternatives(station, manager):
    booking = book(station)
    book(station, date=LATER, slot=time(18))
    with pytest.raises(exceptions.SlotTaken) as refusal:
        move(booking, manager)
    assert refusal.value.extra["lead_captured"] is False
    assert [(found["date"], found["slot"]) for found in refusal.value.extra["alternatives"]][:2] == [
        ("2026-06-08", "15:00"),
        ("2026-06-08", "21:00"),
    ]
    booking.refresh_from_db()
    assert (booking.date, booking.version) == (DAY, 2)
    assert Booking.objects.count() == SlotClaim.objects.count() == 2


def test_bk13_the_lowest_free_lane_is_taken(station, manager):
    station.slot_capacity = 3
    station.save()
    book(station, date=LATER, slot=time(18))
    assert move(book(station), manager).lane == 2


def test_bk13_not_in_place_not_in_the_end_not_of_nothing(station, manager):
    booking = book(station)
    with pytest.raises(ValidationFailed) as refusal:
        move(booking, manager, day=DAY, slot=NOON)
    assert [error.pointer for error in refusal.value.errors] == ["/slot"]
    with pytest.raises(VersionConflict):
        move(booking, manager, version=1)
    Booking.objects.filter(pk=booking.pk).update(status="completed")
    with pytest.raises(InvalidTransition):
        move(booking, manager)
    gone = Booking(id=Customer.objects.get().pk, station=station)
    with pytest.raises(NotFound):
        move(gone, manager)


def test_s2_a_closed_station_takes_nobody(station, manager):
    booking = book(station)
    station.status = "maintenance"
    station.save()
    with pytest.raises(exceptions.SlotNotOffered):
        move(booking, manager)


def test_bk13_a_free_chef_is_kept_another_is_cleared_with_an_alert(station, manager):
    station.slot_capacity = 2
    station.save()
    chef = make_chef(station)
    booking, rival = book(station), book(station, date=LATER, slot=time(18))
    for party in (booking, rival):
        assign_chef(booking=party, chef=chef, expected_version=None, by=SYSTEM, at=NOW)
    Booking.objects.filter(pk=booking.pk).update(
        is_urgent=True, urgency_alert_count=3, urgency_alert_sent_at=NOW
    )
    kept = move(booking, manager, slot=NOON)
    assert (kept.chef_id, kept.is_urgent, kept.urgency_alert_count, kept.urgency_alert_sent_at) == (
        chef.pk,
        False,
        0,
        None,
    )
    cleared = move(booking, manager, slot=time(18))
    cleared.refresh_from_db()
    assert cleared.chef_id is None
    assert events_of(booking.pk)[-1][1]["chef_cleared"] is True
    assert SystemEvent.objects.filter(action="chef_cleared", entity_id=booking.pk).count() == 1


def test_bk18_reminders_follow_the_party_and_sent_ones_are_not_repeated(station, manager):
    booking = confirm(book(station))
    first = BookingReminder.objects.order_by("scheduled_for").first()
    BookingReminder.objects.filter(pk=first.pk).update(status="sent", sent_at=NOW)
    move(booking, manager)
    assert set(BookingReminder.objects.values_list("scheduled_for", "status")) == {
        (booking.starts_at - timedelta(days=7), "sent"),
        (booking.starts_at - timedelta(days=3), "cancelled"),
        (booking.starts_at - timedelta(days=1), "cancelled"),
        *(
            (datetime.fromisoformat("2026-06-09T01:00:00Z") - timedelta(days=days), "pending")
            for days in (7, 3, 1)
        ),
    }
    move(booking, manager, day=DAY, slot=NOON)
    assert dict(
        BookingReminder.objects.filter(scheduled_for__lt=booking.starts_at - timedelta(hours=23))
        .exclude(status="cancelled")
        .values_list("scheduled_for", "status")
    ) == {
        booking.starts_at - timedelta(days=7): "sent",
        booking.starts_at - timedelta(days=3): "pending",
        booking.starts_at - timedelta(days=1): "pending",
    }


def test_s8_a_move_across_the_change_of_clocks(station, manager):
    booking = book(station, date=date(2026, 10, 31), slot=time(18), at=NOW)
    moved = move(booking, manager, day=date(2026, 11, 1), slot=time(18))
    assert moved.starts_at - booking.starts_at == timedelta(hours=25)
    assert move(booking, manager, day=date(2026, 11, 1), slot=NOON).starts_at.isoformat() == (
        "2026-11-01T20:00:00+00:00"
    )
