from uuid import UUID

from django.db.models import Q, QuerySet

from common.actors import Actor
from common.exceptions import NotFound
from identity.actors import UserActor
from identity.enums import StationStatus
from identity.models import Station


def list_stations(actor: Actor, *, code: str = "station.read") -> QuerySet[Station]:
    """Stations within reach of the permission code; a right to own records reaches the linked stations."""
    scope = actor.scope(code)
    if scope.everywhere:
        return Station.objects.all()
    reachable = set(scope.stations)
    if scope.own and isinstance(actor, UserActor):
        reachable.update(link.station_id for link in actor.links)
    return Station.objects.filter(Q(pk__in=reachable))


def get_station(actor: Actor, pk: UUID, *, code: str = "station.read") -> Station:
    """Return a station within reach of the permission code; raises NotFound."""
    station = list_stations(actor, code=code).filter(pk=pk).first()
    if station is None:
        raise NotFound("There is no such station.")
    return station


def list_active_stations() -> QuerySet[Station]:
    """Stations that take bookings (S-1), by code."""
    return Station.objects.filter(status=StationStatus.ACTIVE).order_by("code", "pk")
