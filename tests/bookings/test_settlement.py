from datetime import UTC, date, datetime, time, timedelta

import pytest

from bookings.deadlines import refund_cutoff
from bookings.settlement import Refundable, Settlement, settle, spread
from common.models import uuid7

CUTOFF = datetime(2026, 6, 2, 19, tzinfo=UTC)
ZONE = "America/Los_Angeles"


@pytest.mark.parametrize(
    ("day", "slot", "cutoff"),
    [
        # The clocks go forward between cut-off and party: 18:00 is an hour later in UTC before.
        (date(2026, 3, 8), time(18), datetime(2026, 3, 5, 2, tzinfo=UTC)),
        (date(2026, 3, 7), time(18), datetime(2026, 3, 4, 2, tzinfo=UTC)),
        # And back.
        (date(2026, 11, 1), time(18), datetime(2026, 10, 29, 1, tzinfo=UTC)),
        (date(2026, 6, 6), time(12), CUTOFF),
        # On the day of the change: an hour that comes twice counts first, one that is skipped counts after.
        (date(2026, 11, 5), time(1, 30), datetime(2026, 11, 1, 8, 30, tzinfo=UTC)),
        (date(2026, 3, 12), time(2, 30), datetime(2026, 3, 8, 10, 30, tzinfo=UTC)),
    ],
)
def test_bk11_the_cutoff_is_wall_time(day, slot, cutoff):
    assert refund_cutoff(zone=ZONE, day=day, slot=slot) == cutoff


def decide(**values):
    return settle(
        **{
            "reason_code": "customer_request",
            "requested_at": CUTOFF,
            "cutoff": CUTOFF,
            "is_locked": False,
            "deposit_cents": 10_000,
            "deposit": "confirmed",
            "paid_cents": 25_000,
            **values,
        }
    )


LATE = CUTOFF + timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("values", "settlement"),
    [
        ({}, Settlement(25_000, "refunded", in_time=True)),
        ({"requested_at": LATE}, Settlement(15_000, "forfeited", in_time=False)),
        ({"requested_at": LATE, "paid_cents": 10_000}, Settlement(0, "forfeited", in_time=False)),
        ({"requested_at": LATE, "paid_cents": 4_000}, Settlement(0, "forfeited", in_time=False)),
        ({"paid_cents": 4_000, "deposit": "pending"}, Settlement(4_000, "refunded", in_time=True)),
        ({"paid_cents": 0, "deposit": "pending"}, Settlement(0, "waived", in_time=True)),
        (
            {"paid_cents": 0, "requested_at": LATE, "deposit": "pending"},
            Settlement(0, "waived", in_time=False),
        ),
        ({"is_locked": True}, Settlement(15_000, "forfeited", in_time=False)),
        (
            {"is_locked": True, "requested_at": LATE, "reason_code": "company_cancelled"},
            Settlement(25_000, "refunded", in_time=True),
        ),
        ({"requested_at": LATE, "reason_code": "duplicate"}, Settlement(25_000, "refunded", in_time=True)),
        ({"reason_code": "weather_no_cover"}, Settlement(15_000, "forfeited", in_time=False)),
        ({"requested_at": LATE, "deposit": "waived"}, Settlement(25_000, "waived", in_time=False)),
    ],
)
def test_bk12_bk14_what_is_refunded(values, settlement):
    assert decide(**values) == settlement


def test_bk12_the_oldest_payment_is_kept_longest():
    deposit, rest, tip = (Refundable(uuid7(), cents) for cents in (10_000, 12_000, 500))
    assert spread(15_000, [deposit, rest, tip]) == [
        tip,
        rest,
        Refundable(deposit.payment_id, 2_500),
    ]
    assert spread(0, [deposit]) == []
    assert spread(700, [deposit, rest, tip]) == [tip, Refundable(rest.payment_id, 200)]
