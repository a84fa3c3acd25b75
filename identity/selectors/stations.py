from django.db.models import QuerySet

from common.actors import Actor
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
    return Station.objects.filter(pk__in=reachable)


def list_active_stations() -> QuerySet[Station]:
    """Stations that take bookings (S-1), by code."""
    return Station.objects.filter(status=StationStatus.ACTIVE).order_by("code", "pk")
