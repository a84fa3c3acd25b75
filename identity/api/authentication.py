from typing import ClassVar

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from common.exceptions import DomainError
from identity.actors import UserActor
from identity.exceptions import (
    AccountNotActive,
    MfaEnrolmentRequired,
    StationTokenInvalid,
    TokenExpired,
    TokenInvalid,
    TokenRevoked,
)
from identity.models import User
from identity.policies import must_enrol_mfa
from identity.selectors.actors import keep_actor
from identity.selectors.station_tokens import actor_at_station
from identity.selectors.users import find_bearer
from identity.services.activity import note_activity
from identity.tokens import decode

STATION_HEADER = "X-Station-Token"


class BearerAuthentication(BaseAuthentication):
    """Access tokens in `Authorization: Bearer` (AU-1 to AU-3), narrowed by `X-Station-Token` (AU-10).

    One statement reads account, rights and whether the log-in has ended, a second one the station token where
    there is one.
    """

    refusals: ClassVar[tuple[type[DomainError], ...]] = (
        TokenInvalid,
        TokenExpired,
        TokenRevoked,
        AccountNotActive,
        StationTokenInvalid,
        MfaEnrolmentRequired,
    )
    admits_unenrolled: ClassVar[bool] = False
    """Let accounts pass that must set up MFA before they do anything else (AU-8)."""

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
        found = find_bearer(claims.user_id, at=at, session_id=claims.family_id)
        if found is None:
            raise TokenInvalid
        user, actor, session_ended = found
        cut_off_at = user.tokens_valid_after
        if session_ended or (cut_off_at is not None and claims.issued_at < cut_off_at):
            raise TokenRevoked
        if not user.is_active or user.deleted_at is not None:
            raise AccountNotActive
        if not self.admits_unenrolled and must_enrol_mfa(user, at=at):
            raise MfaEnrolmentRequired
        if station_token is not None:
            actor = actor_at_station(token=station_token, actor=actor, at=at)
            keep_actor(user, actor)
        note_activity(user, at=at)
        return user, actor


class EnrolmentAuthentication(BearerAuthentication):
    """Bearer tokens at the endpoints where the second factor is set up."""

    refusals = tuple(item for item in BearerAuthentication.refusals if item is not MfaEnrolmentRequired)
    admits_unenrolled = True
