"""The main job in a browser: log in, confirm a deposit, assign a chef, complete the party, reveal a phone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bookings.enums import BookingStatus
from bookings.models import Booking
from identity.models import StationAuditLog
from tests.common.admin.world_rows import CANARIES
from tests.factories.identity import PASSWORD

pytestmark = pytest.mark.browser


def log_in(page, user):
    page.goto("/admin/")
    page.get_by_label("E-mail").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_text("Today and the next 7 days").first.wait_for()


def test_a_booking_goes_from_deposit_to_completion(world, page):
    booking = world.a.rows["booking"]
    log_in(page, world.manager)
    assert page.get_by_text("Aside Station").count() == 1
    assert page.get_by_text("Bside").count() == 0

    page.locator("#nav-sidebar-apps").get_by_text("Bookings", exact=True).last.click()
    page.locator("#searchbar").fill(CANARIES["a"].phone)
    page.locator("#searchbar").press("Enter")
    page.get_by_text("Showing matches for a pasted phone number").wait_for()
    assert "%2B1510" not in page.url
    page.get_by_role("link", name=booking.reference).click()

    page.get_by_role("link", name="Confirm deposit").click()
    page.get_by_label("Received by").select_option("zelle")
    page.get_by_label("Reference").fill("Z-4711")
    page.get_by_role("button", name="Confirm deposit").click()
    page.get_by_text(f"{booking.reference} is confirmed.").wait_for()

    page.get_by_role("link", name="Assign chef").click()
    chef = page.locator("select[name=chef] option", has_text="Chef Aside").get_attribute("value")
    page.locator("select[name=chef]").select_option(chef)
    page.get_by_role("button", name="Assign chef").click()
    page.get_by_text(f"{booking.reference}: Chef Aside cooks.").wait_for()
    assert page.locator("a[href$='/do/complete/']").count() == 0

    Booking.objects.filter(pk=booking.pk).update(
        starts_at=timezone.now() - timedelta(hours=3), ends_at=timezone.now() - timedelta(hours=1)
    )
    page.reload()
    page.locator("a[href$='/do/complete/']").click()
    page.get_by_role("button", name="Complete").click()
    page.get_by_text(f"{booking.reference} is completed.").wait_for()
    booking.refresh_from_db()
    assert (booking.status, booking.chef.name) == (BookingStatus.COMPLETED, "Chef Aside")


def test_a_refusal_is_read_on_the_page(world, page):
    booking = world.a.rows["booking"]
    log_in(page, world.manager)
    page.goto(f"/admin/bookings/booking/{booking.pk}/do/confirm-deposit/")
    Booking.objects.filter(pk=booking.pk).update(version=9)
    page.get_by_label("Reference").fill("Z-4711")
    page.get_by_role("button", name="Confirm deposit").click()
    page.get_by_role("alert").get_by_text("Someone changed this record meanwhile").wait_for()


def test_a_phone_number_is_revealed_once_and_the_audit_row_is_found(world, page):
    customer = world.a.rows["customer"]
    log_in(page, world.admin)
    page.goto(f"/admin/bookings/customer/{customer.pk}/change/")
    assert CANARIES["a"].phone not in page.content()
    # It stands in the menu behind the buttons.
    page.locator("a", has_text="Reveal personal data").first.dispatch_event("click")
    page.get_by_label("Email").uncheck()
    page.get_by_label("Reason").fill("calling back about the venue")
    page.get_by_role("button", name="Reveal").click()
    page.locator("#revealed").get_by_text(CANARIES["a"].phone).wait_for()
    assert CANARIES["a"].email not in page.content()

    row = StationAuditLog.objects.get(action="view", resource_id=str(customer.pk))
    page.goto(f"/admin/identity/stationauditlog/{row.pk}/change/")
    page.get_by_text("calling back about the venue").wait_for()
    assert CANARIES["a"].phone not in page.content()


def test_an_autocomplete_sends_its_term_in_the_body(world, page):
    log_in(page, world.owner)
    page.goto("/admin/identity/stationuser/add/")
    with page.expect_request("**/autocomplete/**") as asked:
        page.locator(".select2-selection").first.click()
        page.locator(".select2-search__field").fill("Mona")
    assert asked.value.method == "POST"
    assert "Mona" not in asked.value.url
    page.get_by_text("Mona Bside").wait_for()


def test_the_log_in_page_tells_a_lockout_in_words(world, page):
    """AU-5."""
    page.goto("/admin/")
    for attempt in range(6):
        page.get_by_label("E-mail").fill(world.manager.email)
        page.get_by_label("Password").fill(f"wrong password {attempt}")
        page.get_by_role("button", name="Log in").click()
        page.locator(".errornote").first.wait_for()
        if attempt == 2:
            page.get_by_text("2 more attempts before the account is locked").wait_for()
    page.get_by_text("Too many failed attempts; try again later: wait 15 minutes.").wait_for()
