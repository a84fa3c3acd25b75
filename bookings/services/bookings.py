"""Booking a party: T1 and T2 in one transaction, and what the loser of a slot is told (section 6)."""

from datetime import datetime
from uuid import UUID

from bookings.exceptions import OutsideServiceArea, SlotContended, SlotTaken
from bookings.models import Booking
from bookings.requests import BookingRequest
from bookings.services.attempts import attempt
from bookings.services.failures import capture_failure
from bookings.services.intake import CheckedRequest, check_request, find_station
from bookings.services.new_bookings import NewBooking, meet_customer, write_booking
from bookings.services.prices import AgreedPrice
from bookings.services.refusals import explain_lost_slot, explain_out_of_reach
from bookings.services.slots import claim_lane
from common.actors import Actor
from common.exceptions import DomainError
from common.models import uuid7


def create_booking(
    *, request: BookingRequest, by: Actor, at: datetime, booking_id: UUID | None = None
) -> Booking:
    """Book a party and ask for its deposit; emits booking.created and booking.deposit_requested.

    `booking_id` is the primary key of a caller who must not book twice (imports), else a new one is made.
    Refuses by section 3, T1 and the quote. `slot_taken` and `slot_contended` carry `alternatives` and
    `lead_captured`; they, `outside_service_area` and accidents leave a booking.failed (D-6).
    """
    try:
        checked = check_request(request=request, station=find_station(request), by=by, at=at)
    except OutsideServiceArea as refusal:
        explain_out_of_reach(refusal, request, by=by, at=at)
        raise
    try:
        return attempt(lambda: _book(checked, booking_id=booking_id or uuid7(), by=by, at=at))
    except (SlotTaken, SlotContended) as refusal:
        explain_lost_slot(refusal, checked, by=by, at=at)
        raise
    except DomainError:
        raise
    except Exception:
        capture_failure(
            request=request,
            reason="error",
            station_id=checked.station.pk,
            total_cents=checked.quote.total_cents,
            by=by,
            at=at,
        )
        raise


def _book(checked: CheckedRequest, *, booking_id: UUID, by: Actor, at: datetime) -> Booking:
    claim = claim_lane(slot=checked.slot, booking_id=booking_id, at=at)
    return write_booking(
        NewBooking(
            booking_id=booking_id,
            request=checked.request,
            station=checked.station,
            customer=meet_customer(request=checked.request, station=checked.station, by=by, at=at),
            lane=claim.lane,
            starts_at=checked.starts_at,
            price=AgreedPrice.of(checked.quote),
            waived_lead=checked.waived_lead,
        ),
        ask_deposit=checked.request.ask_deposit,
        by=by,
        at=at,
    )
