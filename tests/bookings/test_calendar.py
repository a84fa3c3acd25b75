from datetime import UTC, date, datetime, time, timedelta

import pytest

from bookings.calendar import SlotCalendar, booking_window, length, near_slot, party_fits, starts_at

LA = "America/Los_Angeles"


def make_calendar(**values):
    return SlotCalendar(
        **{
            "zone": LA,
            "is_active": True,
            "slots": (time(2, 30), time(12), time(21)),
            "hours": ((time(0), time(22)),) * 7,
            "blackout_dates": frozenset({date(2026, 7, 4)}),
            "public_lead": timedelta(hours=48),
            "staff_lead": timedelta(hours=24),
            **values,
        }
    )


@pytest.mark.parametrize(
    ("day", "slot", "expected"),
    [
        # S-8: the examples of the rule
        (date(2026, 11, 1), time(1, 30), datetime(2026, 11, 1, 8, 30, tzinfo=UTC)),
        (date(2026, 3, 8), time(2, 30), None),
        (date(2026, 3, 8), time(12), datetime(2026, 3, 8, 19, tzinfo=UTC)),
        (date(2026, 3, 7), time(12), datetime(2026, 3, 7, 20, tzinfo=UTC)),
        (date(9999, 12, 31), time(23), None),
    ],
)
def test_s8_local_time_becomes_its_first_instant(day, slot, expected):
    assert starts_at(LA, day, slot) == expected


@pytest.mark.parametrize(
    ("day", "slot", "reason"),
    [
        (date(2026, 7, 3), time(12), None),
        (date(2026, 7, 3), time(13), "closed"),
        (date(2026, 7, 4), time(12), "blackout"),
        (date(2026, 3, 8), time(2, 30), "nonexistent"),
        (date(2026, 3, 9), time(2, 30), None),
    ],
)
def test_s1_a_date_offers_a_slot(day, slot, reason):
    assert make_calendar().closed_reason(day, slot) == reason


def test_s1_slot_starts_at_opening_but_not_at_closing():
    hours = ((time(12), time(21)),) * 7
    calendar = make_calendar(hours=hours)
    assert calendar.closed_reason(date(2026, 7, 3), time(12)) is None
    assert calendar.closed_reason(date(2026, 7, 3), time(21)) == "closed"


def test_s1_a_station_at_rest_or_a_closed_weekday_offers_nothing():
    friday = date(2026, 7, 3)
    assert make_calendar(is_active=False).closed_reason(friday, time(12)) == "closed"
    open_but_friday = ((time(0), time(22)),) * 4 + (None,) + ((time(0), time(22)),) * 2
    assert make_calendar(hours=open_but_friday).closed_reason(friday, time(12)) == "closed"
    assert make_calendar(hours=open_but_friday).closed_reason(date(2026, 7, 2), time(12)) is None


def test_s5_horizon_counts_from_the_local_date():
    evening_in_california = datetime(2026, 5, 2, 3, tzinfo=UTC)
    assert make_calendar().today(evening_in_california) == date(2026, 5, 1)
    assert make_calendar().last_date(evening_in_california) == date(2027, 5, 1)


@pytest.mark.parametrize(("guests", "minutes"), [(1, 63), (8, 84), (20, 120), (50, 120)])
def test_s7_length(guests, minutes):
    assert length(guests) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("requested", "near"), [(time(11), True), (time(13), True), (time(10, 59), False), (time(13, 1), False)]
)
def test_s7_requested_time_within_an_hour(requested, near):
    assert near_slot(requested, time(12)) is near


@pytest.mark.parametrize(
    ("adults", "kids", "toddlers", "override", "fits"),
    [
        (1, 0, 0, False, True),
        (0, 4, 0, False, False),
        (1, -1, 0, False, False),
        (1, 0, -1, False, False),
        (40, 5, 5, False, True),
        (40, 5, 6, False, False),
        (90, 5, 5, True, True),
        (90, 5, 6, True, False),
    ],
)
def test_s6_party_size(adults, kids, toddlers, override, fits):
    assert party_fits(adults=adults, kids=kids, toddlers=toddlers, override=override) is fits


@pytest.mark.parametrize(
    ("days", "window"),
    [(1, "urgent"), (7, "urgent"), (8, "standard"), (30, "standard"), (31, "advance"), (91, "long_term")],
)
def test_booking_window_by_lead_time(days, window):
    assert booking_window(timedelta(days=days)) == window
