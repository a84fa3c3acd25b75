"""Words of the registry of figures: what a period is asked about, and what an app tells of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Station-local dates, both included; `whole_company` takes rows without a station too."""

    start: date
    end: date
    stations: tuple[UUID, ...]
    whole_company: bool
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureSource:
    """Figures of one area for the overview: `read` returns name → number, None where there is none.

    Amounts are cents and named so, shares lie between 0 and 1; the number of queries is constant.
    """

    name: str
    read: Callable[[Period], Mapping[str, float | None]]
