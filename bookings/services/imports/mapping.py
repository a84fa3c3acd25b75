"""The mapping file: which foreign columns say what about a booking (docs/howto/import-bookings.md)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import time
from typing import Any

from bookings.enums import BookingStatus
from common.imports.mapping import read_mapping, wrong_mapping

TERMINAL = (BookingStatus.COMPLETED, BookingStatus.CANCELLED, BookingStatus.NO_SHOW)


@dataclass(frozen=True, slots=True, kw_only=True)
class DateColumns:
    """A date spread over columns: their values, joined by blanks, read with the `strptime` format."""

    columns: Sequence[str]
    format: str = "%Y-%m-%d"


@dataclass(frozen=True, slots=True, kw_only=True)
class BookedColumns:
    """When the party was booked: a number of days before its date, at a station-local time of day."""

    days_before: str
    at: time = time(9)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyColumns:
    adults: str
    kids: str = ""
    toddlers: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusColumns:
    """What became of the party; foreign words are mapped to terminal states."""

    column: str
    values: dict[str, BookingStatus]

    def __post_init__(self) -> None:
        states = {word: _state(word, state) for word, state in self.values.items()}
        object.__setattr__(self, "values", states)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactTemplates:
    """Texts with `{column}` names in them; `{row}`, `{nn}` and `{station_postal_code}` are known too."""

    first_name: str
    last_name: str
    email: str
    phone: str
    address: str
    postal_code: str = "{station_postal_code}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DetailTemplates:
    """Further texts; `allergens` are words."""

    allergens: Sequence[str] = ("unknown",)
    special_requests: str = ""
    notes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveOptions:
    """How replayed rows start: with their deposit asked for, or as `new` without any message."""

    ask_deposit: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """A whole mapping file; `slot` names a column of station-local times, empty spreads the rows."""

    date: DateColumns
    slot: str = ""
    booked: BookedColumns
    party: PartyColumns
    status: StatusColumns
    closed: DateColumns | None = None
    contact: ContactTemplates
    details: DetailTemplates = field(default_factory=DetailTemplates)
    live: LiveOptions = field(default_factory=LiveOptions)


def load_mapping(text: str) -> Mapping:
    """Return the mapping that a TOML text holds; names what is wrong with it (validation_error)."""
    return read_mapping(text, Mapping)


def _state(word: str, state: Any) -> BookingStatus:
    if state not in TERMINAL:
        raise wrong_mapping(f"/status/values/{word}", "has to be completed, cancelled or no_show")
    return BookingStatus(state)
