"""What a verification finds."""

from dataclasses import dataclass
from typing import Literal

Truth = Literal["database", "migrations", "snapshot", "rows"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One difference: `kind` of thing, its `table` (or app, or schema) and `name`, and what to `run`."""

    truth: Truth
    """Which truth departs from the models."""
    kind: str
    table: str
    name: str
    expected: str
    found: str
    run: tuple[str, ...]
    step: int = 0
    """Statements of a lower step are run first."""
