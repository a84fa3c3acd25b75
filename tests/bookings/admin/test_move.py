"""BK-13 from the calendar: the form moves a party, and a refusal is read in words with alternatives."""

from datetime import time, timedelta

import pytest

from bookings.enums import BookingStatus, PriceAdjustmentKind
from bookings.models import Booking, SlotClaim
from bookings.services.life_cycle import hold_booking
from common.admin.display import local_time
from identity.models import StationAuditLog
from identity.selectors import actor_for
from tests.bookings.admin.pages import change, messages_of
from tests.bookings.parties import make_booking
from tests.common.admin.world_rows import soon

pytestmark = pytest.mark.django_db


@pytest.fixture
def booking(world):
    return make_booking(world.a.station, date=soon(days=20).date(), created_at=soon(days=-1))


def url(booking):
    return f"/admin/bookings/booking/{booking.pk}/do/reschedule/"


def move(client, booking, query="", **data):
    return client.post(f"{url(booking)}{query}", {"seen": booking.version, **data})


def fill(station, day, slot, lanes=(1, 2)):
    return [make_booking(station, date=day, slot=slot, lane=lane) for lane in lanes]


def test_bk13_a_party_moves_and_the_calendar_opens_again(client, world, booking):
    day = booking.date + timedelta(days=7)
    answer = move(client, booking, "?back=/admin/calendar/", date=day.isoformat(), slot="18:00")
    booking.refresh_from_db()
    assert (booking.date, f"{booking.slot:%H:%M}", booking.version) == (day, "18:00", 2)
    assert (answer.status_code, answer.url) == (302, "/admin/calendar/")
    assert messages_of(answer) == [
        f"{booking.reference} takes place {local_time(booking.starts_at, booking.station.timezone)}."
    ]
    claim = SlotClaim.objects.get(booking=booking)
    assert (claim.date, claim.slot) == (booking.date, booking.slot)


def test_from_the_bookings_page_it_leads_back_there(client, booking):
    answer = move(client, booking, date=booking.date.isoformat(), slot="21:00")
    assert answer.url == change(booking)


def test_d5_a_taken_slot_is_refused_in_words_with_slots_to_choose_instead(client, world, booking):
    fill(world.a.station, booking.date, time(18))
    answer = move(client, booking, "?back=/admin/calendar/", date=booking.date.isoformat(), slot="18:00")
    assert answer.status_code == 409
    text = answer.content.decode()
    alternatives = answer.context["alternatives"]
    # The slot where it stands has a lane left, but is no move.
    own = (booking.date.isoformat(), "12:00")
    assert own not in [(choice["date"], choice["slot"]) for choice in alternatives]
    assert [(choice["date"], choice["slot"]) for choice in alternatives[:2]] == [
        (booking.date.isoformat(), "15:00"),
        (booking.date.isoformat(), "21:00"),
    ]
    assert f"?back=%2Fadmin%2Fcalendar%2F&amp;date={booking.date}&amp;slot=15%3A00" in text
    assert answer.context["form"].non_field_errors() == ["This slot is taken"]
    booking.refresh_from_db()
    assert (booking.version, f"{booking.slot:%H:%M}") == (1, "12:00")


def test_the_query_fills_the_form_and_nonsense_does_not(client, booking):
    day = (booking.date + timedelta(days=1)).isoformat()
    form = client.get(url(booking), {"date": day, "slot": "15:00"}).context["form"]
    assert (form["date"].value(), form["slot"].value()) == (day, "15:00")
    form = client.get(url(booking), {"date": "tomorrow", "slot": "25:99"}).context["form"]
    assert (form["date"].value(), form["slot"].value()) == (booking.date, "12:00")


def test_bk13_a_second_move_costs_the_fee_unless_it_is_waived_with_a_reason(client, booking):
    move(client, booking, date=booking.date.isoformat(), slot="18:00")
    booking.refresh_from_db()
    refused = move(client, booking, date=booking.date.isoformat(), slot="21:00", waive_fee="on")
    assert "reason" in refused.context["form"].errors
    reason = "our chef was ill that day"
    move(client, booking, date=booking.date.isoformat(), slot="21:00", waive_fee="on", reason=reason)
    booking.refresh_from_db()
    fees = booking.price_adjustments.filter(kind=PriceAdjustmentKind.RESCHEDULE_FEE)
    assert (f"{booking.slot:%H:%M}", fees.count()) == ("21:00", 0)
    row = StationAuditLog.objects.filter(resource_id=str(booking.pk), reason=reason).get()
    assert row.permissions_used == ["booking.reschedule", "booking.override"]
    move(client, booking, date=booking.date.isoformat(), slot="18:00")
    assert fees.get().amount_cents == 20_000


def test_bk3_a_booking_that_changed_meanwhile_is_not_moved(client, world, booking):
    hold_booking(
        booking=Booking.objects.get(pk=booking.pk),
        reason="waits for the insurance",
        expected_version=None,
        by=actor_for(world.manager),
        at=soon(),
    )
    answer = move(client, booking, date=booking.date.isoformat(), slot="18:00")
    assert answer.status_code == 412


def test_what_is_over_is_not_offered_to_move(client, booking):
    assert url(booking) in client.get(change(booking)).content.decode()
    Booking.objects.filter(pk=booking.pk).update(status=BookingStatus.COMPLETED)
    assert url(booking) not in client.get(change(booking)).content.decode()
