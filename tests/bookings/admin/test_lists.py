"""Lists cost the same whatever they hold; customers, chefs, holds and the dashboard."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bookings.enums import BookingStatus, HoldStatus
from bookings.models import Booking, Chef, Customer, ReservationHold, SlotClaim
from bookings.selectors.dashboard import get_dashboard
from common.actors import SystemActor
from common.admin.forms import stamp
from identity.selectors import actor_for
from tests.bookings.parties import make_booking, make_chef, make_customer, make_station
from tests.common.admin.world_rows import CANARIES, soon


@pytest.fixture
def manager(client, world):
    client.force_login(world.manager, backend="identity.backends.StaffBackend")
    return client


def queries(client, address):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def three_more(world):
    for number in range(2):
        customer = make_customer(world.a.station)
        booking = make_booking(
            world.a.station,
            customer=customer,
            chef=make_chef(world.a.station),
            status=BookingStatus.CONFIRMED,
            date=timezone.now().date() + timedelta(days=number + 1),
        )
        hold = ReservationHold.objects.create(
            station=world.a.station,
            date=booking.date,
            slot=booking.slot,
            lane=2,
            starts_at=booking.starts_at,
            name="Hal Hold",
            email=f"hal{number}@people.example",
            phone="+15105550199",
            request={},
            party_adults=4,
            deposit_cents=10_000,
            signing_token_hash=f"{number}" * 64,
            signing_deadline_at=soon(hours=2),
        )
        SlotClaim.objects.create(station=world.a.station, date=hold.date, slot=hold.slot, lane=2, hold=hold)


LISTS = [
    "booking",
    "customer",
    "chef",
    "reservationhold",
    "slotclaim",
    "deposit",
    "payment",
    "bookingreminder",
]


def test_lists_and_the_first_page_run_a_constant_number_of_queries(manager, world):
    addresses = [reverse(f"admin:bookings_{name}_changelist") for name in LISTS] + [reverse("admin:index")]
    for address in addresses:
        manager.get(address)
    before = {address: queries(manager, address) for address in addresses}
    three_more(world)
    assert {address: queries(manager, address) for address in addresses} == before
    assert before[reverse("admin:bookings_booking_changelist")] == 7
    assert before[reverse("admin:index")] == 10


def test_the_booking_page_runs_a_constant_number_of_queries(manager, world):
    small, busy = world.a.rows["booking"], world.a.rows["confirmed"]
    for booking in (small, busy):
        manager.get(reverse("admin:bookings_booking_change", args=[booking.pk]))
    first = queries(manager, reverse("admin:bookings_booking_change", args=[busy.pk]))
    for number in range(3):
        busy.price_adjustments.create(kind="manual", amount_cents=100 + number, reason="ten characters")
    assert queries(manager, reverse("admin:bookings_booking_change", args=[busy.pk])) == first


def test_the_dashboard_counts_what_the_manager_may_see(world):
    station, now = world.a.station, timezone.now()
    overdue = make_booking(
        station, lane=2, date=now.date() + timedelta(days=3), created_at=now - timedelta(hours=5)
    )
    chefless = make_booking(station, status=BookingStatus.CONFIRMED, date=now.date() + timedelta(days=2))
    make_booking(world.b.station, status=BookingStatus.CONFIRMED, date=now.date() + timedelta(days=2))
    dashboard = get_dashboard(actor=actor_for(world.manager), at=now)
    assert [board.station for board in dashboard.boards] == [station]
    assert dashboard.without_chef == [chefless]
    assert dashboard.deposits_overdue == [overdue]
    assert dashboard.holds == [world.a.rows["reservationhold"]]
    assert (dashboard.figures.without_chef, dashboard.figures.deposits_overdue, dashboard.figures.holds) == (
        1,
        1,
        1,
    )
    cells = {(cell.date, cell.slot): cell for _slot, row in dashboard.boards[0].rows for cell in row}
    cell = cells[chefless.date, chefless.slot]
    assert (cell.taken, cell.capacity, cell.without_chef, cell.tone) == (1, 2, 1, "some")
    assert {cell.tone for cell in cells.values()} >= {"free", "some"}


def test_the_dashboard_draws_a_full_slot_and_limits_its_stations(world):
    now = timezone.now()
    station = make_station(slot_capacity=1, code="AA-FIRST-000")
    party = make_booking(station, status=BookingStatus.CONFIRMED, date=now.date() + timedelta(days=2))
    for _ in range(14):
        make_station()
    dashboard = get_dashboard(actor=SystemActor("test"), at=now)
    assert (len(dashboard.boards), dashboard.stations_left_out) == (12, 5)
    full = [cell for _slot, row in dashboard.boards[0].rows for cell in row if cell.tone == "full"]
    assert [(cell.date, cell.slot) for cell in full] == [(party.date, party.slot)]


def test_a_customer_is_created_and_changed_through_the_service(manager, world):
    add = reverse("admin:bookings_customer_add")
    data = {
        "station": world.a.station.pk,
        "first_name": "Nina",
        "last_name": "Novak",
        "timezone": "America/Los_Angeles",
        "tags": "vip,regular",
    }
    missing = manager.post(add, data)
    assert set(missing.context["adminform"].form.errors) == {"new_email", "new_phone"}
    contacts = {"new_email": "Nina@People.example", "new_phone": "510 555 0155"}
    assert manager.post(add, {**data, **contacts}).status_code == 302
    customer = Customer.objects.get(last_name="Novak")
    assert (customer.email, customer.phone, customer.tags) == (
        "nina@people.example",
        "+15105550155",
        ["vip", "regular"],
    )
    taken = manager.post(add, {**data, **contacts})
    assert taken.context["adminform"].form.non_field_errors() == [
        "The station knows a customer with this e-mail already."
    ]
    change = reverse("admin:bookings_customer_change", args=[customer.pk])
    page = manager.get(change)
    inline = page.context["inline_admin_formsets"][0].formset.prefix
    kept = {
        **data,
        "seen": stamp(customer),
        "first_name": "Nora",
        f"{inline}-TOTAL_FORMS": 0,
        f"{inline}-INITIAL_FORMS": 0,
    }
    wrong = manager.post(change, {**kept, "new_phone": "12"})
    assert wrong.context["adminform"].form.errors == {"new_phone": ["This is no phone number."]}
    assert manager.post(change, {**kept, "new_email": "nora@people.example"}).status_code == 302
    customer.refresh_from_db()
    assert (customer.first_name, customer.email) == ("Nora", "nora@people.example")


def test_a_deleted_customer_is_read_only(client, world):
    Customer.objects.filter(pk=world.a.rows["customer"].pk).update(
        deleted_at=timezone.now(), delete_reason="asked us to"
    )
    client.force_login(world.admin, backend="identity.backends.StaffBackend")
    page = client.get(reverse("admin:bookings_customer_change", args=[world.a.rows["customer"].pk]))
    assert page.status_code == 200
    assert not page.context["has_change_permission"]


def test_a_chef_is_created_changed_and_taken_out_of_service(manager, world):
    add = reverse("admin:bookings_chef_add")
    data = {
        "station": world.a.station.pk,
        "name": "Kei",
        "is_active": "on",
        "buffer_setup_minutes": 30,
        "buffer_teardown_minutes": 30,
        "skills": "beef",
        "zones": "",
    }
    assert "new_email" in manager.post(add, data).context["adminform"].form.errors
    assert manager.post(add, {**data, "new_email": "kei@people.example"}).status_code == 302
    chef = Chef.objects.get(name="Kei")
    change = reverse("admin:bookings_chef_change", args=[chef.pk])
    renamed = {**data, "seen": stamp(chef), "name": "Kei T.", "new_phone": "5105550166"}
    assert manager.post(change, renamed).status_code == 302
    chef.refresh_from_db()
    assert (chef.name, chef.phone, chef.email) == ("Kei T.", "+15105550166", "kei@people.example")
    leave = reverse("admin:bookings_chef_do", args=[chef.pk, "deactivate"])
    assert manager.post(leave, {"seen": stamp(chef), "reason": "moved to Oregon"}).status_code == 302
    chef.refresh_from_db()
    assert not chef.is_active
    found = manager.post(reverse("admin:bookings_chef_search"), {"q": "chef.a@canary-a.example"}, follow=True)
    assert [row.name for row in found.context["cl"].result_list] == ["Chef Aside"]


def test_support_reads_chefs_without_changing_them(client, world):
    client.force_login(world.support, backend="identity.backends.StaffBackend")
    page = client.get(reverse("admin:bookings_chef_change", args=[world.a.rows["chef"].pk]))
    assert (page.status_code, page.context["has_change_permission"]) == (200, False)
    page = client.get(reverse("admin:bookings_customer_add"))
    assert page.status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_hold_is_cancelled(client, world):
    """H-5."""
    hold = world.a.rows["reservationhold"]
    client.force_login(world.support, backend="identity.backends.StaffBackend")
    found = client.post(
        reverse("admin:bookings_reservationhold_search"), {"q": CANARIES["a"].email}, follow=True
    )
    assert [row.pk for row in found.context["cl"].result_list] == [hold.pk]
    seen = {"seen": stamp(hold)}
    early = client.post(reverse("admin:bookings_reservationhold_do", args=[hold.pk, "convert"]), seen)
    assert early.status_code == 409
    cancel = reverse("admin:bookings_reservationhold_do", args=[hold.pk, "cancel"])
    assert client.post(cancel, seen).status_code == 302
    hold.refresh_from_db()
    assert (hold.status, hold.cancellation_reason) == (HoldStatus.CANCELLED, "admin_cancelled")


def test_filters_cut_the_list_of_bookings(manager, world):
    address = reverse("admin:bookings_booking_changelist")
    held = make_booking(
        world.a.station,
        lane=2,
        hold_on_request=True,
        held_at=timezone.now(),
        hold_reason="a decision",
        date=timezone.now().date() + timedelta(days=40),
    )

    def references(query):
        return {row.reference for row in manager.get(f"{address}?{query}").context["cl"].result_list}

    assert references("needs=release") == {held.reference}
    assert references("needs=chef") == set()
    assert references("needs=cancellation") == set()
    assert references("needs=nonsense") == references("") == references("when=nonsense")
    assert references("when=ahead") >= {"MH-AAAA0001", held.reference}
    assert references("status__exact=confirmed") == {"MH-AAAA0002"}
    assert Booking.objects.count() == 5
