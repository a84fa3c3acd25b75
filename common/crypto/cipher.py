"""Tokens of one column: written under the newest key, read under every key of the ring."""

from functools import lru_cache

from django.core.signing import BadSignature
from django_cryptography.core.signing import FernetSigner
from django_cryptography.utils.crypto import FernetBytes, InvalidToken

from common.crypto.exceptions import DecryptionError
from common.crypto.keyring import KEY_ID, KeyRing, crypto_keys

VERSION = b"\x01"
_HALF = 32


def header(key_id: str) -> bytes:
    """Return the first bytes of every token written under a key."""
    return VERSION + bytes([len(key_id)]) + key_id.encode("ascii")


def split(token: bytes) -> tuple[str, bytes] | None:
    """Return key id and Fernet bytes of a token, None when its header cannot be read."""
    if token[:1] != VERSION or len(token) < 2:  # noqa: PLR2004 -- version and length of the key id
        return None
    end = 2 + token[1]
    try:
        key_id = token[2:end].decode("ascii")
    except UnicodeDecodeError:
        return None
    return (key_id, token[end:]) if KEY_ID.fullmatch(key_id) else None


class ColumnCipher:
    """Encrypts and decrypts for one column, named schema.table.column, under one ring."""

    def __init__(self, ring: KeyRing, column: str) -> None:
        self.column = column
        self._ring = ring
        self._header = header(ring.newest)
        self._fernets: dict[str, FernetBytes] = {}

    def encrypt(self, clear: bytes) -> bytes:
        """Return a token under the newest key."""
        return self._header + bytes(self._fernet(self._ring.newest).encrypt(clear))

    def decrypt(self, token: bytes) -> bytes:
        """Return the clear bytes of a token; DecryptionError when it is not one of this column and ring."""
        parts = split(token)
        if parts is None:
            raise DecryptionError(column=self.column, key_id=None, reason="not a token")
        key_id, fernet_bytes = parts
        if key_id not in self._ring:
            raise DecryptionError(column=self.column, key_id=key_id, reason="unknown key")
        try:
            return bytes(self._fernet(key_id).decrypt(fernet_bytes))
        except (BadSignature, InvalidToken):
            reason = "damaged, or written for another column"
            raise DecryptionError(column=self.column, key_id=key_id, reason=reason) from None

    def _fernet(self, key_id: str) -> FernetBytes:
        """Return the pair of encryption and signing key, bound to version, key id and column."""
        fernet = self._fernets.get(key_id)
        if fernet is None:
            keys = self._ring.derive(key_id, salt=header(key_id), info=self.column, length=2 * _HALF)
            fernet = FernetBytes(keys[:_HALF], FernetSigner(keys[_HALF:]))
            self._fernets[key_id] = fernet
        return fernet


def column_cipher(column: str) -> ColumnCipher:
    """Return the cipher of a column under the ring of the settings."""
    return _cipher(crypto_keys(), column)


@lru_cache(maxsize=1024)
def _cipher(ring: KeyRing, column: str) -> ColumnCipher:
    return ColumnCipher(ring, column)
