"""The one place that takes, hands over and frees lanes (D-1); whoever asks comes through here."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from bookings.enums import LIVE_HOLD_STATUSES
from bookings.exceptions import SlotTaken
from bookings.models import Booking, ReservationHold, SlotClaim
from bookings.services.hold_states import mark_expired
from common.db.locks import advisory_xact_locks, lock_key
from common.models import uuid7
from identity.models import Station

# The lowest free lane below the capacity of this moment, read and taken by one statement (S-2, S-3).
CLAIM = f"""
INSERT INTO {SlotClaim._meta.db_table} (id, created_at, station_id, date, slot, lane, booking_id, hold_id)
SELECT %(id)s, %(now)s, station.id, %(date)s, %(slot)s::time, free.lane, %(booking)s, %(hold)s
FROM {Station._meta.db_table} AS station
CROSS JOIN LATERAL (
    SELECT lanes.number AS lane FROM generate_series(1, station.slot_capacity::int) AS lanes(number)
    WHERE NOT EXISTS (
        SELECT 1 FROM {SlotClaim._meta.db_table} AS taken
        WHERE taken.station_id = station.id AND taken.date = %(date)s AND taken.slot = %(slot)s::time
          AND taken.lane = lanes.number
    )
    ORDER BY lanes.number LIMIT 1
) AS free
WHERE station.id = %(station)s
RETURNING lane
"""  # noqa: S608 -- table names of our own models; Django's public option object


class Slot(NamedTuple):
    """A place in the calendar of a station; date and time are station-local."""

    station_id: UUID
    date: date
    slot: time

    @property
    def lock_key(self) -> int:
        return lock_key("slot", str(self.station_id), self.date.isoformat(), self.slot.isoformat())


def lock_slots(*slots: Slot, also: Iterable[int] = ()) -> None:
    """Wait for these slots, and other advisory keys of the same kind of wait, until the transaction ends.

    All in one sorted order (D-2, D-9); after 3 s `common.db.locks.LockTimeout` is raised.
    """
    advisory_xact_locks({*(slot.lock_key for slot in slots), *also})


def claim_lane(
    *,
    slot: Slot,
    at: datetime,
    booking_id: UUID | None = None,
    hold_id: UUID | None = None,
    also_lock: Iterable[int] = (),
) -> SlotClaim:
    """Take the lowest free lane for a booking or hold about to be written; refuses with `slot_taken`.

    The owner's row may follow later in the transaction: its key is checked at commit.
    """
    lock_slots(slot, also=also_lock)
    claim = SlotClaim(
        id=uuid7(),
        created_at=at,
        station_id=slot.station_id,
        date=slot.date,
        slot=slot.slot,
        booking_id=booking_id,
        hold_id=hold_id,
    )
    lane = _insert(claim)
    if lane is None and _free_overdue(slot, at=at):
        lane = _insert(claim)
    if lane is None:
        raise SlotTaken
    claim.lane = lane
    claim._state.adding, claim._state.db = False, connection.alias
    return claim


def convert_claim(*, hold: ReservationHold, booking_id: UUID) -> None:
    """Hand the lane of a hold to its booking by one UPDATE (H-3); refuses when the hold has none."""
    moved = SlotClaim.objects.filter(hold=hold).update(booking_id=booking_id, hold_id=None)
    if moved != 1:
        raise SlotTaken


def release_lane(*, booking: Booking | None = None, hold: ReservationHold | None = None) -> None:
    """Free the lane of a booking or hold that no longer occupies; freeing twice changes nothing."""
    owner = {"booking": booking} if hold is None else {"hold": hold}
    SlotClaim.objects.filter(**owner).delete()


def slot_of(owner: Booking | ReservationHold) -> Slot:
    """Return the slot of a booking or hold."""
    return Slot(owner.station_id, owner.date, owner.slot)


def _insert(claim: SlotClaim) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(
            CLAIM,
            {
                "id": claim.pk,
                "now": claim.created_at,
                "station": claim.station_id,
                "date": claim.date,
                "slot": claim.slot.isoformat(),
                "booking": claim.booking_id,
                "hold": claim.hold_id,
            },
        )
        row = cursor.fetchone()
    return None if row is None else int(row[0])


def _free_overdue(slot: Slot, *, at: datetime) -> bool:
    """Expire the holds of a locked slot whose deadline has passed; tell whether there were any (H-4)."""
    overdue = list(
        ReservationHold.objects.select_for_update(no_key=True, of=("self",))
        .filter(
            station_id=slot.station_id,
            date=slot.date,
            slot=slot.slot,
            status__in=LIVE_HOLD_STATUSES,
            expires_at__lt=at,
        )
        .order_by("pk")
    )
    for hold in overdue:
        mark_expired(hold, at=at)
        release_lane(hold=hold)
    return bool(overdue)
