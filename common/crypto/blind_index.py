"""Keyed hashes that find equal contacts undecrypted: one key per kind, not per column (P-2, P-8)."""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType

from common.crypto.keyring import KeyRing, index_keys
from common.crypto.normalize import normalize_email, normalize_handle, normalize_ip, normalize_phone

NORMALIZERS: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {"email": normalize_email, "phone": normalize_phone, "handle": normalize_handle, "ip": normalize_ip}
)
INDEX_BYTES = 32


def blind_index(value: str, *, kind: str) -> bytes:
    """Return the index of a contact under the newest key; ValueError for an empty or impossible contact."""
    ring = index_keys()
    return _digest(ring, ring.newest, kind, _normalized(value, kind))


def blind_indexes(value: str, *, kind: str) -> list[bytes]:
    """Return the index under every key of the ring, newest first: look up with `__in`."""
    ring, normalized = index_keys(), _normalized(value, kind)
    return [_digest(ring, key_id, kind, normalized) for key_id in ring.ids]


def ip_hash(request_ip: str | None) -> bytes | None:
    """Return the index of a machine address, None when the request carries none that can be read."""
    if not request_ip:
        return None
    try:
        return blind_index(request_ip, kind="ip")
    except ValueError:
        return None


def _normalized(value: str, kind: str) -> str:
    normalizer = NORMALIZERS.get(kind)
    if normalizer is None:
        raise ValueError(f"Kind of blind index {kind!r} is none of {', '.join(NORMALIZERS)}.")
    normalized = normalizer(value)
    if not normalized:
        raise ValueError("An empty value has no blind index.")
    return normalized


def _digest(ring: KeyRing, key_id: str, kind: str, normalized: str) -> bytes:
    return hmac.digest(_key(ring, key_id, kind), normalized.encode(), hashlib.sha256)


@lru_cache(maxsize=256)
def _key(ring: KeyRing, key_id: str, kind: str) -> bytes:
    return ring.derive(key_id, salt=b"blind-index", info=kind, length=INDEX_BYTES)
