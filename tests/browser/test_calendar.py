"""The calendar in a browser: a party is moved, by form and by dragging, and a refusal is read on the page."""

from datetime import time

import pytest

from bookings.models import Booking
from identity.models import StationAuditLog
from tests.bookings.parties import make_booking
from tests.browser.test_main_job import log_in
from tests.common.admin.world_rows import CANARIES, soon

pytestmark = pytest.mark.browser


@pytest.fixture
def party(world):
    return make_booking(world.a.station, date=soon(days=20).date(), created_at=soon(days=-1))


def open_calendar(page, party, view="week"):
    page.locator("#nav-sidebar-apps").get_by_text("Calendar", exact=True).click()
    page.get_by_role("navigation", name="View").wait_for()
    page.goto(f"/admin/calendar/?station={party.station.code}&date={party.date}&view={view}")


def cell(page, party, slot):
    return page.locator(f"[data-date='{party.date}'][data-slot='{slot}']")


def test_d5_a_move_onto_a_taken_slot_is_refused_in_words_and_an_alternative_taken(world, page, party, shots):
    for lane in (1, 2):
        make_booking(world.a.station, date=party.date, slot=time(18), lane=lane)
    log_in(page, world.manager)
    open_calendar(page, party)
    page.screenshot(path=shots / "calendar-week.png")
    page.get_by_role("link", name=f"Move {party.reference}").click()
    page.get_by_label("Slot").select_option("18:00")
    page.get_by_role("button", name="Reschedule").click()
    page.get_by_role("alert").get_by_text("This slot is taken").wait_for()
    page.screenshot(path=shots / "refusal.png")

    page.get_by_role("link", name=f"{party.date}, 15:00").click()
    assert page.get_by_label("Slot").input_value() == "15:00"
    page.get_by_role("button", name="Reschedule").click()
    page.get_by_text(f"{party.reference} takes place").wait_for()
    assert "/admin/calendar/" in page.url
    cell(page, party, "15:00").get_by_text(party.reference).wait_for()
    party.refresh_from_db()
    assert (party.slot, party.version) == (time(15), 2)


def test_bk13_a_party_is_dragged_to_another_slot_and_a_form_asks_first(world, page, party):
    log_in(page, world.manager)
    open_calendar(page, party)
    page.locator("article", has_text=party.reference).drag_to(cell(page, party, "21:00"))
    page.get_by_role("button", name="Reschedule").wait_for()
    assert page.get_by_label("Slot").input_value() == "21:00"
    assert Booking.objects.get(pk=party.pk).version == 1
    page.get_by_role("button", name="Reschedule").click()
    page.get_by_text(f"{party.reference} takes place").wait_for()
    cell(page, party, "21:00").get_by_text(party.reference).wait_for()


def test_arrow_keys_walk_from_slot_to_slot(world, page, party):
    log_in(page, world.manager)
    open_calendar(page, party)
    page.locator("a.hb-open", has_text=party.reference).focus()
    for key, slot in (("ArrowDown", "12:00"), ("ArrowDown", "15:00"), ("ArrowUp", "12:00")):
        page.keyboard.press(key)
        here = "document.activeElement.closest('[data-slot]').dataset.slot"
        assert page.evaluate(here) == slot


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize(
    "path", ["calendar/?view=week", "calendar/?view=month", "to-do/", "analytics/?period=ahead"]
)
def test_no_page_is_wider_than_its_window(world, page, party, shots, width, path):
    log_in(page, world.manager)
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"/admin/{path}")
    page.screenshot(path=shots / f"{path.partition('/')[0]}-{path[-5:]}-{width}.png".replace("/", ""))
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_p3_a_phone_number_is_revealed_and_its_audit_row_stands_on_the_page(world, page):
    customer = world.a.rows["customer"]
    log_in(page, world.admin)
    page.goto(f"/admin/bookings/customer/{customer.pk}/reveal/")
    page.get_by_label("Email").uncheck()
    page.get_by_label("Reason").fill("calling back about the venue")
    page.get_by_role("button", name="Reveal").click()
    page.locator("#revealed").get_by_text(CANARIES["a"].phone).wait_for()

    assert StationAuditLog.objects.filter(action="view", resource_id=str(customer.pk)).count() == 1
    page.goto(f"/admin/bookings/customer/{customer.pk}/change/")
    line = page.locator("#trail li", has_text="calling back about the venue")
    line.get_by_text("pii.reveal").wait_for()
    assert "Adam Admin" in line.inner_text()
    assert CANARIES["a"].phone not in page.content()
