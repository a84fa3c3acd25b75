"""The decisions of section 5 from the booking's page: what is offered, done, refused in words."""

from datetime import time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from bookings.enums import BookingStatus
from bookings.models import Booking, BookingReminder, Customer, SlotClaim
from bookings.services.customers import delete_customer
from bookings.services.removals import delete_booking
from common.actors import SystemActor
from identity.enums import UserRole
from tests.bookings.admin.pages import change, do, messages_of
from tests.bookings.parties import make_booking, make_chef
from tests.factories.bookings import AddonItemFactory, MenuItemFactory, PricingTierFactory
from tests.factories.identity import make_staff

REASON = "the birthday was moved"
SYSTEM = SystemActor("test")


@pytest.fixture
def prices(world):
    PricingTierFactory()
    MenuItemFactory()
    AddonItemFactory()


def log_in(client, world, role, **link):
    client.force_login(make_staff(role, world.a.station, **link), backend="identity.backends.StaffBackend")


def offered(client, booking):
    page = client.get(change(booking)).content.decode()
    base = reverse("admin:bookings_booking_do", args=[booking.pk, "x"]).removesuffix("x/")
    return {part.split("/")[0] for part in page.split(base)[1:]}


def test_bk13_a_party_moves_and_a_taken_slot_is_told(client, booking, confirmed, world, prices):
    day = (timezone.now() + timedelta(days=40)).date()
    # Priced anew from the list of today: these rows keep no quote.
    Booking.objects.update(metadata={})
    form = client.get(reverse("admin:bookings_booking_do", args=[booking.pk, "reschedule"])).context["form"]
    assert [value for value, _label in form.fields["slot"].choices] == ["12:00", "15:00", "18:00", "21:00"]
    answer = do(client, booking, "reschedule", date=day.isoformat(), slot="18:00")
    assert answer.status_code == 302, answer.context["form"].errors
    booking.refresh_from_db()
    assert (booking.date, f"{booking.slot:%H:%M}", booking.version) == (day, "18:00", 2)
    assert "takes place" in messages_of(answer)[0]
    for lane in range(2, world.a.station.slot_capacity + 1):
        make_booking(world.a.station, date=day, slot=booking.slot, lane=lane)
    lost = do(client, confirmed, "reschedule", date=day.isoformat(), slot="18:00")
    assert (lost.status_code, lost.context["form"].non_field_errors()) == (409, ["This slot is taken"])
    assert len(lost.context["alternatives"]) == 6


def test_bk9_bk10_two_people_cancel(client, world):
    day = (timezone.now() + timedelta(days=40)).date()
    confirmed = make_booking(world.a.station, date=day, status="confirmed")
    short = do(client, confirmed, "request-cancellation", reason="short", reason_code="other")
    assert "reason" in short.context["form"].errors
    assert (
        do(client, confirmed, "request-cancellation", reason=REASON, reason_code="other").status_code == 302
    )
    confirmed.refresh_from_db()
    assert {"approve-cancellation", "reject-cancellation"} <= offered(client, confirmed)
    mine = do(client, confirmed, "approve-cancellation")
    assert (mine.status_code, mine.context["form"].non_field_errors()) == (
        403,
        ["Somebody else has to approve what you asked for"],
    )
    log_in(client, world, UserRole.STATION_MANAGER)
    assert do(client, confirmed, "reject-cancellation", reason=REASON).status_code == 302
    confirmed.refresh_from_db()
    assert confirmed.cancellation_status == "rejected"
    client.force_login(world.manager, backend="identity.backends.StaffBackend")
    do(client, confirmed, "request-cancellation", reason=REASON, reason_code="company_cancelled")
    confirmed.refresh_from_db()
    log_in(client, world, UserRole.STATION_MANAGER)
    assert do(client, confirmed, "approve-cancellation", note="spoke on the phone").status_code == 302
    confirmed.refresh_from_db()
    assert (confirmed.status, confirmed.cancellation_note) == (BookingStatus.CANCELLED, "spoke on the phone")
    assert not SlotClaim.objects.filter(booking=confirmed).exists()


def test_r4_the_desk_asks_and_others_decide(client, booking, world):
    client.force_login(world.support, backend="identity.backends.StaffBackend")
    assert {"request-cancellation", "reschedule"} <= offered(client, booking)
    assert do(client, booking, "approve-cancellation").status_code == 403
    for action in ("correct", "reinstate", "delete", "restore"):
        assert do(client, booking, action, reason=REASON).status_code == 403


