"""Who can be asked to take care of a conversation."""

from datetime import datetime

from django.db.models import QuerySet

from common.actors import Actor
from identity.models import StationUser, User
from identity.selectors.links import live_link


def list_agents(actor: Actor, *, code: str, at: datetime) -> QuerySet[User]:
    """Return the active accounts with a live link to a station that the actor's code reaches, by name."""
    links = StationUser.objects.filter(live_link(at))
    scope = actor.scope(code)
    if not scope.everywhere:
        links = links.filter(station_id__in=scope.stations)
    return User.objects.filter(is_active=True, pk__in=links.values("user_id")).order_by("full_name", "pk")
