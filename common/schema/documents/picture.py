"""What a diagram shows, before anybody knows where: panels of rows, and links from rows to panels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

CHARACTER = 7.25
"""Width of a character of the fixed font at 12 px."""
HEADER, ROW, PADDING = 26, 17, 6
GAP = 34
"""Room between two panels of a layer."""
NAME_AT = 34
STUB_GAP, STUB_CHARACTER = 26, 6.1


@dataclass(frozen=True)
class Row:
    """A line of a panel; `stub` names what it points at outside of the picture."""

    text: str
    detail: str = ""
    marker: str = ""
    stub: str = ""
    optional: bool = False
    single: bool = False


@dataclass(frozen=True)
class Panel:
    """A box with a title and rows."""

    name: str
    rows: Sequence[Row]
    caption: str = ""

    @cached_property
    def detail_at(self) -> int:
        """Where the second column begins."""
        return NAME_AT + round(CHARACTER * max((len(row.text) for row in self.rows), default=0)) + 14

    @cached_property
    def body(self) -> int:
        """Width of the box itself."""
        details = round(CHARACTER * max((len(row.detail) for row in self.rows), default=0))
        title = round(8 * len(self.name) + CHARACTER * (len(self.caption) + 3)) + 16
        return max(self.detail_at + details + 8, title)

    @cached_property
    def width(self) -> int:
        """Width with the stubs that hang on the right side."""
        longest = max((len(row.stub) for row in self.rows), default=0)
        return self.body + (STUB_GAP + stub_width(longest) if longest else 0)

    @cached_property
    def height(self) -> int:
        return HEADER + ROW * len(self.rows) + PADDING

    @staticmethod
    def row_at(number: int) -> int:
        """Return the height of a row's middle below the top of the panel."""
        return HEADER + PADDING // 2 + ROW * number + ROW // 2


@dataclass(frozen=True)
class Link:
    """A line from a row of one panel to a row of another; `label` is written at its beginning."""

    source: str
    source_row: int
    target: str
    target_row: int = 0
    optional: bool = False
    single: bool = False
    label: str = ""


@dataclass(frozen=True)
class Picture:
    title: str
    legend: str
    panels: Sequence[Panel]
    links: Sequence[Link]
    layers: Mapping[str, int] | None = None
    """Which layer each panel stands in, from the left; found by the links where not given."""
    arrows: bool = False
    """End lines in arrows; else in the marks of entity diagrams (crow's feet)."""


def stub_width(characters: int) -> int:
    """Return the width of a stub for a name of so many characters."""
    return round(STUB_CHARACTER * characters) + 14
