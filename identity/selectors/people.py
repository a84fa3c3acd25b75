"""Which accounts an actor may see: those linked to the stations in reach, and their own."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from common.actors import Actor
from common.exceptions import NotFound
from identity.enums import UserStatus
from identity.models import Role, StationUser, User


def list_people(actor: Actor) -> QuerySet[User]:
    """Return the accounts within reach of user.read."""
    scope = actor.scope("user.read")
    if scope.everywhere:
        return User.objects.all()
    links = StationUser.objects.filter(user=OuterRef("pk"), station__in=scope.stations)
    return User.objects.filter(Q(Exists(links)) | Q(pk=actor.id)) if scope else User.objects.none()


def list_people_with_rights(actor: Actor) -> QuerySet[User]:
    """Return them with roles and station links; of the links only those that the actor may know of."""
    scope = actor.scope("user.read")
    links = StationUser.objects.select_related("station").order_by("station__code", "pk")
    if not scope.everywhere:
        links = links.filter(Q(station__in=scope.stations) | Q(user_id=actor.id))
    return list_people(actor).prefetch_related(Prefetch("station_users", queryset=links), "user_roles__role")


def get_person(actor: Actor, pk: UUID) -> User:
    """Return one account within reach, with its rights; raises NotFound."""
    user = list_people_with_rights(actor).filter(pk=pk).first()
    if user is None:
        raise NotFound("There is no such account.")
    return user


def find_linkable(actor: Actor, pk: UUID) -> User:
    """Return an account that the actor may link: one within reach of user.read; raises NotFound."""
    user = list_people(actor).filter(pk=pk, deleted_at__isnull=True).first()
    if user is None:
        raise NotFound("There is no such account.")
    return user


def list_invited(actor: Actor) -> QuerySet[User]:
    """Return the open invitations within reach of user.invite: of its stations, and the actor's own."""
    scope = actor.scope("user.invite")
    invited = User.objects.live().filter(status=UserStatus.PENDING, invitation_expires_at__isnull=False)
    if scope.everywhere:
        return invited
    links = StationUser.objects.filter(user=OuterRef("pk"), station__in=scope.stations)
    return invited.filter(Q(Exists(links)) | Q(invited_by_id=actor.id))


def list_roles() -> QuerySet[Role]:
    """Return every role with its codes."""
    return Role.objects.prefetch_related("role_permissions__permission")
