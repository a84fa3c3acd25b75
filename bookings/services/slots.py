"""The one place that takes, hands over and frees lanes (D-1); whoever asks comes through here."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from bookings.enums import LIVE_HOLD_STATUSES
from bookings.exceptions import SlotNotOffered, SlotTaken
from bookings.models import Booking, ReservationHold, SlotClaim
from bookings.services.hold_states import mark_expired
from common.db.locks import advisory_xact_locks, lock_key
from common.db.statements import Statement
from common.models import uuid7
from identity.enums import StationStatus
from identity.models import Station

# The lowest free lane, read and taken by one statement (S-2), while fewer lanes are claimed than the station
# has at this moment (S-3) and it is open. Closing or changing a station takes FOR UPDATE of its row: whoever
# comes second waits, and then sees what the first has done.
FREE_LANE = f"""
WITH station AS MATERIALIZED (
    SELECT id, slot_capacity::int AS lanes FROM {Station._meta.db_table}
    WHERE id = %(station)s AND status = '{StationStatus.ACTIVE}'
    FOR KEY SHARE
), claimed AS MATERIALIZED (
    SELECT lane FROM {SlotClaim._meta.db_table}
    WHERE station_id = %(station)s AND date = %(date)s AND slot = %(slot)s::time
)
"""  # noqa: S608 -- table names of our own models (Django's public option object) and a choice of ours
FROM_FREE_LANE = """
FROM station
CROSS JOIN LATERAL (
    SELECT lanes.number AS lane FROM generate_series(1, station.lanes) AS lanes(number)
    WHERE lanes.number NOT IN (SELECT lane FROM claimed)
    ORDER BY lanes.number LIMIT 1
) AS free
WHERE (SELECT count(*) FROM claimed) < station.lanes
"""
CLAIM = Statement(
    f"""
{FREE_LANE}
INSERT INTO {SlotClaim._meta.db_table} (id, created_at, station_id, date, slot, lane, booking_id, hold_id)
SELECT %(id)s, %(now)s, station.id, %(date)s, %(slot)s::time, free.lane, %(booking)s::uuid, %(hold)s::uuid
{FROM_FREE_LANE}
RETURNING lane
"""
)
# Of a booking that moves (BK-13); its old lane is free by the same statement.
MOVE = Statement(
    f"""
{FREE_LANE}
UPDATE {SlotClaim._meta.db_table} AS claim
SET date = %(date)s, slot = %(slot)s::time, lane = free.lane
{FROM_FREE_LANE} AND claim.booking_id = %(booking)s::uuid
RETURNING claim.lane
"""  # noqa: S608 -- as above
)


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

    A station that has closed refuses with `slot_not_offered`; it stays open until the transaction ends.
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
        raise _refusal(slot.station_id)
    claim.lane = lane
    claim._state.adding, claim._state.db = False, connection.alias
    return claim


def move_lane(*, booking: Booking, to: Slot, at: datetime) -> int:
    """Move the claim of a booking to the lowest free lane of another slot by one UPDATE; return the lane.

    The caller has locked both slots. Refuses with `slot_taken`, or `slot_not_offered` of a closed station.
    """
    values = {"station": to.station_id, "date": to.date, "slot": to.slot.isoformat(), "booking": booking.pk}
    row = MOVE.row(values)
    if row is None and _free_overdue(to, at=at):
        row = MOVE.row(values)
    if row is None:
        raise _refusal(to.station_id)
    return int(row[0])


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
    row = CLAIM.row(
        {
            "id": claim.pk,
            "now": claim.created_at,
            "station": claim.station_id,
            "date": claim.date,
            "slot": claim.slot.isoformat(),
            "booking": claim.booking_id,
            "hold": claim.hold_id,
        }
    )
    return None if row is None else int(row[0])


def _refusal(station_id: UUID) -> SlotTaken | SlotNotOffered:
    """Return why a slot has no lane: others took them, or its station has closed."""
    if Station.objects.filter(pk=station_id, status=StationStatus.ACTIVE).exists():
        return SlotTaken()
    return SlotNotOffered("The station is closed.")


def _free_overdue(slot: Slot, *, at: datetime) -> bool:
    """Expire the holds of a locked slot whose deadline has passed; tell whether there were any (H-4).

    Locks holds before the customer, where D-9 names the customer first. No circle can come of it: whoever
    locks a hold has locked the key of its slot before (`holds.moves`), so nobody else waits for these rows.
    """
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
