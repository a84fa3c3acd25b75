"""The booking's page: read, moved and changed by staff; refusals in words, never an accident."""

from datetime import timedelta

from django.contrib import admin
from django.contrib.messages.storage.cookie import CookieStorage
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from bookings.admin.booking import BookingAdmin
from bookings.admin.booking_actions import Complete
from bookings.enums import BookingStatus, DepositStatus
from bookings.models import Booking, Payment
from tests.bookings.admin.pages import change, do, messages_of
from tests.bookings.parties import make_booking, make_chef


def test_the_page_tells_state_blockers_next_action_money_and_timeline(client, booking):
    """BK-20."""
    answer = client.get(change(booking))
    page = answer.context["page"]
    assert page.explanation.state == "deposit_pending"
    assert [blocker.code for blocker in page.explanation.blockers] == ["deposit_unpaid"]
    assert page.explanation.next_action.code == "deposit_reminder"
    assert (page.total, page.deposit, page.paid, page.balance) == ("$600.00", "$100.00", "$0.00", "$600.00")
    assert [entry.title for entry in answer.context["trail"]] == ["Booked"]
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
        "Reschedule",
        "Hold",
        "Waive the deposit",
        "Adjust price",
        "Add a reminder",
        "Ask to cancel",
        "Change menu",
        "Reveal personal data",
    ]
    assert titles(client.get(change(confirmed))) == [
        "Assign chef",
        "Complete",
        "Record payment",
        "Reschedule",
        "Hold",
        "Adjust price",
        "No-show",
        "Add a reminder",
        "Ask to cancel",
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


class OneAtATime(BookingAdmin):
    bulk_limit = 1


def test_bulk_actions_have_a_limit(world, booking, confirmed):
    request = RequestFactory().post("/admin/")
    request.user, request._messages = world.manager, CookieStorage(request)
    page = OneAtATime(Booking, admin.site)
    rows = Booking.objects.filter(pk__in=[booking.pk, confirmed.pk])
    assert page.run_in_bulk(request, Complete, rows) is None
    assert [str(message) for message in request._messages] == ["At most 1 rows at once; choose fewer."]
