"""What the loser of a slot is told: where to go instead, and whether somebody will call (D-5, D-6)."""

from datetime import datetime

from bookings.exceptions import OutsideServiceArea, SlotContended, SlotTaken
from bookings.requests import BookingRequest
from bookings.selectors.availability import find_alternatives
from bookings.services.failures import capture_failure
from bookings.services.intake import CheckedRequest, acts_as_staff
from common.actors import Actor


def explain_lost_slot(
    refusal: SlotTaken | SlotContended, checked: CheckedRequest, *, by: Actor, at: datetime
) -> None:
    """Add `lead_captured` and `alternatives` to the refusal; the attempt is rolled back already."""
    request = checked.request
    refusal.extra["lead_captured"] = capture_failure(
        request=request,
        reason="slot_taken" if isinstance(refusal, SlotTaken) else "slot_contended",
        station_id=checked.station.pk,
        total_cents=checked.quote.total_cents,
        by=by,
        at=at,
    )
    alternatives = find_alternatives(
        station=checked.station,
        day=request.date,
        slot=request.slot,
        at=at,
        staff=acts_as_staff(by, checked.station),
    )
    refusal.extra["alternatives"] = [found.as_json() for found in alternatives]


def explain_out_of_reach(
    refusal: OutsideServiceArea, request: BookingRequest, *, by: Actor, at: datetime
) -> None:
    """Add `lead_captured` to the refusal of an address that nobody travels to (Q-10)."""
    refusal.extra["lead_captured"] = capture_failure(
        request=request,
        reason="outside_service_area",
        station_id=request.station_id,
        total_cents=None,
        by=by,
        at=at,
    )
