"""Whose e-mail it is already: held against index keys that rotate, which a unique index cannot see (P-8)."""

from collections.abc import Iterable

from common.crypto.blind_index import blind_indexes
from common.db.locks import advisory_xact_locks, lock_key


def lock_email(email: str, *owner: object) -> list[bytes]:
    """Let nobody else write a row of this e-mail until the transaction ends; return its hash under every key.

    `owner` names the rows among which the e-mail is unique. Each hash is locked, so that processes whose
    newest keys differ meet in a key they share.
    """
    indexes = blind_indexes(email, kind="email")
    advisory_xact_locks(email_keys(indexes, *owner))
    return indexes


def email_keys(indexes: Iterable[bytes], *owner: object) -> list[int]:
    """Return the keys that `lock_email` locks, for whoever locks others with them (D-9)."""
    return [lock_key("email", *owner, index.hex()) for index in indexes]
