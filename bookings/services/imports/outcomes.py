"""What became of one row of a file."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Imported:
    """The row is a booking now."""

    number: int


@dataclass(frozen=True, slots=True)
class Known:
    """An earlier run imported the row already."""

    number: int


@dataclass(frozen=True, slots=True)
class Refused:
    """The row is no booking: the code of the rule (section 18) and the reason, without personal data."""

    number: int
    code: str
    reason: str


Outcome = Imported | Known | Refused
