"""One text for equal values: what hash chains, fingerprints and quote hashes are taken of."""

import hashlib
from typing import Any

import orjson


def canonical_json(value: Any) -> bytes:
    """Return JSON in UTF-8 with sorted keys and no spaces; raises TypeError for what JSON cannot hold."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def fingerprint(value: Any) -> str:
    """Return the SHA-256 of the canonical JSON in lower-case hexadecimal."""
    return hashlib.sha256(canonical_json(value)).hexdigest()
