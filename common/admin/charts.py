"""Charts that the server draws: plain elements and a table of the same figures, without a script."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

TONES = 6
STEPS = (1, 2, 5, 10)


@dataclass(frozen=True, slots=True)
class Series:
    """What one colour means, and its value per column; negative values are drawn as nothing."""

    label: str
    tone: int
    values: Sequence[float]


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a column or bar: per cent of the chart's height or width."""

    tone: int
    size: float
    title: str


@dataclass(frozen=True, slots=True)
class Column:
    """One column, its name below it; `shown` says whether there is room for the name."""

    label: str
    shown: bool
    segments: list[Segment]


@dataclass(frozen=True, slots=True)
class Columns:
    """Stacked columns with a scale."""

    title: str
    columns: list[Column]
    ticks: list[tuple[float, str]]
    legend: list[tuple[int, str]]
    head: list[str]
    table: list[tuple[str, list[str]]]
    is_empty: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """One horizontal bar with its value in words."""

    label: str
    size: float
    text: str
    tone: int = 1


def stacked(
    title: str, labels: Sequence[str], series: Sequence[Series], *, words: Callable[[float], str]
) -> Columns:
    """Return a chart of columns, one per label, the series stacked in their order."""
    stacks = [[max(one.values[at], 0) for one in series] for at in range(len(labels))]
    highest = max((sum(stack) for stack in stacks), default=0)
    top, step = scale(highest)
    every = max(ceil(len(labels) / 12), 1)
    columns = [
        Column(
            label=label,
            shown=at % every == 0,
            segments=[
                Segment(one.tone, 100 * value / top, f"{label}: {words(value)} {one.label.lower()}")
                for one, value in zip(series, stacks[at], strict=True)
                if value
            ],
        )
        for at, label in enumerate(labels)
    ]
    return Columns(
        title=title,
        columns=columns,
        ticks=[(100 * step * tick / top, words(step * tick)) for tick in range(round(top / step) + 1)],
        legend=[(one.tone, one.label) for one in series],
        head=[one.label for one in series],
        table=[(label, [words(one.values[at]) for one in series]) for at, label in enumerate(labels)],
        is_empty=not highest,
    )


def bars(rows: Sequence[tuple[str, float, str]], *, whole: float = 0) -> list[Bar]:
    """Return bars for (label, value, words); the longest, or `whole`, fills the width."""
    longest = whole or max((value for _label, value, _words in rows), default=0)
    return [
        Bar(label, 100 * min(max(value, 0) / longest, 1) if longest else 0, words)
        for label, value, words in rows
    ]


def scale(highest: float) -> tuple[float, float]:
    """Return the top of a scale and the distance of its ticks: round numbers, three to five of them."""
    if highest <= 0:
        return 1, 1
    rough = highest / 4
    power = 10.0 ** floor(log10(rough))
    step = max(next(factor for factor in STEPS if factor * power >= rough) * power, 1)
    return step * max(ceil(highest / step), 1), step
