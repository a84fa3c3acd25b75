"""Where a ZIP code lies; offline."""

import re
from dataclasses import dataclass
from decimal import Decimal

import zipcodes

ZIP = re.compile(r"([0-9]{5})(?:-?[0-9]{4})?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """City, state and zone of a ZIP code, and its centroid where one is known."""

    city: str
    state: str
    timezone: str
    point: tuple[Decimal, Decimal] | None


def find_place(postal_code: str) -> Place | None:
    """Return the place of a ZIP or ZIP+4, None for one that nobody delivers to."""
    match = ZIP.fullmatch(postal_code.strip())
    if match is None:
        return None
    found = zipcodes.matching(match.group(1))  # type: ignore[no-untyped-call]  # the package types half of itself
    if not found:
        return None
    latitude, longitude = Decimal(found[0]["lat"]), Decimal(found[0]["long"])
    return Place(
        city=found[0]["city"],
        state=found[0]["state"],
        timezone=found[0]["timezone"],
        # Military post has a ZIP and no place: the list puts it at 0, 0.
        point=(latitude, longitude) if latitude or longitude else None,
    )
