"""BK-15: which chef cooks for a party."""

from datetime import datetime

from bookings.enums import OCCUPYING_STATUSES, BookingStatus
from bookings.exceptions import ChefConflict
from bookings.models import Booking, Chef
from bookings.services.attempts import attempted
from bookings.services.chefs import lock_chef
from bookings.services.transitions import record_change, require_state
from bookings.services.versions import lock_booking, save_version
from common.actors import Actor

PARTIES_PER_DAY = 3


@attempted
def assign_chef(
    *, booking: Booking, chef: Chef | None, expected_version: int | None, by: Actor, at: datetime
) -> Booking:
    """Give an occupying booking its chef, or none; emits booking.chef_assigned.

    409 `chef_conflict` with `reason`: inactive, station, slot (of another party) or day (3 parties).
    """
    locked = lock_booking(booking_id=booking.pk, expected_version=expected_version)
    require_state(locked, *OCCUPYING_STATUSES)
    if chef is not None:
        _check_free(lock_chef(chef.pk), locked)
    before = locked.chef_id
    locked.chef_id = None if chef is None else chef.pk
    save_version(locked, fields=["chef_id"], at=at)
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
        permissions=["booking.assign_chef"],
    )
    return locked


def _check_free(chef: Chef, booking: Booking) -> None:
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