def test_t10_bk19_an_admin_reinstates_deletes_and_restores(client, world):
    log_in(client, world, UserRole.ADMIN)
    booking = make_booking(
        world.a.station,
        date=(timezone.now() + timedelta(days=50)).date(),
        status="cancelled",
        cancelled_at=timezone.now(),
        cancellation_reason_code="other",
    )
    assert {"reinstate", "delete"} <= offered(client, booking)
    assert do(client, booking, "delete", reason=REASON).status_code == 302
    booking.refresh_from_db()
    assert booking.deleted_at is not None
    assert offered(client, booking) == {"restore"}
    assert do(client, booking, "restore").status_code == 302
    booking.refresh_from_db()
    assert booking.deleted_at is None
    assert do(client, booking, "reinstate", reason=REASON).status_code == 302
    booking.refresh_from_db()
    assert booking.status == BookingStatus.NEW
    refused = do(client, booking, "delete", reason=REASON)
    assert refused.status_code == 409
    delete_me = make_booking(world.a.station, status="completed")
    delete_booking(
        booking=delete_me,
        reason=REASON,
        expected_version=None,
        by=SYSTEM,
        at=timezone.now() - timedelta(days=31),
    )
    delete_me.refresh_from_db()
    late = do(client, delete_me, "restore")
    assert late.context["form"].non_field_errors() == ["This was deleted too long ago to be restored"]


def test_t9_a_completed_party_becomes_a_no_show(client, world):
    log_in(client, world, UserRole.ADMIN)
    start = timezone.now() - timedelta(days=1)
    booking = make_booking(
        world.a.station, status="completed", starts_at=start, ends_at=start + timedelta(hours=2)
    )
    assert "correct" in offered(client, booking)
    assert do(client, booking, "correct", reason=REASON).status_code == 302
    booking.refresh_from_db()
    assert booking.status == BookingStatus.NO_SHOW


def test_bk18_staff_add_a_reminder(client, booking):
    at = (timezone.now() + timedelta(days=1)).replace(second=0, microsecond=0)
    answer = do(
        client,
        booking,
        "add-reminder",
        reminder_type="email",
        scheduled_for=at.astimezone(ZoneInfo(booking.station.timezone)).strftime("%Y-%m-%dT%H:%M"),
        message="Please keep the dog inside",
    )
    assert answer.status_code == 302, answer.context["form"].errors
    reminder = BookingReminder.objects.get(booking=booking, purpose="custom")
    assert (reminder.scheduled_for, reminder.message) == (at, "Please keep the dog inside")


def test_bk15_a_way_that_takes_too_long_needs_the_override(client, booking, world):
    chef = make_chef(world.a.station)
    make_booking(
        world.a.station,
        date=booking.date,
        slot=time(15),
        lane=2,
        starts_at=booking.starts_at + timedelta(hours=3),
        postal_code="95825",
        chef=chef,
    )
    refused = do(client, booking, "assign-chef", chef=chef.pk)
    assert (refused.status_code, "takes too long" in refused.content.decode()) == (409, True)
    assert do(client, booking, "assign-chef", chef=chef.pk, override="on").status_code == 302
    booking.refresh_from_db()
    assert booking.chef == chef


def test_bk16_the_form_tells_scores_with_their_parts(client, booking, world):
    chef = make_chef(world.a.station, name="Ken")
    make_booking(world.a.station, date=booking.date, slot=booking.slot, lane=2, chef=chef)
    form = client.get(reverse("admin:bookings_booking_do", args=[booking.pk, "assign-chef"])).context["form"]
    labels = [label for _value, label in form.fields["chef"].choices]
    assert labels[0] == "Nobody"
    assert labels[1].startswith("Chef Aside: ")
    assert " points (travel " in labels[1]
    assert labels[2] == "Ken: cooks elsewhere then"


def test_bk19_a_customer_is_restored(client, world):
    log_in(client, world, UserRole.ADMIN)
    customer = Customer.objects.create(
        station=world.a.station,
        first_name="Bea",
        last_name="Kim",
        email="bea@example.com",
        phone="+15105550177",
    )
    delete_customer(customer=customer, reason=REASON, by=SYSTEM, at=timezone.now())
    customer.refresh_from_db()
    address = reverse("admin:bookings_customer_do", args=[customer.pk, "restore"])
    page = client.get(reverse("admin:bookings_customer_change", args=[customer.pk])).content.decode()
    assert address in page
    assert client.post(address, {"seen": customer.updated_at.isoformat()}).status_code == 302
    customer.refresh_from_db()
    assert customer.deleted_at is None
