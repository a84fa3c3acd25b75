"""BK-15: which chef cooks for a party."""

from datetime import datetime
from decimal import Decimal

from bookings.enums import OCCUPYING_STATUSES, BookingStatus
from bookings.exceptions import ChefConflict, ChefTravelConflict
from bookings.models import Booking, Chef
from bookings.selectors.chef_days import find_travel_gap
from bookings.services.attempts import attempted
from bookings.services.chefs import lock_chef
from bookings.services.transitions import record_change, require_state
from bookings.services.versions import lock_booking, save_version
from common.actors import Actor
from common.exceptions import NotFound, PermissionDenied

PARTIES_PER_DAY = 3
TENTH = Decimal("0.1")
URGENCY_COLUMNS = ("is_urgent", "urgency_alert_count", "urgency_alert_sent_at", "urgency_escalated_at")


@attempted
def assign_chef(
    *,
    booking: Booking,
    chef: Chef | None,
    expected_version: int | None,
    by: Actor,
    at: datetime,
    override: bool = False,
) -> Booking:
    """Give an occupying booking its chef, or none; emits booking.chef_assigned.

    409 `chef_conflict` with `reason`: inactive, station, slot (of another party) or day (3 parties); 409
    `chef_travel_conflict` when the way to or from a neighbouring party is too long, which `override` lets
    pass for a holder of booking.override.
    """
    locked = lock_booking(booking_id=booking.pk, expected_version=expected_version)
    require_state(locked, *OCCUPYING_STATUSES)
    overridden = False
    if chef is not None:
        cook = lock_chef(chef.pk)
        check_free(cook, locked)
        overridden = _pass_travel(cook, locked, override=override, by=by)
    before = locked.chef_id
    locked.chef_id = None if chef is None else chef.pk
    clear_urgency(locked)
    save_version(locked, fields=["chef_id", *URGENCY_COLUMNS], at=at)
    record_change(
        subject=locked,
        station_id=locked.station_id,
        event_type="booking.chef_assigned",
        by=by,
        at=at,
        payload={
            "reference": locked.reference,
            "chef_id": None if chef is None else str(chef.pk),
            "previous_chef_id": None if before is None else str(before),
        },
        permissions=["booking.assign_chef", *(["booking.override"] if overridden else [])],
    )
    return locked


def keeps_chef(booking: Booking) -> bool:
    """Tell whether the chef of a locked booking that has moved is free for it (BK-13); locks the chef."""
    if booking.chef_id is None:
        return True
    try:
        chef = lock_chef(booking.chef_id)
        check_free(chef, booking)
        check_travel(chef, booking)
    except (ChefConflict, ChefTravelConflict, NotFound):
        return False
    return True


def clear_urgency(booking: Booking) -> None:
    """Forget the alerts about a missing chef: they were about another date, or another state (BK-17)."""
    booking.is_urgent = False
    booking.urgency_alert_count = 0
    booking.urgency_alert_sent_at = booking.urgency_escalated_at = None


def check_travel(chef: Chef, booking: Booking) -> None:
    """Refuse (409 `chef_travel_conflict`) a party that a locked chef cannot reach, or leave, in time."""
    gap = find_travel_gap(chef, booking)
    if gap is not None:
        raise ChefTravelConflict(
            f"The way between this party and {gap.reference} takes too long.",
            reference=gap.reference,
            travel_minutes=str(gap.minutes.quantize(TENTH)),
            ready_at=gap.ready_at.isoformat(),
        )


def _pass_travel(chef: Chef, booking: Booking, *, override: bool, by: Actor) -> bool:
    """Check the ways; tell whether an override let one pass that is too long."""
    try:
        check_travel(chef, booking)
    except ChefTravelConflict:
        if not override:
            raise
        if not by.may("booking.override", booking.station_id):
            raise PermissionDenied("Sending a chef all the same needs booking.override.") from None
        return True
    return False


def check_free(chef: Chef, booking: Booking) -> None:
    """Refuse (409 `chef_conflict`) a locked chef who cannot take the party: see `assign_chef`."""
    if not chef.is_active:
        raise ChefConflict("The chef is not active.", reason="inactive")
    if chef.station_id not in (None, booking.station_id):
        raise ChefConflict("The chef works for another station.", reason="station")
    others = list(
        Booking.objects.filter(chef=chef, date=booking.date, deleted_at__isnull=True)
        .exclude(status=BookingStatus.CANCELLED)
        .exclude(pk=booking.pk)
        .values_list("slot", "status")
    )
    if any(slot == booking.slot and status in OCCUPYING_STATUSES for slot, status in others):
        raise ChefConflict("The chef has another party in this slot.", reason="slot")
    if len(others) >= PARTIES_PER_DAY:
        raise ChefConflict(f"The chef has {PARTIES_PER_DAY} parties on this day.", reason="day")
