"""E-2: the text whose SHA-256 chains the events of one aggregate."""

import hashlib
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from common.canonical import canonical_json

FORMAT = 1


def instant(value: datetime) -> str:
    """Return RFC 3339 in UTC with six decimals; raises ValueError for a time without zone."""
    if value.tzinfo is None:
        raise ValueError("An event needs a time with a zone.")
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def plain(value: Any) -> Any:  # noqa: PLR0911 -- one line per kind of value
    """Return a payload made of JSON's own kinds; raises TypeError for floats and unknown kinds."""
    if isinstance(value, Enum):
        return plain(value.value)
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, AbstractSet):
        return sorted(plain(item) for item in value)
    raise TypeError(f"An event payload holds no {type(value).__name__}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """The hashed members of an event but for its place in the chain."""

    aggregate_type: str
    aggregate_id: UUID
    event_type: str
    event_version: int
    payload: Any
    occurred_at: datetime
    actor_type: str
    actor_id: UUID | None
    station_id: UUID | None

    def halves(self) -> tuple[str, str]:
        """Return the canonical JSON in two pieces: up to the previous hash, and from there up to the version.

        first + previous + second + version + "}" is the whole text, with its keys sorted.
        """
        first = canonical_json(
            {
                "actor_id": str(self.actor_id) if self.actor_id else None,
                "actor_type": self.actor_type,
                "aggregate_id": str(self.aggregate_id),
                "aggregate_type": self.aggregate_type,
                "event_type": self.event_type,
                "event_version": self.event_version,
                "occurred_at": instant(self.occurred_at),
                "payload": self.payload,
            }
        ).decode()
        station = canonical_json(str(self.station_id) if self.station_id else None).decode()
        return f'{first[:-1]},"previous":"', f'","station_id":{station},"v":{FORMAT},"version":'

    def hash(self, *, previous: str, version: int) -> str:
        """Return the SHA-256 of the link at its place in the chain."""
        first, second = self.halves()
        return hashlib.sha256(f"{first}{previous}{second}{version}}}".encode()).hexdigest()
