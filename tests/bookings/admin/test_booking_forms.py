"""Parties booked and changed by staff, through the services of everybody else."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from bookings.enums import BookingStatus
from bookings.models import Booking
from events.models import DomainEvent
from identity.enums import UserRole
from tests.bookings.admin.pages import change, do
from tests.factories.bookings import AddonItemFactory, MenuItemFactory, PricingTierFactory
from tests.factories.identity import make_staff


def form_data(client, booking, **changes):
    answer = client.get(change(booking))
    data = {
        "seen": answer.context["adminform"].form.initial["seen"],
        "allergens": ",".join(booking.allergens),
    }
    data |= {"party_adults": booking.party_adults, "party_kids": 0, "party_toddlers": 0}
    for inline in answer.context["inline_admin_formsets"]:
        prefix = inline.formset.prefix
        data |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    return {**data, **changes}


def test_notes_are_changed_through_the_service(client, booking, world):
    """BK-4."""
    answer = client.post(change(booking), form_data(client, booking, notes="Gate code is at the desk"))
    assert answer.status_code == 302
    booking.refresh_from_db()
    assert (booking.notes, booking.version) == ("Gate code is at the desk", 2)
    event = DomainEvent.objects.filter(aggregate_id=booking.pk).latest("sequence")
    assert (event.event_type, event.payload["changed"], event.actor_id) == (
        "booking.updated",
        ["notes"],
        world.manager.pk,
    )
    cleared = client.post(change(booking), form_data(client, booking, notes=""))
    assert cleared.status_code == 302
    booking.refresh_from_db()
    assert booking.notes == ""


def test_a_refused_change_keeps_what_was_typed(client, booking, world):
    support = make_staff(UserRole.CUSTOMER_SUPPORT, world.a.station)
    client.force_login(support, backend="identity.backends.StaffBackend")
    data = form_data(client, booking, party_adults=9)
    Booking.objects.filter(pk=booking.pk).update(starts_at=timezone.now() + timedelta(hours=20))
    answer = client.post(change(booking), data)
    form = answer.context["adminform"].form
    assert answer.status_code == 200
    assert form.non_field_errors()[0].startswith("This could be changed until")
    assert form["party_adults"].value() == "9"
    booking.refresh_from_db()
    assert booking.party_adults == 8


def test_an_old_form_is_refused(client, booking):
    data = form_data(client, booking, notes="late")
    Booking.objects.filter(pk=booking.pk).update(version=9)
    answer = client.post(change(booking), data)
    assert "changed this record meanwhile" in answer.content.decode()


def test_a_finished_booking_takes_notes_only(client, confirmed):
    Booking.objects.filter(pk=confirmed.pk).update(status=BookingStatus.COMPLETED)
    confirmed.slot_claim.delete()
    answer = client.get(change(confirmed))
    assert set(answer.context["adminform"].form.fields) == {"seen", "notes", "new_address", "new_postal_code"}
    assert client.post(change(confirmed), form_data(client, confirmed, notes="left a tip")).status_code == 302
    confirmed.refresh_from_db()
    assert confirmed.notes == "left a tip"


@pytest.fixture
def request_data(world):
    PricingTierFactory()
    MenuItemFactory()
    AddonItemFactory()
    return {
        "station": str(world.a.station.pk),
        "date": (timezone.now() + timedelta(days=30)).date().isoformat(),
        "slot": "18:00",
        "adults": 8,
        "kids": 0,
        "toddlers": 0,
        "first_name": "Paula",
        "last_name": "Phoned",
        "email": "paula@people.example",
        "phone": "510 555 0188",
        "address": "5 Oak Ave, Fremont",
        "postal_code": "94539",
        "allergens": "sesame, none",
        "source": "phone",
        "ask_deposit": "on",
    }


@pytest.mark.django_db(transaction=True)
def test_staff_book_a_party_by_phone_and_the_loser_hears_of_free_slots(client, request_data, world):
    """D-1, D-5, D-6."""
    address = reverse("admin:bookings_booking_add")
    assert client.get(address).status_code == 200
    for _lane in range(2):
        answer = client.post(address, request_data)
        assert answer.status_code == 302, answer.context["form"].errors
    booking = Booking.objects.filter(customer__last_name="Phoned").first()
    assert (booking.status, booking.source, booking.allergens) == (
        "deposit_pending",
        "phone",
        ["sesame", "none"],
    )
    lost = client.post(address, request_data)
    assert lost.status_code == 409
    assert lost.context["form"].non_field_errors() == ["This slot is taken"]
    assert len(lost.context["alternatives"]) == 6
    assert DomainEvent.objects.filter(event_type="booking.failed").count() == 1
    assert (
        "station"
        in client.post(address, {**request_data, "station": str(world.b.station.pk)}).context["form"].errors
    )


def test_booking_needs_the_right_to_book(client, world):
    nobody = make_staff(UserRole.STATION_MANAGER)
    client.force_login(nobody, backend="identity.backends.StaffBackend")
    answer = client.get(reverse("admin:bookings_booking_add"))
    assert answer.status_code in (200, 403)
    if answer.status_code == 200:
        assert list(answer.context["form"].fields["station"].queryset) == []


@pytest.mark.django_db(transaction=True)
def test_the_menu_is_chosen_by_portion_and_the_price_follows(client, request_data):
    """Q-3, Q-16."""
    client.post(reverse("admin:bookings_booking_add"), request_data)
    booking = Booking.objects.get(customer__last_name="Phoned")
    wrong = do(client, booking, "change-menu", **{"protein:chicken": 3})
    assert (wrong.status_code, wrong.context["form"].non_field_errors()) == (
        422,
        ["The party chooses 16 proteins, 3 were given."],
    )
    assert do(client, booking, "change-menu", **{"protein:chicken": 16, "addon:gyoza": 2}).status_code == 302
    before = booking.total_due_cents
    booking.refresh_from_db()
    assert booking.menu_items == [
        {"kind": "protein", "code": "chicken", "quantity": 16},
        {"kind": "addon", "code": "gyoza", "quantity": 2},
    ]
    assert booking.total_due_cents > before
    assert do(client, booking, "adjust-price", amount="-20.00", reason="a small apology").status_code == 302
    booking.refresh_from_db()
    assert booking.price_adjustments.get(kind="manual").amount_cents == -2_000
