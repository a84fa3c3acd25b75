"""The value that stands in an encrypted column after its owner was erased (P-6)."""

import re
import secrets

_TOMBSTONE = re.compile(r"erased-[0-9a-f]{32}")


def tombstone() -> str:
    """Return a random value that every encrypted field takes and whose blind index is null."""
    return f"erased-{secrets.token_hex(16)}"


def is_tombstone(value: object) -> bool:
    """Tell whether a clear value is the remains of an erased one."""
    return isinstance(value, str) and _TOMBSTONE.fullmatch(value) is not None
