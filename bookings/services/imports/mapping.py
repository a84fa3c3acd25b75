"""The mapping file: which foreign columns say what about a booking (docs/howto/import-bookings.md)."""

import tomllib
from collections.abc import Sequence
from dataclasses import MISSING, dataclass, field, fields
from datetime import time
from types import UnionType
from typing import Any, TypeVar, get_origin

from bookings.enums import BookingStatus
from common.exceptions import FieldError, ValidationFailed

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


PARTS = {
    "date": DateColumns,
    "booked": BookedColumns,
    "party": PartyColumns,
    "status": StatusColumns,
    "closed": DateColumns,
    "contact": ContactTemplates,
    "details": DetailTemplates,
    "live": LiveOptions,
}

Part = TypeVar("Part")


def load_mapping(text: str) -> Mapping:
    """Return the mapping that a TOML text holds; names what is wrong with it (validation_error)."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _wrong("", str(error)) from error
    values: dict[str, Any] = {
        name: _part(PARTS[name], value, f"/{name}") if name in PARTS else value
        for name, value in document.items()
    }
    return _part(Mapping, values, "")


def _part(kind: type[Part], values: Any, pointer: str) -> Part:
    """Return a dataclass of a table of the file; every complaint names the key."""
    if not isinstance(values, dict):
        raise _wrong(pointer, "has to be a table")
    known = {item.name: item for item in fields(kind)}  # type: ignore[arg-type]  # all kinds are dataclasses
    for name, value in values.items():
        if name not in known:
            raise _wrong(f"{pointer}/{name}", "is no key of a mapping")
        wanted: Any = known[name].type
        plain = wanted if isinstance(wanted, UnionType) else get_origin(wanted) or wanted
        if not isinstance(value, plain) or (plain is Sequence and isinstance(value, str)):
            raise _wrong(f"{pointer}/{name}", f"has to be of type {getattr(wanted, '__name__', wanted)}")
    for name, item in known.items():
        if item.default is MISSING and item.default_factory is MISSING and name not in values:
            raise _wrong(f"{pointer}/{name}", "is missing")
    if kind is StatusColumns:
        words = values["values"].items()
        values = {**values, "values": {word: _state(word, state) for word, state in words}}
    return kind(**values)


def _state(word: str, state: Any) -> BookingStatus:
    if state not in TERMINAL:
        raise _wrong(f"/status/values/{word}", "has to be completed, cancelled or no_show")
    return BookingStatus(state)


def _wrong(pointer: str, message: str) -> ValidationFailed:
    return ValidationFailed([FieldError(pointer, "invalid", f"The mapping file: {message}.")])
