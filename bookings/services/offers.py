"""Quotes for the public: the nearest station prices a party; a stranger out of reach is remembered (Q-10)."""

from datetime import datetime

from bookings.exceptions import OutsideServiceArea
from bookings.pricing.quote import Quote
from bookings.requests import BookingRequest
from bookings.services.intake import find_place
from bookings.services.quotes import quote_request
from bookings.services.refusals import explain_out_of_reach
from common.actors import Actor


def offer_quote(*, request: BookingRequest, by: Actor, at: datetime) -> Quote:
    """Price a party without booking it; `outside_service_area` with a contact leaves a booking.failed."""
    try:
        place = find_place(request, at=at)
        return quote_request(station=place.station, request=request, prices=place.prices, by=by, at=at)
    except OutsideServiceArea as refusal:
        if request.email or request.phone:
            explain_out_of_reach(refusal, request, by=by, at=at)
        raise
