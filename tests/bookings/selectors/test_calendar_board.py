"""The calendar's board: what stands in the lanes, and why nothing can stand there."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bookings.enums import BookingStatus, HoldStatus
from bookings.models import ReservationHold, SlotClaim
from bookings.selectors.calendar_board import Hold, Party, Tally, get_board
from bookings.selectors.stations import list_stations_in_reach
from identity.enums import StationStatus, UserRole
from tests.bookings.parties import (
    DAY,
    NOON,
    NOW,
    make_actor,
    make_booking,
    make_chef,
    make_customer,
    make_station,
)
from tests.factories.bookings import make_request

pytestmark = pytest.mark.django_db
MONDAY, SUNDAY = date(2026, 6, 1), date(2026, 6, 7)


@pytest.fixture
def station():
    return make_station(slot_capacity=2)


def week(station, at=NOW, **more):
    return get_board(station=station, start=MONDAY, end=SUNDAY, at=at, **more)


def cell_of(board, day, slot):
    cells = [cell for shown in board.days for cell in shown.slots if (cell.date, cell.slot) == (day, slot)]
    assert len(cells) == 1
    return cells[0]


def make_hold(station, slot, *, signed=False, expires_at=NOW + timedelta(hours=2), lane=1):
    hold = ReservationHold.objects.create(
        station=station,
        date=DAY,
        slot=slot,
        lane=lane,
        starts_at=datetime(2026, 6, 6, 22, tzinfo=UTC),
        status=HoldStatus.SIGNED if signed else HoldStatus.PENDING,
        name="Bo Hold",
        email="bo@example.com",
        phone="+15105550111",
        request=make_request(station, date=DAY, slot=slot, adults=4).as_json(),
        party_adults=4,
        party_kids=1,
        deposit_cents=10_000,
        signing_token_hash="a" * 64,
        signing_deadline_at=expires_at,
    )
    SlotClaim.objects.create(station=station, date=DAY, slot=slot, lane=lane, hold=hold)
    return hold


def test_a_party_stands_in_its_lane_with_first_name_guests_chef_and_state(station, django_assert_num_queries):
    chef = make_chef(station, name="Ken")
    booking = make_booking(
        station, chef=chef, status=BookingStatus.CONFIRMED, party_kids=2, party_toddlers=1, lane=2
    )
    hold = make_hold(station, time(15))
    with django_assert_num_queries(2):
        board = week(station)
    noon = cell_of(board, DAY, NOON)
    assert noon.parties == [
        Party(
            id=booking.pk,
            reference=booking.reference,
            lane=2,
            status="confirmed",
            host="Ann L.",
            guests=11,
            chef="Ken",
            asks_to_cancel=False,
            is_held=False,
        )
    ]
    assert (noon.free, noon.closed, noon.bookable) == (1, "", True)
    held = cell_of(board, DAY, time(15))
    assert held.holds == [
        Hold(id=hold.pk, lane=1, guests=5, is_signed=False, expires_at=hold.signing_deadline_at)
    ]
    assert held.free == 1
    assert board.tally == Tally(1, 11, 1, 0, 2, 7 * 4 * 2)
    assert board.slots == [NOON, time(15), time(18), time(21)]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_number_of_queries_does_not_grow_with_the_parties(station, django_assert_num_queries, rows):
    station.slot_capacity = 5
    for lane in range(1, rows + 1):
        make_booking(station, lane=lane, chef=make_chef(station) if lane == 1 else None)
    with django_assert_num_queries(2):
        assert len(cell_of(week(station), DAY, NOON).parties) == rows


def test_cancelled_and_deleted_parties_and_those_of_others_are_not_shown(station):
    make_booking(
        station,
        status=BookingStatus.CANCELLED,
        cancelled_at=NOW,
        cancellation_reason_code="other",
    )
    make_booking(
        station,
        lane=2,
        status=BookingStatus.COMPLETED,
        deleted_at=NOW,
        delete_reason="entered twice by mistake",
    )
    make_booking(make_station())
    board = week(station)
    assert [cell.parties for day in board.days for cell in day.slots if cell.parties] == []


def test_s2_completed_parties_are_shown_but_take_no_lane(station):
    make_booking(station, status=BookingStatus.COMPLETED)
    cell = cell_of(week(station), DAY, NOON)
    assert ([party.occupies for party in cell.parties], cell.free) == ([False], 2)
    assert cell.parties[0].state == "Completed"


def test_h4_a_hold_past_its_deadline_counts_no_longer(station):
    make_hold(station, NOON, expires_at=NOW - timedelta(minutes=1))
    cell = cell_of(week(station), DAY, NOON)
    assert (cell.holds, cell.free) == ([], 2)


def test_s1_days_say_why_they_offer_nothing():
    station = make_station(
        settings={"blackout_dates": ["2026-06-03"], "slots": ["12:00"]},
        business_hours={
            day: None if day == "monday" else {"open": "11:00", "close": "22:00"}
            for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
        },
    )
    board = week(station)
    assert [day.closed for day in board.days] == ["closed", "", "blackout", "", "", "", ""]
    assert [cell.free for day in board.days for cell in day.slots] == [0, 1, 0, 1, 1, 1, 1]
    assert board.tally.lanes == 5


def test_s8_a_time_that_the_clock_skips_is_no_slot():
    station = make_station(
        settings={"slots": ["02:30"]},
        business_hours={"sunday": {"open": "01:00", "close": "22:00"}},
    )
    board = get_board(station=station, start=date(2026, 3, 8), end=date(2026, 3, 8), at=NOW)
    assert [(cell.closed, cell.notice) for cell in board.days[0].slots] == [("nonexistent", True)]


def test_s5_a_day_beyond_the_horizon_cannot_be_booked_yet(station):
    far = date(2027, 5, 2)
    board = get_board(station=station, start=far, end=far, at=NOW)
    assert board.days[0].closed == "beyond"


def test_a_closed_day_with_a_party_still_shows_it(station):
    station.settings = {"blackout_dates": [DAY.isoformat()]}
    make_booking(station)
    board = week(station)
    assert (board.days[5].closed, cell_of(board, DAY, NOON).closed) == ("", "blackout")


def test_s4_slots_within_the_notice_of_staff_are_marked(station):
    at = datetime(2026, 6, 5, 20, tzinfo=UTC)  # 13:00 in Los Angeles, the day before
    board = week(station, at=at)
    assert [cell.notice for cell in board.days[5].slots] == [True, False, False, False]
    assert [cell.bookable for cell in board.days[5].slots] == [False, True, True, True]


def test_today_is_the_stations_own(station):
    at = datetime(2026, 6, 4, 3, tzinfo=UTC)  # still Wednesday evening in Los Angeles
    board = week(station, at=at)
    assert [day.date for day in board.days if day.is_today] == [date(2026, 6, 3)]
    assert [day.is_past for day in board.days] == [True, True, False, False, False, False, False]


def test_a_slot_that_the_station_no_longer_offers_keeps_its_row_while_a_party_stands_there(station):
    make_booking(station, slot=time(16, 30))
    board = week(station)
    assert board.slots == [NOON, time(15), time(16, 30), time(18), time(21)]
    assert cell_of(board, DAY, time(16, 30)).closed == "closed"


def test_days_of_other_months_are_out_of_focus_and_not_counted(station):
    make_booking(station, date=date(2026, 5, 31))
    board = get_board(station=station, start=date(2026, 5, 31), end=date(2026, 6, 1), at=NOW, month=6)
    assert [day.in_focus for day in board.days] == [False, True]
    assert (board.tally.parties, board.tally.lanes) == (0, 8)


def test_requests_to_cancel_and_holds_of_staff_are_marked(station):
    customer = make_customer(station, last_name="")
    make_booking(
        station,
        customer=customer,
        status=BookingStatus.CONFIRMED,
        cancellation_requested_at=NOW,
        cancellation_reason="the garden is under water",
        cancellation_reason_code="customer_request",
        hold_on_request=True,
        held_at=NOW,
        hold_reason="waits for the insurance",
    )
    party = cell_of(week(station), DAY, NOON).parties[0]
    assert (party.host, party.asks_to_cancel, party.is_held, party.lacks_chef) == ("Ann", True, True, True)


def test_r2_stations_in_reach_are_those_of_the_code(station):
    closed = make_station(status=StationStatus.INACTIVE)
    manager, owner = make_actor(stations=[station]), make_actor(UserRole.SUPER_ADMIN)
    assert list(list_stations_in_reach(manager, "booking.read")) == [station]
    assert list(list_stations_in_reach(manager, "booking.delete")) == []
    assert {station, closed} <= set(list_stations_in_reach(owner, "booking.delete"))
