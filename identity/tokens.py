"""Reading and writing tokens (AU-1, AU-10); knows no table and no clock.

Access and refresh tokens have a secret each, so that neither passes for the other. `iat` is fractional, since
"log out everywhere" compares it with an instant (AU-2).
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Literal
from uuid import UUID

import jwt
from django.conf import settings

from identity.exceptions import TokenExpired, TokenInvalid

ALGORITHM = "HS256"
AUDIENCE = "myhibachi-api"
MICROSECONDS = 1_000_000
MAX_LENGTH = 2_000
VERIFIED_KEPT = 4_096

STATION_PREFIX = "st_"
STATION_RANDOM_BYTES = 32
STATION_LENGTH = len(STATION_PREFIX) + 43

TokenType = Literal["access", "refresh"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What a verified token says; `family_id` is the log-in it descends from."""

    user_id: UUID
    jti: str
    family_id: UUID
    issued_at: datetime
    expires_at: datetime
    role: str


def instant(seconds: float) -> datetime:
    """Return a NumericDate as UTC, to the microsecond; a float keeps them until the year 2255."""
    whole = round(seconds * MICROSECONDS)
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=whole)


def numeric_date(at: datetime) -> float:
    """Return an instant as a NumericDate with a fraction."""
    return round((at - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(microseconds=1)) / MICROSECONDS


def _secret(kind: TokenType) -> str:
    secret: str = settings.JWT_ACCESS_SECRET if kind == "access" else settings.JWT_REFRESH_SECRET
    return secret


def new_jti(family_id: UUID) -> str:
    """Return a fresh token id that also tells the log-in it belongs to."""
    return f"{family_id.hex}.{secrets.token_urlsafe(12)}"


def encode(kind: TokenType, *, user_id: UUID, role: str, jti: str, at: datetime, lifetime: timedelta) -> str:
    """Return a signed token of the kind."""
    claims = {
        "sub": str(user_id),
        "jti": jti,
        "iat": numeric_date(at),
        "exp": int(numeric_date(at + lifetime)),
        "aud": AUDIENCE,
        "role": role,
        "typ": kind,
    }
    return jwt.encode(claims, _secret(kind), algorithm=ALGORITHM)


def decode(kind: TokenType, token: str, *, at: datetime) -> Claims:
    """Return the claims of a token of the kind; raises TokenInvalid, or TokenExpired from `exp` on."""
    if len(token) > MAX_LENGTH:
        raise TokenInvalid
    claims = _verified(kind, token, _secret(kind))
    if at >= claims.expires_at:
        raise TokenExpired
    return claims


@lru_cache(maxsize=VERIFIED_KEPT)
def _verified(kind: TokenType, token: str, secret: str) -> Claims:
    """Return the claims of a well-signed token; a signature does not change, so it is checked once."""
    try:
        payload: dict[str, Any] = jwt.decode(
            token,
            secret,
            algorithms=[ALGORITHM],
            audience=AUDIENCE,
            options={
                "require": ["sub", "jti", "iat", "exp", "aud"],
                # The caller's clock decides, not the library's: `decode` compares it.
                "verify_exp": False,
                "verify_iat": False,
            },
        )
        if payload["typ"] != kind:
            raise TokenInvalid
        claims = Claims(
            user_id=UUID(payload["sub"]),
            jti=payload["jti"],
            family_id=UUID(payload["jti"].partition(".")[0]),
            issued_at=instant(payload["iat"]),
            expires_at=instant(payload["exp"]),
            role=payload["role"],
        )
    except (jwt.InvalidTokenError, KeyError, ValueError, TypeError, OverflowError) as error:
        raise TokenInvalid from error
    return claims


def new_station_token() -> str:
    """Return a fresh opaque station token: `st_` and 43 characters."""
    return STATION_PREFIX + secrets.token_urlsafe(STATION_RANDOM_BYTES)


def looks_like_station_token(token: str) -> bool:
    """Tell whether a text has the shape of a station token."""
    return len(token) == STATION_LENGTH and token.startswith(STATION_PREFIX)


def stored_hash(secret: str) -> str:
    """Return what the database keeps of a token or token id: its SHA-256 in hexadecimal."""
    return hashlib.sha256(secret.encode()).hexdigest()
