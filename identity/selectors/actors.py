from collections.abc import Iterable

from django.utils import timezone

from identity.actors import UserActor
from identity.models import StationAccessToken, User
from identity.permissions import CODES
from identity.selectors.grants import read_actor

KEPT_ACTOR = "_request_actor"


def actor_for(user: User, *, station_token: StationAccessToken | None = None) -> UserActor:
    """Return who the account is as an actor, its rights read by one statement; no rights unless it is active.

    A user that authentication loaded for the running request brings its actor along.
    """
    actor = kept_actor(user)
    if actor is None:
        if not user.is_active or user.deleted_at is not None:
            return UserActor(id=user.pk, role=user.role)
        actor = read_actor(user_id=user.pk, role=user.role, at=timezone.now())
    return narrowed_by(actor, station_token) if station_token is not None else actor


def keep_actor(user: User, actor: UserActor) -> None:
    """Let the actor travel with an instance that lives no longer than its request."""
    setattr(user, KEPT_ACTOR, actor)


def kept_actor(user: User) -> UserActor | None:
    """Return the actor that authentication found for this instance."""
    # Not through __dict__: the user of a session is a lazy wrapper.
    actor = getattr(user, KEPT_ACTOR, None)
    return actor if isinstance(actor, UserActor) else None


def narrowed_by(actor: UserActor, station_token: StationAccessToken) -> UserActor:
    """Return the actor limited to the token's station and to the codes at its issue (AU-10)."""
    return actor.narrowed(station_token.station_id, known_codes(station_token.permissions))


def known_codes(codes: Iterable[str]) -> frozenset[str]:
    """Return those codes that the house still knows."""
    return frozenset(CODES) & frozenset(codes)
