"""Q-18: a quote by e-mail; whoever asks for one is a lead, the quote itself is kept nowhere else."""

from datetime import datetime

from django.db import transaction

from bookings.inputs import check_contact
from bookings.models import Booking
from bookings.pricing.quote import Quote
from bookings.requests import BookingRequest
from bookings.selectors.stations import get_station
from bookings.services.offers import offer_quote
from common.actors import Actor
from common.models import uuid7
from events.services import Delivery, publish


def email_quote(*, request: BookingRequest, by: Actor, at: datetime) -> Quote:
    """Price a party, mail the quote to the contact of the request, and emit quote.emailed.

    The contact travels in the encrypted part of outbox rows only.
    """
    email, phone = check_contact(email=request.email, phone=request.phone or None)
    offered = offer_quote(request=request, by=by, at=at)
    station = get_station(offered.price_book.station_id)
    facts = {
        "station_id": str(station.pk),
        "date": request.date.isoformat(),
        "slot": request.slot.isoformat("minutes"),
        "party_adults": request.adults,
        "party_kids": request.kids,
        "party_toddlers": request.toddlers,
        "total_cents": offered.total_cents,
        "deposit_cents": offered.deposit_cents,
        "currency": offered.currency,
        "quote_hash": offered.quote_hash,
    }
    lines = [{"label": line.label, "amount_cents": line.amount_cents} for line in offered.lines]
    with transaction.atomic():
        publish(
            "quote.emailed",
            # No booking came to be yet; the event opens the history of the key it may have.
            subject=Booking(id=uuid7()),
            by=by,
            at=at,
            station_id=station.pk,
            payload=facts,
            private={
                "first_name": request.first_name,
                "last_name": request.last_name,
                "email": email,
                "phone": phone,
                "postal_code": request.postal_code,
            },
            deliveries=[
                Delivery(
                    target="email",
                    destination="quote_email",
                    payload={
                        **facts,
                        "lines": lines,
                        "guests": request.guests,
                        "station": station.display_name,
                        "station_phone": station.phone,
                    },
                    private={"to": email, "first_name": request.first_name},
                )
            ],
        )
    return offered
