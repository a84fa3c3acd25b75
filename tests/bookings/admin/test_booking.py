"""The booking's page: read, moved and changed by staff; refusals in words, never an accident."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from bookings.enums import BookingStatus, DepositStatus
from bookings.models import Booking, Payment
from events.models import DomainEvent
from identity.enums import UserRole
from tests.bookings.parties import make_booking, make_chef
from tests.common.admin.world import build_world
from tests.factories.bookings import AddonItemFactory, MenuItemFactory, PricingTierFactory
from tests.factories.identity import make_staff


@pytest.fixture
def world(db):
    return build_world()


@pytest.fixture
def booking(world):
    return world.a.rows["booking"]


@pytest.fixture
def confirmed(world):
    return world.a.rows["confirmed"]


@pytest.fixture
def client(client, world):
    client.force_login(world.manager, backend="identity.backends.StaffBackend")
    return client


def do(client, booking, action, **data):
    address = reverse("admin:bookings_booking_do", args=[booking.pk, action])
    return client.post(address, {"seen": booking.version, **data})


def change(booking):
    return reverse("admin:bookings_booking_change", args=[booking.pk])


def messages_of(answer):
    return [str(message) for message in answer.wsgi_request._messages]


def test_the_page_tells_state_blockers_next_action_money_and_timeline(client, booking):
    """BK-20."""
    answer = client.get(change(booking))
    page = answer.context["page"]
    assert page.explanation.state == "deposit_pending"
    assert [blocker.code for blocker in page.explanation.blockers] == ["deposit_unpaid"]
    assert page.explanation.next_action.code == "deposit_reminder"
    assert (page.total, page.deposit, page.paid, page.balance) == ("$600.00", "$100.00", "$0.00", "$600.00")
    assert [entry.title for entry in page.timeline] == ["booking.created"]
    assert page.menu == ["16 × chicken"]
    text = answer.content.decode()
    for shown in ("Next by itself", "a•••@c•••.example", "94539", "Deposit pending"):
        assert shown in text


def test_confirming_a_deposit_records_what_was_missing(client, booking, world):
    """T3."""
    answer = do(client, booking, "confirm-deposit", method="zelle", reference="Z-123")
    assert answer.headers["Location"] == change(booking)
    assert messages_of(answer) == [f"{booking.reference} is confirmed."]
    booking.refresh_from_db()
    assert (booking.status, booking.deposit_confirmed_by_id) == (BookingStatus.CONFIRMED, world.manager.pk)
    payment = Payment.objects.get(booking=booking)
    assert (payment.amount_cents, payment.payment_method, payment.payment_reference) == (
        10_000,
        "zelle",
        "Z-123",
    )


def test_a_refusal_is_told_in_words_on_the_form(client, confirmed):
    answer = do(client, confirmed, "confirm-deposit", method="zelle", reference="Z-123")
    assert answer.status_code == 409
    assert answer.context["form"].non_field_errors()[0].startswith("Not possible from 'confirmed'")


def test_a_stale_page_is_refused(client, booking):
    """BK-3."""
    Booking.objects.filter(pk=booking.pk).update(version=7)
    answer = do(client, booking, "hold", reason="the customer travels")
    assert answer.status_code == 412
    assert "changed this record meanwhile" in answer.content.decode()
    mangled = client.post(
        reverse("admin:bookings_booking_do", args=[booking.pk, "hold"]),
        {"seen": "nonsense", "reason": "the customer travels"},
    )
    assert mangled.status_code == 200
    assert "seen" in mangled.context["form"].errors


def test_hold_and_release(client, booking):
    """BK-8."""
    assert "reason" in do(client, booking, "hold", reason="short").context["form"].errors
    assert do(client, booking, "hold", reason="the customer travels").status_code == 302
    booking.refresh_from_db()
    assert booking.hold_on_request
    assert "Release hold" in client.get(change(booking)).content.decode()
    assert do(client, booking, "release").status_code == 302
    booking.refresh_from_db()
    assert not booking.hold_on_request


def test_waiving_a_deposit_needs_the_override(client, booking, world):
    assert do(client, booking, "waive-deposit", reason="a regular customer").status_code == 302
    booking.refresh_from_db()
    assert booking.deposit.status == DepositStatus.WAIVED
    client.force_login(world.support, backend="identity.backends.StaffBackend")
    assert do(client, booking, "waive-deposit", reason="a regular customer").status_code == 403


def test_recording_a_payment(client, booking):
    """PY-6."""
    over = do(client, booking, "record-payment", amount="700.00", method="cash", reference="R-1")
    assert (over.status_code, over.context["form"].non_field_errors()) == (
        422,
        ["The balance is 60000 cents."],
    )
    assert (
        do(client, booking, "record-payment", amount="250.55", method="cash", reference="R-1").status_code
        == 302
    )
    booking.refresh_from_db()
    assert booking.status == BookingStatus.CONFIRMED
    assert Payment.objects.get(booking=booking).amount_cents == 25_055


def test_assigning_a_chef(client, booking, world):
    """BK-15."""
    form = client.get(reverse("admin:bookings_booking_do", args=[booking.pk, "assign-chef"])).context["form"]
    everywhere = make_chef(None, name="Chef Everywhere")
    assert [chef.name for chef in form.fields["chef"].queryset] == ["Chef Aside", "Chef Everywhere"]
    foreign = do(client, booking, "assign-chef", chef=world.b.rows["chef"].pk)
    assert "chef" in foreign.context["form"].errors
    assert do(client, booking, "assign-chef", chef=everywhere.pk).status_code == 302
    booking.refresh_from_db()
    assert booking.chef == everywhere
    assert do(client, booking, "assign-chef", chef="").status_code == 302
    booking.refresh_from_db()
    assert booking.chef is None


def test_completing_and_no_show(client, booking, confirmed, world):
    """T6, T7."""
    early = do(
        client,
        make_booking(world.a.station, status=BookingStatus.CONFIRMED, lane=2, date=booking.date),
        "complete",
    )
    assert early.status_code == 409
    assert do(client, confirmed, "complete").status_code == 302
    confirmed.refresh_from_db()
    assert confirmed.status == BookingStatus.COMPLETED
    other = make_booking(
        world.a.station,
        status=BookingStatus.CONFIRMED,
        starts_at=timezone.now() - timedelta(hours=2),
        date=timezone.now().date(),
    )
    assert do(client, other, "no-show").status_code == 302
    other.refresh_from_db()
    assert other.deposit.status == DepositStatus.FORFEITED


def test_asking_for_the_deposit(client, world):
    """T2."""
    new = make_booking(
        world.a.station, status=BookingStatus.NEW, date=timezone.now().date() + timedelta(days=20)
    )
    assert do(client, new, "request-deposit").status_code == 302
    new.refresh_from_db()
    assert new.status == BookingStatus.DEPOSIT_PENDING


def test_unknown_actions_and_missing_codes(client, booking, world):
    assert do(client, booking, "explode").status_code == 404
    client.force_login(world.support, backend="identity.backends.StaffBackend")
    assert do(client, booking, "assign-chef").status_code == 403
    assert "Assign chef" not in client.get(change(booking)).content.decode()


def test_buttons_follow_state_and_rights(client, booking, confirmed, world):
    def titles(answer):
        found = []
        for button in answer.context["actions_detail"]:
            found += [item["title"] for item in button.get("items", [button])]
        return found

    assert titles(client.get(change(booking))) == [
        "Confirm deposit",
        "Assign chef",
        "Record payment",
        "Hold",
        "Waive the deposit",
        "Adjust price",
        "Change menu",
        "Reveal personal data",
    ]
    assert titles(client.get(change(confirmed))) == [
        "Assign chef",
        "Complete",
        "Record payment",
        "Hold",
        "Adjust price",
        "No-show",
        "Change menu",
        "Reveal personal data",
    ]


def test_bulk_actions_confirm_first_and_tell_refusals_by_row(client, booking, confirmed):
    listing = reverse("admin:bookings_booking_changelist")
    chosen = {"action": "complete", "_selected_action": [str(booking.pk), str(confirmed.pk)]}
    asked = client.post(listing, chosen)
    assert {row.reference for row in asked.context["rows"]} == {booking.reference, confirmed.reference}
    confirmed.refresh_from_db()
    assert confirmed.status == BookingStatus.CONFIRMED
    done = client.post(listing, {**chosen, "confirmed": "yes"})
    told = messages_of(done)
    assert any(text.startswith(f"{booking.reference}: Not possible from") for text in told)
    assert "Complete: 1 of 2 done." in told
    confirmed.refresh_from_db()
    assert confirmed.status == BookingStatus.COMPLETED


def test_bulk_actions_have_a_limit(client, world, monkeypatch, booking, confirmed):
    monkeypatch.setattr("common.admin.actions.BULK_LIMIT", 1)
    answer = client.post(
        reverse("admin:bookings_booking_changelist"),
        {"action": "complete", "_selected_action": [str(booking.pk), str(confirmed.pk)]},
    )
    assert messages_of(answer) == ["At most 1 rows at once; choose fewer."]


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


def test_the_timeline_shows_what_the_reader_may_read(client, booking, world):
    """P-7: an admin reads the station's audit log, a manager own actions only."""
    client.force_login(world.admin, backend="identity.backends.StaffBackend")
    timeline = client.get(change(booking)).context["page"].timeline
    assert [(entry.title, entry.is_audit) for entry in timeline] == [
        ("Update (no permission needed)", True),
        ("booking.created", False),
    ]
