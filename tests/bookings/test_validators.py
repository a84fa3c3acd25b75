from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from bookings import exceptions
from bookings.validators import check_consents, check_details, check_party, check_slot, waives_lead
from common.exceptions import FieldError, ValidationFailed
from tests.bookings.test_calendar import make_calendar
from tests.factories.bookings import RequestFactory

NOW = datetime(2026, 3, 6, 19, tzinfo=UTC)
SUNDAY = date(2026, 3, 8)
SECOND = timedelta(seconds=1)


def refused(error, *args, **kwargs):
    with pytest.raises(error) as caught:
        check_slot(make_calendar(), *args, **kwargs)
    return caught.value


def test_s4_s8_lead_time_is_elapsed_time_over_the_change_of_clocks():
    start = check_slot(make_calendar(), SUNDAY, time(12), at=NOW, staff=False)
    assert start == datetime(2026, 3, 8, 19, tzinfo=UTC)
    refusal = refused(exceptions.LeadTimeTooShort, SUNDAY, time(12), at=NOW + SECOND, staff=False)
    assert (refusal.code, refusal.status, refusal.extra) == (
        "lead_time_too_short",
        422,
        {"lead_time_hours": 48},
    )


def test_s4_staff_need_24_hours_and_an_override_none():
    late = NOW + timedelta(hours=24)
    assert check_slot(make_calendar(), SUNDAY, time(12), at=late, staff=True)
    refused(exceptions.LeadTimeTooShort, SUNDAY, time(12), at=late + SECOND, staff=True)
    minutes_before = datetime(2026, 3, 8, 18, 59, tzinfo=UTC)
    assert check_slot(make_calendar(), SUNDAY, time(12), at=minutes_before, staff=True, waive_lead=True)


def test_s5_past_and_horizon():
    after_start = datetime(2026, 3, 8, 19, 0, 1, tzinfo=UTC)
    refused(exceptions.SlotInPast, SUNDAY, time(12), at=after_start, staff=True, waive_lead=True)
    refused(exceptions.SlotInPast, date(2026, 3, 5), time(12), at=NOW, staff=True)
    refused(exceptions.SlotInPast, date.min, time(12), at=NOW, staff=True)
    assert check_slot(make_calendar(), date(2027, 3, 6), time(12), at=NOW, staff=False)
    refusal = refused(exceptions.BeyondHorizon, date(2027, 3, 7), time(12), at=NOW, staff=False)
    assert refusal.extra == {"last_date": "2027-03-06"}
    refused(exceptions.BeyondHorizon, date.max, time(12), at=NOW, staff=False)


@pytest.mark.parametrize(
    ("day", "slot", "reason"),
    [
        (date(2026, 7, 4), time(12), "blackout"),
        (date(2026, 7, 3), time(13), "closed"),
        (SUNDAY, time(2, 30), "nonexistent"),
    ],
)
def test_s1_s8_slot_not_offered(day, slot, reason):
    refusal = refused(exceptions.SlotNotOffered, day, slot, at=NOW, staff=False)
    assert (refusal.code, refusal.status, refusal.extra) == ("slot_not_offered", 422, {"reason": reason})


def test_s6_party_size_invalid():
    big = RequestFactory.build(adults=51)
    check_party(big, override=True)
    with pytest.raises(exceptions.PartySizeInvalid) as caught:
        check_party(big, override=False)
    assert caught.value.extra == {"max_guests": 50}
    with pytest.raises(exceptions.PartySizeInvalid):
        check_party(replace(big, adults=101), override=True)


def test_t1_terms_and_allergens():
    request = RequestFactory.build()
    check_consents(request, staff=False)
    silent = replace(request, terms_accepted=False)
    check_consents(silent, staff=True)
    check_consents(silent, staff=False, terms_needed=False)
    with pytest.raises(exceptions.TermsNotAccepted):
        check_consents(silent, staff=False)
    with pytest.raises(exceptions.AllergensRequired):
        check_consents(replace(request, allergens=()), staff=True)


def test_s4_s7_details_that_contradict_the_request():
    request = RequestFactory.build(requested_time=time(13, 30), override_reason="too short")
    with pytest.raises(ValidationFailed) as caught:
        check_details(request, override=True)
    assert [(error.pointer, error.code) for error in caught.value.errors] == [
        ("/requested_time", "invalid"),
        ("/override_reason", "min_length"),
    ]
    assert isinstance(caught.value.errors[0], FieldError)
    check_details(replace(request, requested_time=time(12, 30)), override=False)


def test_s4_only_an_override_with_reason_waives():
    request = RequestFactory.build(override_reason="A regular who never cancels")
    assert waives_lead(request, override=True)
    assert not waives_lead(request, override=False)
    assert not waives_lead(replace(request, override_reason=""), override=True)
