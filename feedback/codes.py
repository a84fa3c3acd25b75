"""Coupon codes that people can type: Crockford's base 32 has no I, L, O and U (RV-7)."""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 10


def new_coupon_code() -> str:
    """Return a random code of ten characters, fifty bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
