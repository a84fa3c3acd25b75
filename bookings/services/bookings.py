"""Booking a party: T1 and T2 in one transaction."""

from datetime import datetime
from uuid import UUID

from bookings.models import Booking
from bookings.requests import BookingRequest
from bookings.services.contest import contest_slot
from bookings.services.customers import customer_keys
from bookings.services.intake import CheckedRequest
from bookings.services.new_bookings import NewBooking, meet_customer, write_booking
from bookings.services.prices import AgreedPrice
from bookings.services.slots import claim_lane
from bookings.services.units import Unit
from common.actors import Actor
from common.models import uuid7


def create_booking(
    *, request: BookingRequest, by: Actor, at: datetime, booking_id: UUID | None = None
) -> Booking:
    """Book a party and ask for its deposit; emits booking.created and booking.deposit_requested.

    `booking_id` is the primary key of a caller who must not book twice (imports), else a new one is made.
    Refuses by section 3, T1 and the quote; a loser gets alternatives and leaves a booking.failed (D-5, D-6).
    """
    return contest_slot(
        lambda checked: _book(checked, booking_id=booking_id or uuid7(), by=by, at=at),
        request=request,
        by=by,
        at=at,
    )


def _book(checked: CheckedRequest, *, booking_id: UUID, by: Actor, at: datetime) -> Booking:
    request, station = checked.request, checked.station
    claim = claim_lane(
        slot=checked.slot,
        booking_id=booking_id,
        also_lock=customer_keys(station_id=station.pk, email=request.email),
        at=at,
    )
    unit = Unit(by=by, at=at)
    return write_booking(
        NewBooking(
            booking_id=booking_id,
            request=request,
            station=station,
            customer=meet_customer(request=request, station=station, unit=unit),
            lane=claim.lane,
            starts_at=checked.starts_at,
            price=AgreedPrice.of(checked.quote),
            waived_lead=checked.waived_lead,
            permissions=checked.permissions("booking.create"),
        ),
        unit=unit,
        ask_deposit=request.ask_deposit,
    )
