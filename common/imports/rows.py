"""Rows of a CSV, plain or gzip, each known by its content."""

import csv
import gzip
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO
from uuid import UUID, uuid5

from common.exceptions import FieldError, ValidationFailed
from common.imports.outcomes import Refused

GZIP_MAGIC = b"\x1f\x8b"

Columns = dict[str, str]


@dataclass(frozen=True, slots=True)
class FileRow:
    """One data row: its number counted from 1 below the header, its key and its values by column."""

    number: int
    key: UUID
    columns: Columns


class RowRefused(Exception):
    """A value of a row cannot be understood or breaks a rule; what a reader turns into `Refused`."""

    def __init__(self, code: str, reason: str) -> None:
        self.code = code
        super().__init__(reason)


def read_rows(path: Path, *, namespace: UUID, wanted: Iterable[str]) -> Iterator[FileRow | Refused]:
    """Yield every data row in order; raises ValidationFailed when the file lacks a wanted column.

    A row is known by its content, not by its place: the key is a UUIDv5 in the namespace of the row's values
    and of how often the same values stood above. So a file that has grown, or lies unpacked, doubles nothing.
    """
    seen: Counter[bytes] = Counter()
    with open_text(path) as text:
        lines = csv.reader(text)
        header = next(lines, [])
        require_columns(header, wanted)
        for number, values in enumerate(lines, start=1):
            if len(values) != len(header):
                yield Refused(number, "validation_error", f"{len(values)} values, not {len(header)}.")
                continue
            content = hashlib.sha256("\x1f".join(values).encode()).digest()
            seen[content] += 1
            key = uuid5(namespace, f"{content.hex()}:{seen[content]}")
            yield FileRow(number, key, dict(zip(header, values, strict=True)))


def require_columns(header: Iterable[str], wanted: Iterable[str]) -> None:
    """Raise ValidationFailed unless the header has the columns; an empty name wants none."""
    known = set(header)
    missing = [name for name in dict.fromkeys(wanted) if name and name not in known]
    if missing:
        raise ValidationFailed([FieldError("", "missing", f"The file has no column {', '.join(missing)}.")])


def open_text(path: Path) -> TextIO:
    """Open a CSV as text, unpacking gzip, which is known by its first bytes."""
    with path.open("rb") as start:
        packed = start.read(len(GZIP_MAGIC)) == GZIP_MAGIC
    if packed:
        return gzip.open(path, "rt", encoding="utf-8-sig", errors="replace", newline="")
    return path.open(encoding="utf-8-sig", errors="replace", newline="")


def fill_template(template: str, values: dict[str, object]) -> str:
    """Return a text with `{column}` names filled in; raises RowRefused for one that cannot be filled."""
    try:
        return template.format_map(values)
    except (KeyError, ValueError, IndexError, AttributeError) as error:
        raise RowRefused("validation_error", f"The template {template!r} cannot be filled.") from error
