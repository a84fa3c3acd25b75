"""AU-1: the shape of tokens."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import jwt
import pytest
from django.conf import settings

from identity.exceptions import TokenExpired, TokenInvalid
from identity.tokens import (
    Claims,
    decode,
    encode,
    looks_like_station_token,
    new_jti,
    new_station_token,
    stored_hash,
)

AT = datetime(2026, 3, 2, 18, 30, 0, 123457, tzinfo=UTC)
USER, FAMILY = uuid4(), uuid4()


def make(kind="access", *, lifetime=timedelta(minutes=30), jti=None):
    jti = jti or new_jti(FAMILY)
    return encode(kind, user_id=USER, role="admin", jti=jti, at=AT, lifetime=lifetime)


def forge(secret=None, **changes):
    claims = {
        "sub": str(USER),
        "jti": new_jti(FAMILY),
        "iat": AT.timestamp(),
        "exp": AT.timestamp() + 60,
        "aud": "myhibachi-api",
        "role": "admin",
        "typ": "access",
    } | changes
    claims = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(claims, secret or settings.JWT_ACCESS_SECRET, algorithm="HS256")


def test_access_token_carries_exactly_the_claims_of_au_1():
    payload = jwt.decode(make(jti=f"{FAMILY.hex}.x"), options={"verify_signature": False})
    assert payload == {
        "sub": str(USER),
        "jti": f"{FAMILY.hex}.x",
        "iat": pytest.approx(AT.timestamp(), abs=1e-7),
        "exp": int(AT.timestamp()) + 1800,
        "aud": "myhibachi-api",
        "role": "admin",
        "typ": "access",
    }
    assert jwt.get_unverified_header(make()) == {"alg": "HS256", "typ": "JWT"}


def test_decoding_gives_back_what_was_encoded_to_the_microsecond():
    assert decode("access", make(jti=f"{FAMILY.hex}.x"), at=AT) == Claims(
        user_id=USER,
        jti=f"{FAMILY.hex}.x",
        family_id=FAMILY,
        issued_at=AT,
        expires_at=AT.replace(microsecond=0) + timedelta(minutes=30),
        role="admin",
    )


def test_neither_kind_passes_for_the_other():
    for made, read in (("access", "refresh"), ("refresh", "access")):
        with pytest.raises(TokenInvalid):
            decode(read, make(made), at=AT)


def test_expired_from_exp_on():
    token = make(lifetime=timedelta(seconds=10))
    end = AT.replace(microsecond=0) + timedelta(seconds=10)
    assert decode("access", token, at=end - timedelta(microseconds=1)).user_id == USER
    with pytest.raises(TokenExpired):
        decode("access", token, at=end)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        "a.b.c",
        "é.é.é",
        "x" * 5000,
        forge(secret="another secret of at least 32 characters"),
        forge(aud="someone-else"),
        forge(typ="refresh"),
        forge(typ=None),
        forge(role=None),
        forge(sub="no uuid"),
        forge(sub=None),
        forge(jti="no-family"),
        forge(iat="yesterday"),
        forge(iat=1e300),
        forge(exp="never"),
        jwt.encode({"sub": str(USER)}, "", algorithm="none"),
    ],
    ids=map(str, range(17)),
)
def test_anything_else_is_unreadable(token):
    with pytest.raises(TokenInvalid) as refused:
        decode("access", token, at=AT)
    assert (refused.value.code, refused.value.status) == ("not_authenticated", 401)


def test_station_token_is_st_and_43_characters():
    token = new_station_token()
    assert len(token) == 46
    assert token.startswith("st_")
    assert looks_like_station_token(token)
    assert not looks_like_station_token(token[:-1])
    assert not looks_like_station_token("xx_" + token[3:])
    assert len(stored_hash(token)) == 64
