"""What the staff endpoints share: which station is meant, and may the actor do this there (R-4, AU-10)."""

from typing import Any
from uuid import UUID

from bookings.models import Booking
from bookings.policies import may
from common.actors import Actor
from common.exceptions import FieldError, NotFound, PermissionDenied, ValidationFailed
from identity.actors import UserActor
from identity.models import Station


def require(actor: Actor, action: str, booking: Booking) -> Booking:
    """Return the booking, or refuse (403) an action that the actor's rights at its station do not cover."""
    if not may(actor, action, booking):
        raise PermissionDenied
    return booking


def require_at(actor: Actor, code: str, station_id: UUID | None) -> None:
    """Refuse (403) unless the code reaches rows of the station; None means rows of the company (R-9)."""
    if not actor.scope(code).includes(station_id):
        raise PermissionDenied


def station_meant(actor: Actor, given: UUID | None) -> UUID:
    """Return the station of a request: the one given, else the only one linked; 400 when that is unclear."""
    sole = actor.sole_station_id() if isinstance(actor, UserActor) else None
    station_id = given or sole
    if station_id is None:
        raise ValidationFailed([FieldError("/station_id", "required", "Name the station.")])
    return station_id


def readable_station(actor: Actor, code: str, query: dict[str, Any]) -> Station:
    """Return the station a query is about; one out of the code's reach does not exist (404)."""
    station = Station.objects.filter(pk=station_meant(actor, query.get("station_id"))).first()
    if station is None or not actor.scope(code).includes(station.pk):
        raise NotFound("There is no such station.")
    return station
