"""Holds as staff work them: H-3, H-5."""

from datetime import time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from bookings.models import Booking, Payment, ReservationHold
from bookings.services.holds import create_hold, sign_hold
from common.actors import GuestActor
from tests.bookings.admin.pages import messages_of
from tests.factories.bookings import make_request, signature_of

GUEST = GuestActor()


@pytest.fixture
def hold(world):
    """A signed hold of A, three weeks ahead."""
    now = timezone.now()
    request = make_request(world.a.station, date=now.date() + timedelta(days=21), slot=time(18))
    hold, _token = create_hold(request=request, by=GUEST, at=now)
    return sign_hold(
        hold=hold,
        **signature_of(hold.station),
        by=GUEST,
        at=now,
    )


def page(hold, action=None):
    if action is None:
        return reverse("admin:bookings_reservationhold_change", args=[hold.pk])
    return reverse("admin:bookings_reservationhold_do", args=[hold.pk, action])


def do(client, hold, action, **data):
    return client.post(page(hold, action), {"seen": hold.updated_at.isoformat(), **data})


def titles(answer):
    found = []
    for button in answer.context["actions_detail"]:
        found += [item["title"] for item in button.get("items", [button])]
    return found


def test_h3_a_deposit_received_books_the_party(client, world, hold):
    form = client.get(page(hold, "deposit-received")).context["form"]
    assert (form["amount"].value(), form.fields["amount"].help_text) == (
        100,
        "The deposit is $100.00; what comes above it counts too.",
    )
    answer = do(client, hold, "deposit-received", amount="150.00", method="zelle", reference=" Z-9 ")
    hold.refresh_from_db()
    booking = Booking.objects.get(pk=hold.converted_to_booking_id)
    assert messages_of(answer) == [f"{booking.reference} is booked and confirmed."]
    assert (booking.status, booking.deposit_confirmed_by_id) == ("confirmed", world.manager.pk)
    payment = Payment.objects.get(booking=booking)
    assert (payment.amount_cents, payment.payment_method, payment.payment_reference, payment.hold_id) == (
        15_000,
        "zelle",
        "Z-9",
        hold.pk,
    )


def test_h3_less_than_the_deposit_is_refused_in_words(client, hold):
    answer = do(client, hold, "deposit-received", amount="99.99", method="cash", reference="R-1")
    assert answer.status_code == 400
    assert not Booking.objects.filter(reservation_holds=hold).exists()
    hold.refresh_from_db()
    assert hold.status == "signed"


def test_api7_a_stale_page_books_nothing(client, hold):
    ReservationHold.objects.filter(pk=hold.pk).update(updated_at=timezone.now() + timedelta(seconds=1))
    answer = do(client, hold, "deposit-received", amount="100.00", method="cash", reference="R-1")
    assert answer.status_code == 412
    assert not Payment.objects.filter(hold=hold).exists()


def test_only_a_signed_hold_takes_its_deposit(client, world, hold):
    assert titles(client.get(page(hold))) == [
        "Deposit received",
        "Make it a booking",
        "Cancel hold",
        "Reveal personal data",
    ]
    pending = world.a.rows["reservationhold"]
    assert titles(client.get(page(pending))) == ["Cancel hold", "Reveal personal data"]


def test_h3_converting_unpaid_asks_for_the_deposit(client, hold):
    assert do(client, hold, "convert").status_code == 302
    hold.refresh_from_db()
    assert (hold.status, hold.converted_to_booking.status) == ("converted", "deposit_pending")


def test_h5_staff_cancel_a_hold(client, hold):
    assert do(client, hold, "cancel").status_code == 302
    hold.refresh_from_db()
    assert (hold.status, hold.cancellation_reason) == ("cancelled", "admin_cancelled")


def test_holds_of_another_station_are_out_of_reach(client, world):
    foreign = world.b.rows["reservationhold"]
    answer = do(client, foreign, "deposit-received", amount="100.00", method="cash", reference="R-1")
    assert answer.status_code == 302
    foreign.refresh_from_db()
    assert foreign.status == "pending"
