"""Q-18: a quote by e-mail."""

from datetime import date

import pytest

from bookings.models import Booking
from bookings.services.words import composer
from events.models import DomainEvent, OutboxMessage
from events.registry import Subscription, event_handlers
from tests.bookings.api.clients import Caller, pointers, problem
from tests.factories.bookings import make_selling_station

pytestmark = pytest.mark.django_db
PARTY = {
    "date": "2030-06-08",
    "slot": "18:00",
    "adults": 8,
    "kids": 4,
    "postal_code": "94539",
    "first_name": "Ann",
    "email": "ann@people.example",
}


@pytest.fixture
def station():
    return make_selling_station(display_name="My Hibachi Fremont", phone="+15105550100")


@pytest.fixture
def leads():
    subscription = Subscription("quote.emailed", "leads.capture_quote", print)
    event_handlers.register("leads", subscription)
    yield subscription
    event_handlers.remove("leads", subscription)


def ask(station, **values):
    return Caller().post("/public/quote-emails", {**PARTY, "station_id": str(station.pk), **values})


def test_q18_the_quote_is_mailed_and_kept_nowhere(station, leads):
    answer = ask(station)
    assert (answer.status_code, answer.json()["total_cents"]) == (201, 60_620)
    event = DomainEvent.objects.get()
    assert (
        event.event_type,
        event.station_id,
        event.payload["total_cents"],
        event.payload["quote_hash"],
    ) == (
        "quote.emailed",
        station.pk,
        60_620,
        answer.json()["quote_hash"],
    )
    assert "ann" not in str(event.payload).lower()
    told = OutboxMessage.objects.get(target="internal")
    assert told.private_payload["email"] == "ann@people.example"
    mail = OutboxMessage.objects.get(target="email")
    assert composer("quote_email")(mail) == (
        "Your hibachi quote: $606.20 for 12 guests",
        """Hello Ann,

here is the quote you asked for: 12 guests on Saturday, June 8, 2030 at 6:00 PM.

Adult (13+): $440.00
Kid (6–12): $120.00
Sales tax: $46.20
Travel (5.50 mi): $0.00

Total: $606.20

A deposit of $100.00 confirms the date; it is part of the total. Prices and free dates can change until you \
book.

Questions, or ready to book? Call us at +15105550100.

My Hibachi Fremont
""",
    )
    assert not Booking.objects.exists()


def test_q18_a_contact_is_needed(station):
    body = {name: value for name, value in PARTY.items() if name not in {"email", "first_name"}}
    answer = Caller().post("/public/quote-emails", {**body, "station_id": str(station.pk)})
    assert (problem(answer), pointers(answer)) == ((400, "validation_error"), ["/first_name", "/email"])
    assert pointers(ask(station, phone="12")) == ["/phone"]
    assert problem(ask(station, adults=0)) == (422, "party_size_invalid")
    assert not DomainEvent.objects.exists()
    assert date.fromisoformat(PARTY["date"]).isoweekday() == 6
