"""The manual queue in the back office: candidates with their parts, match, unmatch, ignore (section 7)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from identity.enums import UserRole
from integra.models import PaymentMatch
from tests.bookings.admin.pages import messages_of
from tests.bookings.parties import make_booking
from tests.factories.identity import StationFactory, make_staff
from tests.factories.integra import PaymentEventFactory
from tests.pages import enter


@pytest.fixture
def station(db):
    return StationFactory()


@pytest.fixture
def admin(station):
    return enter(make_staff(UserRole.ADMIN, station))


@pytest.fixture
def booking(station):
    now = timezone.now()
    return make_booking(station, created_at=now - timedelta(hours=1), date=(now + timedelta(days=30)).date())


@pytest.fixture
def event(station, booking):
    return PaymentEventFactory(
        station=station, memo=booking.reference, amount_cents=9_000, occurred_at=timezone.now()
    )


def page(event):
    return reverse("admin:integra_paymentevent_change", args=[event.pk])


def form_of(client, event, action):
    return client.get(reverse("admin:integra_paymentevent_do", args=[event.pk, action]))


def do(client, event, action, **data):
    event.refresh_from_db()
    address = reverse("admin:integra_paymentevent_do", args=[event.pk, action])
    return client.post(address, {"seen": event.updated_at.isoformat(), **data})


def test_the_page_shows_candidates_with_every_part(admin, event, booking):
    words = admin.get(page(event)).content.decode()
    assert booking.reference in words
    assert "reference .60, amount within 60 .10, time within 24h .10" in words


def test_match_and_unmatch(admin, event, booking):
    form = form_of(admin, event, "match").context["form"]
    assert form.fields["reference"].initial == booking.reference
    answer = do(admin, event, "match", reference=f" {booking.reference.lower()}", notes="Called")
    assert messages_of(answer) == [f"$90.00 count for {booking.reference}."]
    match = PaymentMatch.objects.get()
    assert (match.booking, match.notes, match.match_method) == (booking, "Called", "suggested")
    assert "Best bookings" in admin.get(page(event)).content.decode()
    refused = do(admin, event, "ignore", reason="A supplier's refund")
    assert "matched already" in str(refused.context["form"].errors)
    answer = do(admin, event, "unmatch", reason="It was for another party")
    assert messages_of(answer) == [f"The money no longer counts for {booking.reference}."]


def test_a_booking_out_of_reach_is_none(admin, event):
    elsewhere = make_booking(StationFactory())
    answer = do(admin, event, "match", reference=elsewhere.reference)
    assert answer.context["form"].errors["reference"] == ["There is no such booking."]


def test_nothing_fits(admin, station):
    stranger = PaymentEventFactory(station=station, amount_cents=77, occurred_at=timezone.now())
    assert "Nothing fits." in admin.get(page(stranger)).content.decode()
    assert form_of(admin, stranger, "match").context["form"].fields["reference"].initial is None
    answer = do(admin, stranger, "ignore", reason="A supplier's refund")
    assert messages_of(answer) == ["It left the queue."]
