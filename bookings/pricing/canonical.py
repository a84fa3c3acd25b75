"""Canonical JSON and its SHA-256: what Q-14 hashes."""

import hashlib
import json


def canonical_json(value: object) -> bytes:
    """Return JSON with sorted keys and no spaces in UTF-8; refuses floats' NaN and what JSON cannot hold."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    # A lone surrogate can come out of a client's JSON escape: it is hashed, not a reason to fail.
    return text.encode("utf-8", "surrogatepass")


def sha256_hex(value: object) -> str:
    """Return the SHA-256 of the value's canonical JSON as 64 lower-case hex digits."""
    return hashlib.sha256(canonical_json(value)).hexdigest()
