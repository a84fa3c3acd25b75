from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from identity.actors import UserActor
from identity.exceptions import (
    AccountNotActive,
    StationTokenInvalid,
    TokenExpired,
    TokenInvalid,
    TokenRevoked,
)
from identity.models import User
from identity.selectors.actors import keep_actor
from identity.selectors.station_tokens import actor_at_station
from identity.selectors.users import find_user_with_actor
from identity.services.activity import note_activity
from identity.tokens import decode

STATION_HEADER = "X-Station-Token"


class BearerAuthentication(BaseAuthentication):
    """Access tokens in `Authorization: Bearer` (AU-1 to AU-3), narrowed by `X-Station-Token` (AU-10).

    One statement reads account and rights, a second one the station token where there is one.
    """

    refusals = (TokenInvalid, TokenExpired, TokenRevoked, AccountNotActive, StationTokenInvalid)

    def authenticate(self, request: Request) -> tuple[User, UserActor] | None:
        """Return account and actor, None without a token; a wrong token is a 401 of its own code."""
        scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
        station_token = request.headers.get(STATION_HEADER)
        if scheme.lower() != "bearer":
            if station_token is not None:
                raise StationTokenInvalid
            return None
        at = timezone.now()
        claims = decode("access", token.strip(), at=at)
        found = find_user_with_actor(claims.user_id, at=at, session_id=claims.family_id)
        if found is None:
            raise TokenInvalid
        user, actor = found
        if user.tokens_valid_after is not None and claims.issued_at < user.tokens_valid_after:
            raise TokenRevoked
        if not user.is_active or user.deleted_at is not None:
            raise AccountNotActive
        if station_token is not None:
            actor = actor_at_station(token=station_token, actor=actor, at=at)
            keep_actor(user, actor)
        note_activity(user, at=at)
        return user, actor
