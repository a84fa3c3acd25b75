"""Figures of a period: counted by hand here, by SQL there."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bookings.enums import BookingStatus, PaymentMethod, PaymentStatus, PaymentType
from bookings.models import Booking, Payment
from bookings.selectors.figures.parties import read_parties
from bookings.selectors.figures.periods import buckets, read_period, unit_of
from bookings.selectors.figures.revenue import read_revenue
from bookings.selectors.figures.sources import party_totals, revenue_totals
from common.exceptions import NotFound, ValidationFailed
from events.figures import Period
from identity.enums import StationStatus, UserRole
from identity.models import Station
from tests.bookings.parties import DAY, NOW, make_actor, make_booking, make_station
from tests.plans import fill, index_names, key_of, seq_scans

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 6, 1), date(2026, 6, 7)


ONE_PARTY = {
    **dict.fromkeys(("new", "deposit_pending", "confirmed", "cancelled", "no_show", "booked"), 0),
    "parties": 1,
    "guests": 8,
    "completed": 1,
    "no_show_rate": 0.0,
    "cancellation_rate": 0.0,
    "lanes_taken": 1,
    "lanes_offered": 56,
    "occupancy": 0.0179,
    "lead_days_median": None,
}


@pytest.fixture
def station():
    return make_station(slot_capacity=2)


def period_of(*stations, start=FIRST, end=LAST, whole_company=False):
    return Period(
        start=start,
        end=end,
        stations=tuple(station.pk for station in stations),
        whole_company=whole_company,
        at=NOW,
    )


def cancelled(station, **values):
    return make_booking(
        station,
        status=BookingStatus.CANCELLED,
        cancelled_at=NOW,
        cancellation_reason_code="other",
        **values,
    )


def pay(booking, cents, at, **values):
    return Payment.objects.create(
        **{
            "booking": booking,
            "payment_type": PaymentType.DEPOSIT,
            "payment_method": PaymentMethod.ZELLE,
            "status": PaymentStatus.COMPLETED,
            "amount_cents": cents,
            "completed_at": at,
            **values,
        }
    )


def test_parties_are_counted_by_state_period_and_station(station, django_assert_num_queries):
    other = make_station()
    make_booking(station, status=BookingStatus.COMPLETED, party_kids=2)
    make_booking(station, status=BookingStatus.COMPLETED, lane=2)
    make_booking(station, status=BookingStatus.NO_SHOW, date=date(2026, 6, 1))
    make_booking(station, status=BookingStatus.CONFIRMED, date=date(2026, 6, 7), slot=time(18))
    cancelled(station)
    make_booking(other, status=BookingStatus.DEPOSIT_PENDING)
    make_booking(station, date=date(2026, 6, 8))
    with django_assert_num_queries(3):
        found = read_parties(period_of(station, other), [station, other])
    assert found.unit == "day"
    assert found.totals == {
        "parties": 5,
        "guests": 42,
        "new": 0,
        "deposit_pending": 1,
        "confirmed": 1,
        "completed": 2,
        "cancelled": 1,
        "no_show": 1,
        "no_show_rate": 0.3333,
        "cancellation_rate": 0.1667,
        "lanes_taken": 5,
        "lanes_offered": 84,
        "occupancy": 0.0595,
        "booked": 0,
        "lead_days_median": None,
    }
    assert [(row["start"], row["parties"], row["no_show"]) for row in found.periods] == [
        (date(2026, 6, 1), 1, 1),
        (date(2026, 6, 2), 0, 0),
        (date(2026, 6, 3), 0, 0),
        (date(2026, 6, 4), 0, 0),
        (date(2026, 6, 5), 0, 0),
        (DAY, 3, 0),
        (date(2026, 6, 7), 1, 0),
    ]
    assert [
        (row["code"], row["parties"], row["lanes_taken"], row["lanes_offered"]) for row in found.stations
    ] == [(station.code, 4, 4, 56), (other.code, 1, 1, 28)]
    taken = [row for row in found.occupancy if row["lanes_taken"]]
    assert [(row["station_id"], row["start"], row["occupancy"]) for row in taken] == [
        (station.pk, date(2026, 6, 1), 0.125),
        (station.pk, DAY, 0.25),
        (station.pk, date(2026, 6, 7), 0.125),
        (other.pk, DAY, 0.25),
    ]


def test_lanes_are_offered_by_hours_blackout_capacity_and_an_open_station():
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    short = make_station(
        slot_capacity=3,
        settings={"blackout_dates": ["2026-06-03"]},
        business_hours={day: {"open": "11:00", "close": "16:00"} for day in days[:4]},
    )
    closed = make_station(status=StationStatus.INACTIVE)
    found = read_parties(period_of(short, closed), [short, closed])
    assert [row["lanes_offered"] for row in found.stations] == [2 * 3 * 3, 0]
    assert found.stations[1]["occupancy"] is None


def test_what_was_booked_in_the_period_tells_its_source_and_its_lead_time(station):
    for days, source in ((5, "website"), (20, "phone"), (36, "phone")):
        made = datetime(2026, 6, 6, 19, tzinfo=UTC) - timedelta(days=days)
        make_booking(
            station,
            created_at=made,
            lane=days,
            source=source,
            booking_window="urgent" if days == 5 else "standard" if days == 20 else "advance",
        )
    found = read_parties(period_of(station, start=date(2026, 5, 1), end=date(2026, 6, 5)), [station])
    assert (found.totals["booked"], found.totals["lead_days_median"]) == (3, 20.0)
    assert found.sources == [{"source": "website", "booked": 1}, {"source": "phone", "booked": 2}]
    assert found.windows == [
        {"window": "urgent", "booked": 1},
        {"window": "standard", "booked": 1},
        {"window": "advance", "booked": 1},
        {"window": "long_term", "booked": 0},
    ]


def test_the_day_of_a_booking_and_of_a_payment_is_the_stations_own(station):
    evening = datetime(2026, 6, 1, 5, tzinfo=UTC)  # still 31 May in Los Angeles
    booking = make_booking(station, created_at=evening)
    pay(booking, 10_000, evening)
    may = period_of(station, start=date(2026, 5, 31), end=date(2026, 5, 31))
    june = period_of(station, start=date(2026, 6, 1), end=date(2026, 6, 5))
    assert [read_parties(period, [station]).totals["booked"] for period in (may, june)] == [1, 0]
    assert [read_revenue(period, [station]).totals["received_cents"] for period in (may, june)] == [10_000, 0]


def test_revenue_by_method_period_and_station(station, django_assert_num_queries):
    other = make_station()
    sold = make_booking(station, status=BookingStatus.COMPLETED, total_due_cents=60_000)
    make_booking(other, status=BookingStatus.CONFIRMED, total_due_cents=50_001)
    cancelled(station, lane=2)
    first = pay(sold, 10_000, datetime(2026, 6, 1, 20, tzinfo=UTC))
    pay(
        sold,
        50_000,
        datetime(2026, 6, 2, 20, tzinfo=UTC),
        payment_method=PaymentMethod.CARD,
        fee_cents=1_480,
        status=PaymentStatus.PARTIALLY_REFUNDED,
        refunded_amount_cents=4_000,
    )
    pay(
        sold,
        4_000,
        datetime(2026, 6, 4, 20, tzinfo=UTC),
        payment_method=PaymentMethod.CARD,
        payment_type=PaymentType.REFUND,
        refunded_payment=first,
        refund_reason="two guests stayed away",
    )
    pay(sold, 7_000, None, status=PaymentStatus.PENDING)
    pay(sold, 9_000, datetime(2026, 6, 20, 20, tzinfo=UTC))
    with django_assert_num_queries(2):
        found = read_revenue(period_of(station, other), [station, other])
    assert found.totals == {
        "payments": 2,
        "received_cents": 60_000,
        "card_fees_cents": 1_480,
        "refunded_cents": 4_000,
        "net_cents": 56_000,
        "refund_rate": 0.0667,
        "sold_parties": 2,
        "sold_cents": 110_001,
        "average_party_cents": 55_001,
    }
    assert [
        (row["method"], row["received_cents"], row["refunded_cents"])
        for row in found.methods
        if row["received_cents"]
    ] == [("card", 50_000, 4_000), ("zelle", 10_000, 0)]
    assert [row["net_cents"] for row in found.periods] == [10_000, 50_000, 0, -4_000, 0, 0, 0]
    assert [(row["net_cents"], row["sold_cents"]) for row in found.stations] == [
        (56_000, 60_000),
        (0, 50_001),
    ]


def test_without_anything_there_is_nothing_to_share(station):
    totals = read_revenue(period_of(station), [station]).totals
    assert (totals["average_party_cents"], totals["refund_rate"]) == (None, None)
    assert read_parties(period_of(station), [station]).totals["no_show_rate"] is None


def test_the_overview_gets_the_totals(station, django_assert_num_queries):
    make_booking(station, status=BookingStatus.COMPLETED)
    period = period_of(station)
    with django_assert_num_queries(4):
        assert party_totals(period) == ONE_PARTY
    with django_assert_num_queries(2):
        assert revenue_totals(period)["sold_cents"] == 60_000


@pytest.mark.parametrize(
    ("start", "end", "unit", "firsts"),
    [
        (date(2026, 6, 1), date(2026, 6, 2), "day", [date(2026, 6, 1), date(2026, 6, 2)]),
        (date(2026, 6, 6), date(2026, 6, 8), "week", [date(2026, 6, 1), date(2026, 6, 8)]),
        (date(2026, 6, 30), date(2026, 7, 1), "month", [date(2026, 6, 1), date(2026, 7, 1)]),
    ],
)
def test_periods_are_cut_into_days_weeks_and_months(station, start, end, unit, firsts):
    period = period_of(station, start=start, end=end)
    assert buckets(period, unit) == firsts
    make_booking(station, date=start)
    make_booking(station, date=end)
    assert [row["parties"] for row in read_parties(period, [station], unit=unit).periods] == [1, 1]


def test_the_length_of_a_period_chooses_its_unit(station):
    for days, unit in ((45, "day"), (46, "week"), (200, "week"), (201, "month")):
        assert unit_of(period_of(station, end=FIRST + timedelta(days=days - 1))) == unit
    assert unit_of(period_of(station), "month") == "month"


def test_r9_stations_of_a_period_are_those_in_reach(station):
    other = make_station()
    manager, owner = make_actor(stations=[station]), make_actor(UserRole.SUPER_ADMIN)
    asked = {"start": FIRST, "end": LAST, "at": NOW}
    period, stations = read_period(manager, station_id=None, **asked)
    assert (stations, period.stations, period.whole_company) == ([station], (station.pk,), False)
    period, stations = read_period(owner, station_id=None, **asked)
    assert {station, other} <= set(stations)
    assert period.whole_company is True
    period, stations = read_period(owner, station_id=other.pk, **asked)
    assert (stations, period.whole_company) == ([other], False)
    with pytest.raises(NotFound):
        read_period(manager, station_id=other.pk, **asked)
    support = make_actor(UserRole.CUSTOMER_SUPPORT, stations=[station], link="customer_support")
    with pytest.raises(NotFound):
        read_period(support, station_id=station.pk, **asked)


@pytest.mark.parametrize(("start", "end"), [(LAST, FIRST), (FIRST, FIRST + timedelta(days=731))])
def test_a_period_has_its_limits(station, start, end):
    with pytest.raises(ValidationFailed) as refusal:
        read_period(make_actor(stations=[station]), start=start, end=end, station_id=None, at=NOW)
    assert [error.pointer for error in refusal.value.errors] == ["/end"]


def test_the_ends_of_the_calendar_are_no_error(station):
    for day in (date.min, date.max):
        period = period_of(station, start=day, end=day)
        assert read_revenue(period, [station]).totals["payments"] == 0
        assert read_parties(period, [station]).totals["booked"] == 0


def test_figures_of_one_station_use_an_index(station):
    fill(
        Booking,
        reference="'MH-' || lpad(upper(to_hex(n)), 8, '0')",
        date="date '2026-01-01' + n / 300",
        lane="n % 300 + 1",
        status="'completed'",
        starts_at="timestamptz '2026-01-01T20:00:00Z' + n / 300 * interval '1 day'",
        ends_at="timestamptz '2026-01-01T22:00:00Z' + n / 300 * interval '1 day'",
    )
    one = key_of(Station, 7)
    by_day = Booking.objects.live().filter(station__in=[one], date__range=(FIRST, LAST)).order_by()
    made = Booking.objects.live().filter(
        station__in=[one], created_at__gte=NOW, created_at__lt=NOW + timedelta(days=7)
    )
    assert (index_names(by_day), seq_scans(by_day)) == ({"idx_booking_station_date"}, set())
    assert (index_names(made.order_by()), seq_scans(made)) == ({"ix_bookings_station_created"}, set())
