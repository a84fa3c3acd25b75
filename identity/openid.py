"""Sign-in at an OpenID provider: authorization code with PKCE, the id token checked (AU-14); knows no table.

Authlib speaks OAuth and checks the claims, joserfc the signature. Every call to the network has a timeout and
belongs outside of a transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import requests
from authlib.integrations.requests_client import OAuth2Session, OAuthError
from authlib.oauth2 import OAuth2Error
from authlib.oidc.core import CodeIDToken
from django.conf import settings
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from common.exceptions import NotFound
from events.exceptions import ProviderError

SCOPE = "openid email profile"
ALGORITHMS = ("RS256", "ES256")
TIMEOUT = 5
"""Seconds that the provider has for each answer."""
LEEWAY = 60
"""Seconds by which the provider's clock may differ."""
METADATA_KEPT = 3_600


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderIdentity:
    """Whom the provider vouches for; `subject` is its stable id of the person."""

    subject: str
    email: str
    is_email_verified: bool
    name: str = ""
    picture: str | None = None


def authorization_url(*, redirect_uri: str, state: str, nonce: str, verifier: str, at: datetime) -> str:
    """Return where to send the browser; raises NotFound when no provider is set up, ProviderError."""
    endpoint = _metadata(at)["authorization_endpoint"]
    with _session(redirect_uri) as session:
        url, _state = session.create_authorization_url(
            endpoint, state=state, nonce=nonce, code_verifier=verifier, prompt="select_account"
        )
    return str(url)


def fetch_identity(
    *, code: str, redirect_uri: str, nonce: str, verifier: str, at: datetime
) -> ProviderIdentity:
    """Exchange the code for the id token and return whom it names; raises ProviderError."""
    metadata = _metadata(at)
    try:
        with _session(redirect_uri) as session:
            token = session.fetch_token(
                metadata["token_endpoint"],
                grant_type="authorization_code",
                code=code,
                code_verifier=verifier,
                timeout=TIMEOUT,
            )
        claims = _checked_claims(token, metadata, nonce=nonce, at=at)
        return ProviderIdentity(
            subject=str(claims["sub"]),
            email=str(claims["email"]),
            is_email_verified=claims.get("email_verified") is True,
            name=str(claims.get("name") or ""),
            picture=claims.get("picture"),
        )
    except (requests.RequestException, OAuthError, OAuth2Error, JoseError, KeyError, ValueError) as error:
        raise ProviderError("The sign-in provider's answer cannot be used.") from error


def is_set_up() -> bool:
    """Tell whether a provider is named in the settings."""
    return bool(settings.GOOGLE_CLIENT_ID)


def _session(redirect_uri: str) -> Any:
    return OAuth2Session(
        settings.GOOGLE_CLIENT_ID,
        settings.GOOGLE_CLIENT_SECRET,
        scope=SCOPE,
        redirect_uri=redirect_uri,
        code_challenge_method="S256",
        default_timeout=TIMEOUT,
    )


def _metadata(at: datetime) -> Mapping[str, Any]:
    if not is_set_up():
        raise NotFound("Sign-in with Google is not set up.")
    return _fetched_metadata(settings.GOOGLE_ISSUER.rstrip("/"), int(at.timestamp()) // METADATA_KEPT)


@lru_cache(maxsize=4)
def _fetched_metadata(issuer: str, _hour: int) -> Mapping[str, Any]:
    metadata = _get(f"{issuer}/.well-known/openid-configuration")
    if metadata.get("issuer") != issuer:
        raise ProviderError("The sign-in provider names another issuer.")
    return metadata


def _get(url: str) -> dict[str, Any]:
    try:
        answer = requests.get(url, timeout=TIMEOUT, allow_redirects=False)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
    except (requests.RequestException, ValueError) as error:
        raise ProviderError from error
    return found


def _checked_claims(
    token: Mapping[str, Any], metadata: Mapping[str, Any], *, nonce: str, at: datetime
) -> CodeIDToken:
    keys = KeySet.import_key_set(_get(metadata["jwks_uri"]))  # type: ignore[arg-type]  # checked by the library
    decoded = jwt.decode(token["id_token"], keys, algorithms=ALGORITHMS)
    claims = CodeIDToken(
        decoded.claims,
        decoded.header,
        options={
            "iss": {"essential": True, "value": metadata["issuer"]},
            "aud": {"essential": True, "value": settings.GOOGLE_CLIENT_ID},
        },
        params={
            "nonce": nonce,
            "client_id": settings.GOOGLE_CLIENT_ID,
            "access_token": token.get("access_token"),
        },
    )
    claims.validate(now=int(at.timestamp()), leeway=LEEWAY)
    return claims
