"""Rotation of encryption keys: tokens of older keys are written anew under the newest one (P-8)."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from common.crypto.cipher import column_cipher, header, split
from common.crypto.encrypted_field import EncryptedField
from common.crypto.exceptions import DecryptionError
from common.crypto.keyring import crypto_keys
from common.crypto.tables import Batch, Failure, Table, encrypted_models, quoted

UNREADABLE = "(unreadable)"


class EncryptedTable(Table):
    """A table whose tokens are rotated or verified, all columns of a row at once."""

    columns: list[EncryptedField]

    def __init__(self, model: Any, columns: list[EncryptedField]) -> None:
        super().__init__(model, columns)
        prefix = header(crypto_keys().newest)
        self._prefix = prefix
        self._stale = " OR ".join(
            f"substring({quoted(part)} FROM 1 FOR {len(prefix)}) <> %s" for part in columns
        )
        self._params = [prefix] * len(columns)

    def count_stale(self) -> int:
        """Count rows that hold a token of an older key."""
        return self.count(where=self._stale, params=self._params)

    def rotate_batch(self, after: Any, size: int) -> Batch:
        """Write the next stale rows under the newest key; needs a transaction of its own."""
        rows = self.select(after, size, where=self._stale, params=self._params)
        batch = Batch(last=rows[-1][0] if len(rows) == size else None, seen=len(rows))
        renewed = []
        for pk, *tokens in rows:
            fresh = [
                self._renew(pk, part, token, batch) for part, token in zip(self.columns, tokens, strict=True)
            ]
            if fresh != tokens:
                renewed.append((pk, *fresh, *tokens))
        if renewed:
            batch.written = self.replace(self.columns, self.columns, renewed)
        return batch

    def verify_batch(self, after: Any, size: int, keys: Counter[tuple[str, str]]) -> Batch:
        """Decrypt the next rows and count their keys by column."""
        rows = self.select(after, size)
        batch = Batch(last=rows[-1][0] if len(rows) == size else None, seen=len(rows))
        for pk, *tokens in rows:
            for part, token in zip(self.columns, tokens, strict=True):
                if token is not None:
                    parts = split(bytes(token))
                    keys[part.column_identity, parts[0] if parts else UNREADABLE] += 1
                    _decrypt(pk, part, token, batch)
        return batch

    def _renew(self, pk: Any, part: EncryptedField, token: bytes | None, batch: Batch) -> bytes | None:
        """Return a new token for one of an older key; every other value as it is."""
        if token is None or bytes(token).startswith(self._prefix):
            return token
        clear = _decrypt(pk, part, token, batch)
        return token if clear is None else column_cipher(part.column_identity).encrypt(clear)


def _decrypt(pk: Any, part: EncryptedField, token: bytes, batch: Batch) -> bytes | None:
    """Return the clear bytes of a token, None after reporting one that does not open."""
    try:
        return column_cipher(part.column_identity).decrypt(bytes(token))
    except DecryptionError as error:
        reason = f"key {error.key_id or UNREADABLE}: {error.reason}"
        batch.failures.append(Failure(part.column_identity, str(pk), reason))
        return None


def encrypted_tables() -> Iterator[EncryptedTable]:
    """Yield every table of the house that has encrypted columns."""
    return (EncryptedTable(model, columns) for model, columns in encrypted_models())
