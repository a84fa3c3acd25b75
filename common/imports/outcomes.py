"""What became of the rows of a file."""

import csv
import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Imported:
    """The row is in the house now."""

    number: int


@dataclass(frozen=True, slots=True)
class Known:
    """An earlier run imported the row already."""

    number: int


@dataclass(frozen=True, slots=True)
class Refused:
    """The row does not enter: the code of the rule and the reason, without personal data."""

    number: int
    code: str
    reason: str


Outcome = Imported | Known | Refused


class Tally:
    """Counts what became of the rows and keeps the refused ones."""

    def __init__(self, refused: Iterable[Refused] = ()) -> None:
        self.refused = list(refused)
        self.imported = 0
        self.known = 0

    def add(self, outcome: Outcome) -> None:
        """Count one row."""
        match outcome:
            case Imported():
                self.imported += 1
            case Known():
                self.known += 1
            case Refused():
                self.refused.append(outcome)

    def refused_by_code(self) -> dict[str, int]:
        """Return how many rows each rule refused."""
        return dict(sorted(Counter(item.code for item in self.refused).items()))

    def write(self, path: Path) -> None:
        """Write the refused rows by row number; a reader never sees half a file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}.tmp")
        with draft.open("w", encoding="utf-8", newline="") as text:
            lines = csv.writer(text)
            lines.writerow(["row", "code", "reason"])
            for item in sorted(self.refused, key=lambda item: item.number):
                lines.writerow([item.number, item.code, item.reason])
        draft.replace(path)
