"""What a browser carries from the start of a sign-in to its end (AU-14): a signed cookie, 10 minutes."""

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

from common.exceptions import LinkExpired
from identity.tokens import instant, numeric_date

COOKIE = "google_sign_in"
LIFETIME = timedelta(minutes=10)
SALT = "identity.sign_in_state"
RANDOM_BYTES = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInState:
    """One sign-in: `state` and `nonce` bind the provider's answer to this browser."""

    state: str
    nonce: str
    intent: str
    return_url: str
    expires_at: datetime

    @property
    def verifier(self) -> str:
        """The PKCE code verifier: known to us alone, since it needs our key; 43 characters."""
        digest = salted_hmac(f"{SALT}.pkce", self.state, algorithm="sha256").digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def new_state(*, intent: str, return_url: str, at: datetime) -> SignInState:
    """Return the state of a sign-in that begins now."""
    return SignInState(
        state=secrets.token_urlsafe(RANDOM_BYTES),
        nonce=secrets.token_urlsafe(RANDOM_BYTES),
        intent=intent,
        return_url=return_url,
        expires_at=at + LIFETIME,
    )


def to_cookie(state: SignInState) -> str:
    """Return the cookie's value; signed, so that a browser cannot choose where it leads."""
    claims = {
        "s": state.state,
        "n": state.nonce,
        "i": state.intent,
        "r": state.return_url,
        "e": numeric_date(state.expires_at),
    }
    return signing.dumps(claims, salt=SALT)


def from_cookie(value: str, *, state: str, at: datetime) -> SignInState:
    """Return the sign-in that the cookie tells of; LinkExpired unless it is this one and still young."""
    try:
        claims: dict[str, Any] = signing.loads(value, salt=SALT)
    except signing.BadSignature:
        raise LinkExpired("Begin the sign-in anew.") from None
    found = SignInState(
        state=claims["s"],
        nonce=claims["n"],
        intent=claims["i"],
        return_url=claims["r"],
        expires_at=instant(claims["e"]),
    )
    if at >= found.expires_at or not constant_time_compare(found.state, state):
        raise LinkExpired("Begin the sign-in anew.")
    return found
