"""S-1, S-4, 4.1, Q-7, Q-12, N-7: what a station's JSON means."""

from datetime import date, time

import pytest

from identity.selectors.station_settings import StationSettings, check_station_json, station_settings
from tests.factories.identity import StationFactory

OPEN = (time(11), time(22))


def settings_of(**fields):
    return station_settings(StationFactory.build(**fields))


def test_defaults():
    assert settings_of() == StationSettings(
        slots=(time(12), time(15), time(18), time(21)),
        public_lead_time_hours=48,
        booking_lead_time_hours=24,
        blackout_dates=frozenset(),
        deposit_cents=10_000,
        reschedule_fee_cents=20_000,
        tax_rate_bps=825,
        card_fee=True,
        quiet_hours=(time(8), time(21)),
        alert_emails=(),
        hours=(OPEN,) * 7,
    )


def test_everything_given():
    settings = {
        "slots": ["11:30", "17:00"],
        "public_lead_time_hours": 72,
        "blackout_dates": ["2026-12-25"],
        "deposit_cents": 0,
        "reschedule_fee_cents": 1,
        "tax_rate_bps": 1_000,
        "card_fee": False,
        "quiet_hours": {"open": "09:00", "close": "20:00"},
        "alert_emails": ["boss@stations.example"],
    }
    hours = {"saturday": {"open": "10:00", "close": "23:30"}, "sunday": None}
    assert settings_of(settings=settings, business_hours=hours) == StationSettings(
        slots=(time(11, 30), time(17)),
        public_lead_time_hours=72,
        booking_lead_time_hours=24,
        blackout_dates=frozenset({date(2026, 12, 25)}),
        deposit_cents=0,
        reschedule_fee_cents=1,
        tax_rate_bps=1_000,
        card_fee=False,
        quiet_hours=(time(9), time(20)),
        alert_emails=("boss@stations.example",),
        hours=(None, None, None, None, None, (time(10), time(23, 30)), None),
    )
    assert check_station_json(settings=settings, business_hours=hours) == []


def test_s4_public_lead_time_is_never_under_that_of_staff():
    assert settings_of(booking_lead_time_hours=60).public_lead_time_hours == 60
    assert (
        settings_of(booking_lead_time_hours=10, settings={"public_lead_time_hours": 5}).public_lead_time_hours
        == 10
    )


@pytest.mark.parametrize(
    ("settings", "pointer", "message"),
    [
        ([], "/settings", "must be a JSON object"),
        ({"slot": []}, "/settings/slot", "is no setting of a station"),
        ({"a/b~c": 1}, "/settings/a~1b~0c", "is no setting of a station"),
        ({"slots": []}, "/settings/slots", "must be different times in rising order, at least one"),
        (
            {"slots": ["12:00", "12:00"]},
            "/settings/slots",
            "must be different times in rising order, at least one",
        ),
        (
            {"slots": ["15:00", "12:00"]},
            "/settings/slots",
            "must be different times in rising order, at least one",
        ),
        ({"slots": "12:00"}, "/settings/slots", "must be a list of at most 400 items"),
        ({"slots": ["12"]}, "/settings/slots", "must be a time like 18:00"),
        ({"slots": ["25:00"]}, "/settings/slots", "must be a time like 18:00"),
        ({"slots": [12]}, "/settings/slots", "must be a time like 18:00"),
        ({"blackout_dates": ["2026-02-30"]}, "/settings/blackout_dates", "must be a date like 2026-12-31"),
        ({"blackout_dates": ["20260201"]}, "/settings/blackout_dates", "must be a date like 2026-12-31"),
        ({"blackout_dates": [None]}, "/settings/blackout_dates", "must be a date like 2026-12-31"),
        ({"tax_rate_bps": True}, "/settings/tax_rate_bps", "must be a whole number from 0 to 10000"),
        ({"tax_rate_bps": 8.25}, "/settings/tax_rate_bps", "must be a whole number from 0 to 10000"),
        ({"deposit_cents": -1}, "/settings/deposit_cents", "must be a whole number from 0 to 10000000"),
        ({"card_fee": "yes"}, "/settings/card_fee", "must be true or false"),
        ({"quiet_hours": []}, "/settings/quiet_hours", 'must be like {"open": "11:00", "close": "22:00"}'),
        (
            {"quiet_hours": {"open": "07:00", "close": "20:00"}},
            "/settings/quiet_hours",
            "may narrow 08:00 to 21:00, never widen it",
        ),
        ({"alert_emails": ["nobody"]}, "/settings/alert_emails", "must be an e-mail address"),
    ],
)
def test_wrong_settings_are_named_and_count_as_absent(settings, pointer, message):
    assert [(e.pointer, e.message) for e in check_station_json(settings=settings, business_hours={})] == [
        (pointer, message)
    ]
    assert settings_of(settings=settings) == StationSettings()


@pytest.mark.parametrize(
    ("hours", "pointer", "message"),
    [
        ([], "/business_hours", "must be a JSON object"),
        (None, "/business_hours", "must be a JSON object"),
        ({"Monday": None}, "/business_hours/Monday", "is no setting of a station"),
        (
            {"monday": {"open": "22:00", "close": "11:00"}},
            "/business_hours/monday",
            "must open before it closes",
        ),
        (
            {"monday": {"open": "22:00"}},
            "/business_hours/monday",
            'must be like {"open": "11:00", "close": "22:00"}',
        ),
    ],
)
def test_wrong_hours_are_named_and_count_as_absent(hours, pointer, message):
    assert [(e.pointer, e.message) for e in check_station_json(settings={}, business_hours=hours)] == [
        (pointer, message)
    ]
    assert settings_of(business_hours=hours).hours == (OPEN,) * 7
