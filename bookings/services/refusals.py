"""What the loser of a slot is told: where to go instead, and whether somebody will call (D-5, D-6)."""

from datetime import date, datetime, time

from bookings.exceptions import OutsideServiceArea, SlotContended, SlotTaken
from bookings.requests import BookingRequest
from bookings.selectors.availability import find_alternatives
from bookings.services.failures import capture_failure
from bookings.services.intake import CheckedRequest, acts_as_staff
from common.actors import Actor
from identity.models import Station


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


def explain_lost_move(
    refusal: SlotTaken | SlotContended,
    *,
    station: Station,
    day: date,
    slot: time,
    staff: bool,
    at: datetime,
    own: tuple[date, time] | None = None,
) -> None:
    """Add `alternatives` to the refusal of a booking that shall move or come back (BK-13, T10).

    No lead is captured: its customer is known and loses nothing. `own` is where it stands, no alternative.
    """
    refusal.extra["lead_captured"] = False
    found = find_alternatives(station=station, day=day, slot=slot, at=at, staff=staff, own=own)
    refusal.extra["alternatives"] = [alternative.as_json() for alternative in found]


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
