"""A day in the back office in one go: two-step log-in, a deposit, a refused move, a revealed number."""

from datetime import time, timedelta

import pyotp
import pytest
from django.utils import timezone

from bookings.models import Booking
from identity.models import StationAuditLog
from identity.selectors import actor_for
from identity.services.mfa import begin_enrolment, finish_enrolment
from tests.bookings.parties import make_booking
from tests.browser.test_calendar import cell, open_calendar
from tests.browser.test_main_job import log_in
from tests.browser.test_two_steps import first_step
from tests.common.admin.world_rows import CANARIES, soon

pytestmark = pytest.mark.browser


@pytest.fixture
def secret(world):
    """What the admin's authenticator app knows; the code of a minute ago is spent."""
    secret, at = begin_enrolment(user=world.admin).secret, timezone.now() - timedelta(minutes=1)
    code = pyotp.TOTP(secret).at(at)
    finish_enrolment(user=world.admin, code=code, by=actor_for(world.admin), at=at)
    return secret


@pytest.fixture
def party(world):
    """A party whose deposit is awaited, in a week where another evening is full."""
    party = make_booking(
        world.a.station,
        customer=world.a.rows["customer"],
        date=soon(days=20).date(),
        created_at=soon(hours=-1),
    )
    for lane in (1, 2):
        make_booking(world.a.station, date=party.date, slot=time(18), lane=lane)
    return party


def test_a_deposit_a_refused_move_and_a_revealed_number(world, page, party, secret, shots):
    """AU-8, T3, D-5, P-3, P-7."""
    first_step(page, world.admin)
    page.get_by_text("One more step at").wait_for()
    page.get_by_label("Code").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Log in").click()
    page.get_by_text("Today and the next 7 days").first.wait_for()

    page.goto(f"/admin/bookings/booking/{party.pk}/change/")
    page.screenshot(path=shots / "day-1-booking.png", full_page=True)
    page.get_by_role("link", name="Confirm deposit").click()
    page.get_by_label("Received by").select_option("zelle")
    page.get_by_label("Reference").fill("Z-4711")
    page.get_by_role("button", name="Confirm deposit").click()
    page.get_by_text(f"{party.reference} is confirmed.").wait_for()
    page.screenshot(path=shots / "day-2-confirmed.png", full_page=True)

    open_calendar(page, party)
    page.get_by_role("link", name=f"Move {party.reference}").click()
    page.get_by_label("Slot").select_option("18:00")
    page.get_by_role("button", name="Reschedule").click()
    page.get_by_role("alert").get_by_text("This slot is taken").wait_for()
    page.screenshot(path=shots / "day-3-refused.png", full_page=True)
    page.get_by_role("link", name="Back", exact=True).click()
    cell(page, party, "12:00").get_by_text(party.reference).wait_for()
    page.screenshot(path=shots / "day-4-calendar.png", full_page=True)

    customer = party.customer
    page.goto(f"/admin/bookings/customer/{customer.pk}/change/")
    assert CANARIES["a"].phone not in page.content()
    page.goto(f"/admin/bookings/customer/{customer.pk}/reveal/")
    page.get_by_label("Email").uncheck()
    page.get_by_label("Reason").fill("calling back about the venue")
    page.get_by_role("button", name="Reveal").click()
    page.locator("#revealed").get_by_text(CANARIES["a"].phone).wait_for()
    page.screenshot(path=shots / "day-5-revealed.png", full_page=True)
    page.goto(f"/admin/bookings/customer/{customer.pk}/change/")
    line = page.locator("#trail li", has_text="calling back about the venue")
    line.get_by_text("pii.reveal").wait_for()
    line.scroll_into_view_if_needed()
    page.screenshot(path=shots / "day-6-trail.png", full_page=True)
    assert "Adam Admin" in line.inner_text()
    assert CANARIES["a"].phone not in page.content()

    moved = Booking.objects.get(pk=party.pk)
    assert (moved.status, moved.slot, moved.deposit.reference) == ("confirmed", time(12), "Z-4711")
    row = StationAuditLog.objects.get(action="view", resource_id=str(customer.pk))
    assert (row.user, row.reason, row.permissions_used) == (
        world.admin,
        "calling back about the venue",
        ["pii.reveal"],
    )


def dress_up(party, state):
    """Put into the row whatever its page can show in that state."""
    values = {
        "notes": "w" * 300,
        "special_requests": "the gate is behind the second garage " * 8,
        "allergens": ["peanuts", "shellfish", "sesame", "x" * 50],
        "override_reason": "an old customer who pays at once " * 6,
        "is_urgent": True,
        "urgency_alert_count": 3,
    }
    if state == "held":
        values |= {"hold_on_request": True, "held_at": soon(), "hold_reason": "waits for insurance " * 10}
    if state in {"asked", "cancelled"}:
        values |= {
            "cancellation_requested_at": soon(),
            "cancellation_reason": "the whole family is down with a cold " * 8,
            "cancellation_reason_code": "customer_request",
        }
    if state == "cancelled":
        values |= {"status": "cancelled", "cancelled_at": soon()}
    if state == "confirmed":
        values |= {"status": "confirmed", "deposit_confirmed_at": soon()}
    Booking.objects.filter(pk=party.pk).update(**values)


def test_the_page_of_a_booking_is_no_wider_than_its_window(world, page, party, shots):
    log_in(page, world.manager)
    widths = {}
    for state in ("plain", "held", "confirmed", "asked", "cancelled"):
        dress_up(party, state)
        for width in (390, 1024, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(f"/admin/bookings/booking/{party.pk}/change/")
            widths[state, width] = page.evaluate("document.documentElement.scrollWidth")
        page.screenshot(path=shots / f"booking-{state}.png", full_page=True)
    assert {key: found for key, found in widths.items() if found != key[1]} == {}
