"""Refusals of identity; the codes are those of the error catalogue."""

from collections.abc import Mapping
from datetime import datetime
from math import ceil

from common.exceptions import DomainError

BEARER = {"WWW-Authenticate": "Bearer"}


class Unauthorized(DomainError):
    """A 401: tells the client how to authenticate."""

    status = 401

    def __init__(self, detail: str = "", **extra: object) -> None:
        super().__init__(detail, headers=BEARER, **extra)


class TokenExpired(Unauthorized):
    code = "token_expired"
    title = "The token has expired"


class TokenRevoked(Unauthorized):
    code = "token_revoked"
    title = "The token was revoked"


class TokenReused(Unauthorized):
    code = "token_reused"
    title = "The refresh token was used before; log in again"


class TokenInvalid(Unauthorized):
    code = "not_authenticated"
    title = "The token cannot be read"


class StationTokenInvalid(Unauthorized):
    code = "station_token_invalid"
    title = "The station token is not valid"


class InvalidCredentials(Unauthorized):
    """Wrong password or unknown e-mail; `attempts_left` from the third failure on (AU-5)."""

    code = "invalid_credentials"
    title = "E-mail or password is wrong"

    def __init__(self, *, attempts_left: int | None = None) -> None:
        super().__init__(**({} if attempts_left is None else {"attempts_left": attempts_left}))


class AccountNotActive(DomainError):
    code = "account_not_active"
    status = 403
    title = "The account is not active"


class AccountLocked(DomainError):
    """Too many failures; `Retry-After` tells the seconds left."""

    code = "account_locked"
    status = 423
    title = "Too many failed attempts; try again later"

    def __init__(self, *, locked_until: datetime, at: datetime) -> None:
        seconds = max(1, ceil((locked_until - at).total_seconds()))
        super().__init__(headers={"Retry-After": str(seconds)})


class LastSuperAdmin(DomainError):
    code = "last_super_admin"
    status = 409
    title = "The last active super admin must stay"


class StationInUse(DomainError):
    """Something still happens at the station; `counts` says what (R-8)."""

    code = "station_in_use"
    status = 409
    title = "The station is in use"

    def __init__(self, *, counts: Mapping[str, int]) -> None:
        words = ", ".join(f"{number} {kind.replace('_', ' ')}" for kind, number in counts.items())
        super().__init__(f"The station is in use: {words}.", counts=dict(counts))
