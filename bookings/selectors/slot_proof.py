"""D-8: occupancy derived anew from bookings and holds, row by row, and compared with the claims."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import F

from bookings.calendar import length, starts_at
from bookings.enums import LIVE_HOLD_STATUSES, OCCUPYING_STATUSES
from bookings.models import Booking, ReservationHold, SlotClaim
from identity.models import Station

CHUNK = 5_000


class Place(NamedTuple):
    """One lane of one slot."""

    station_id: UUID
    date: date
    slot: time
    lane: int


class Occupant(NamedTuple):
    """A booking or hold that, by its own row, occupies a place."""

    kind: str
    id: UUID
    place: Place
    starts_at: datetime
    ends_at: datetime | None
    guests: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotFinding:
    """One difference; `kind` names it, `owner` says whose row it is (kind and id)."""

    kind: str
    owner: str
    station_id: UUID
    date: date
    slot: time
    lane: int
    detail: str

    def as_json(self) -> dict[str, Any]:
        """Return the finding as JSON values."""
        return {
            **asdict(self),
            "station_id": str(self.station_id),
            "date": self.date.isoformat(),
            "slot": self.slot.isoformat("minutes"),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotProof:
    """What was counted and what did not fit."""

    bookings: int
    holds: int
    claims: int
    findings: tuple[SlotFinding, ...]


def prove_slots(
    *, station: Station | None = None, start: date | None = None, end: date | None = None
) -> SlotProof:
    """Compare what bookings and holds say of themselves with `slot_claims`; no constraint is trusted.

    Findings: missing_claim, extra_claim, wrong_place, double_claim, double_lane, wrong_starts_at,
    wrong_ends_at, nonexistent_time. Callers on a running database give it one snapshot.
    """
    reach: dict[str, Any] = {}
    if station is not None:
        reach["station"] = station
    if start is not None:
        reach["date__gte"] = start
    if end is not None:
        reach["date__lte"] = end
    occupants = {(occupant.kind, occupant.id): occupant for occupant in _occupants(reach)}
    claims = list(_claims(reach))
    zones = dict(Station.objects.values_list("pk", "timezone"))
    findings = [
        *_compare_claims(occupants, claims),
        *_double_lanes(occupants.values()),
        *_wrong_times(occupants.values(), zones),
    ]
    kinds = [kind for kind, _id in occupants]
    return SlotProof(
        bookings=kinds.count("booking"),
        holds=kinds.count("hold"),
        claims=len(claims),
        findings=tuple(sorted(findings, key=lambda found: (found.date, found.slot, found.lane, found.kind))),
    )


def _occupants(reach: Mapping[str, Any]) -> Iterator[Occupant]:
    """Yield whatever occupies by the word of its own row (S-2)."""
    bookings = Booking.objects.filter(**reach, status__in=OCCUPYING_STATUSES, deleted_at__isnull=True)
    guests = F("party_adults") + F("party_kids") + F("party_toddlers")
    for pk, station_id, day, slot, lane, begins, ends, party in bookings.values_list(
        "id", "station_id", "date", "slot", "lane", "starts_at", "ends_at", guests
    ).iterator(CHUNK):
        yield Occupant("booking", pk, Place(station_id, day, slot, lane), begins, ends, party)
    holds = ReservationHold.objects.filter(**reach, status__in=LIVE_HOLD_STATUSES)
    for pk, station_id, day, slot, lane, begins in holds.values_list(
        "id", "station_id", "date", "slot", "lane", "starts_at"
    ).iterator(CHUNK):
        yield Occupant("hold", pk, Place(station_id, day, slot, lane), begins, None, 0)


def _claims(reach: Mapping[str, Any]) -> Iterator[tuple[tuple[str, UUID], Place]]:
    rows = SlotClaim.objects.filter(**reach).values_list(
        "booking_id", "hold_id", "station_id", "date", "slot", "lane"
    )
    for booking_id, hold_id, station_id, day, slot, lane in rows.iterator(CHUNK):
        owner = ("hold", hold_id) if booking_id is None else ("booking", booking_id)
        yield owner, Place(station_id, day, slot, lane)


def _compare_claims(
    occupants: Mapping[tuple[str, UUID], Occupant], claims: Iterable[tuple[tuple[str, UUID], Place]]
) -> Iterator[SlotFinding]:
    claimed: dict[tuple[str, UUID], list[Place]] = defaultdict(list)
    for owner, place in claims:
        claimed[owner].append(place)
    for owner, occupant in occupants.items():
        places = claimed.pop(owner, [])
        if not places:
            yield _finding("missing_claim", owner, occupant.place, "occupies without a claim")
        for place in places:
            if place != occupant.place:
                wanted = f"its own row says {occupant.place.date} {occupant.place.slot:%H:%M}"
                yield _finding("wrong_place", owner, place, f"{wanted} lane {occupant.place.lane}")
        if len(places) > 1:
            yield _finding("double_claim", owner, places[1], f"holds {len(places)} claims")
    for owner, places in claimed.items():
        for place in places:
            yield _finding("extra_claim", owner, place, "is claimed for an owner that occupies nothing there")


def _double_lanes(occupants: Iterable[Occupant]) -> Iterator[SlotFinding]:
    holders: dict[Place, list[Occupant]] = defaultdict(list)
    for occupant in occupants:
        holders[occupant.place].append(occupant)
    for place, found in holders.items():
        for occupant in found[1:]:
            first = found[0]
            owner = (occupant.kind, occupant.id)
            yield _finding("double_lane", owner, place, f"shares its lane with {first.kind} {first.id}")


def _wrong_times(occupants: Iterable[Occupant], zones: Mapping[UUID, str]) -> Iterator[SlotFinding]:
    for occupant in occupants:
        owner, place = (occupant.kind, occupant.id), occupant.place
        wanted = starts_at(zones[place.station_id], place.date, place.slot)
        if wanted is None:
            yield _finding("nonexistent_time", owner, place, "stands at a local time that does not exist")
        elif occupant.starts_at != wanted:
            yield _finding("wrong_starts_at", owner, place, f"starts at {occupant.starts_at.isoformat()}")
        if occupant.ends_at is not None and occupant.ends_at - occupant.starts_at != length(occupant.guests):
            yield _finding("wrong_ends_at", owner, place, f"ends at {occupant.ends_at.isoformat()}")


def _finding(kind: str, owner: tuple[str, UUID], place: Place, detail: str) -> SlotFinding:
    return SlotFinding(
        kind=kind,
        owner=f"{owner[0]} {owner[1]}",
        station_id=place.station_id,
        date=place.date,
        slot=place.slot,
        lane=place.lane,
        detail=detail,
    )
