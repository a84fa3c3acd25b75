"""Key rings from the settings: the newest key writes, every key reads (P-1, P-8)."""

import base64
import binascii
import re
from collections.abc import Sequence
from functools import lru_cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

FIELD_KEYS_ENV = "FIELD_ENCRYPTION_KEYS"
INDEX_KEYS_ENV = "BLIND_INDEX_KEYS"
KEY_BYTES = 32
KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")


class KeyRing:
    """Keys by id, newest first. Compared by identity: one ring object per value of the setting."""

    def __init__(self, keys: Sequence[tuple[str, bytes]]) -> None:
        self._keys = dict(keys)
        self.ids = tuple(self._keys)
        self.newest = self.ids[0]

    def __contains__(self, key_id: str) -> bool:
        return key_id in self._keys

    def __repr__(self) -> str:
        return f"<KeyRing {' '.join(self.ids)}>"

    def derive(self, key_id: str, *, salt: bytes, info: str, length: int) -> bytes:
        """Return key material for one purpose (HKDF-SHA256); KeyError for an unknown key id."""
        hkdf = HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info.encode())
        return hkdf.derive(self._keys[key_id])


def crypto_keys() -> KeyRing:
    """Return the ring of encryption keys; ImproperlyConfigured names the variable in one line."""
    return _ring(FIELD_KEYS_ENV, tuple(getattr(settings, "CRYPTO_KEYS", ())))


def index_keys() -> KeyRing:
    """Return the ring of blind index keys; ImproperlyConfigured names the variable in one line."""
    return _ring(INDEX_KEYS_ENV, tuple(getattr(settings, "BLIND_INDEX_KEYS", ())))


@lru_cache(maxsize=64)
def _ring(env_name: str, entries: tuple[str, ...]) -> KeyRing:
    if not any(entry.strip() for entry in entries):
        raise ImproperlyConfigured(
            f"Setting {env_name} is missing: give 'id:base64 of 32 bytes', newest first."
        )
    keys = [_parse(env_name, number, entry.strip()) for number, entry in enumerate(entries, start=1)]
    if len({key_id for key_id, _key in keys}) < len(keys):
        raise ImproperlyConfigured(f"Setting {env_name} names a key id twice.")
    if len({key for _key_id, key in keys}) < len(keys):
        raise ImproperlyConfigured(f"Setting {env_name} holds one key under two ids.")
    return KeyRing(keys)


def _parse(env_name: str, number: int, entry: str) -> tuple[str, bytes]:
    key_id, _colon, encoded = entry.partition(":")
    if not KEY_ID.fullmatch(key_id):
        raise ImproperlyConfigured(
            f"Setting {env_name}: entry {number} lacks an id (letters, digits, '_', '-') before a colon."
        )
    try:
        key = base64.b64decode(encoded.replace("-", "+").replace("_", "/"), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES:
        raise ImproperlyConfigured(
            f"Setting {env_name}: key {key_id} is not the base64 of {KEY_BYTES} bytes."
        )
    return key_id, key
