"""Which accounts an actor may see: those linked to the stations in reach, and their own."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from common.actors import Actor
from identity.models import StationUser, User


def list_people(actor: Actor) -> QuerySet[User]:
    """Return the accounts within reach of user.read."""
    scope = actor.scope("user.read")
    if scope.everywhere:
        return User.objects.all()
    links = StationUser.objects.filter(user=OuterRef("pk"), station__in=scope.stations)
    return User.objects.filter(Q(Exists(links)) | Q(pk=actor.id)) if scope else User.objects.none()
