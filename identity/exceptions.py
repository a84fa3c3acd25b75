"""Refusals of identity; the codes are those of the error catalogue."""

from collections.abc import Mapping
from datetime import datetime
from math import ceil

from common.exceptions import DomainError, NotAuthenticated


class TokenInvalid(NotAuthenticated):
    title = "The token cannot be read"


class TokenExpired(DomainError):
    code = "token_expired"
    status = 401
    title = "The token has expired"


class TokenRevoked(DomainError):
    code = "token_revoked"
    status = 401
    title = "The token was revoked"


class TokenReused(DomainError):
    code = "token_reused"
    status = 401
    title = "The refresh token was used before; log in again"


class StationTokenInvalid(DomainError):
    code = "station_token_invalid"
    status = 401
    title = "The station token is not valid"


class InvalidCredentials(DomainError):
    """Wrong password or unknown e-mail; `attempts_left` from the third failure on (AU-5)."""

    code = "invalid_credentials"
    status = 401
    title = "E-mail or password is wrong"

    def __init__(self, *, attempts_left: int | None = None) -> None:
        super().__init__()
        if attempts_left is not None:
            self.extra["attempts_left"] = attempts_left


class MfaCodeInvalid(DomainError):
    """Wrong or used one-time code; `attempts_left` from the third failure on (AU-5)."""

    code = "mfa_code_invalid"
    status = 401
    title = "The code is wrong or was used before"

    def __init__(self, *, attempts_left: int | None = None) -> None:
        super().__init__()
        if attempts_left is not None:
            self.extra["attempts_left"] = attempts_left


class MfaEnrolmentRequired(DomainError):
    code = "mfa_enrolment_required"
    status = 403
    title = "Set up an authenticator app first"


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
