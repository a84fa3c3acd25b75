"""The balance of each product over the days: pure, no queries.

What was ordered for a day and is not needed then is on hand the day after. So of every line holds
`demand = on_hand + ordered + drafted - surplus + short`, and the surplus of a day is the on-hand of the next.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from supply.services.drafts.demand import Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLine:
    """One product on one event day, in units."""

    product_id: UUID
    day: date
    demand: int
    on_hand: int
    ordered: int
    drafted: int
    short: int

    @property
    def surplus(self) -> int:
        """What is left after the day."""
        return self.on_hand + self.ordered + self.drafted + self.short - self.demand


def balance(
    *, demand: Mapping[Cell, int], ordered: Mapping[Cell, int], free: Mapping[UUID, int], today: date
) -> list[PlanLine]:
    """Return the lines from today on, by day: what to draft of each product, up to its free stock.

    `ordered` are units of orders that were not rejected, by the day they cover. Days before today only hand
    on what they have left. A fall of demand drafts nothing and takes nothing back.
    """
    days: defaultdict[UUID, set[date]] = defaultdict(set)
    for cell in (*demand, *ordered):
        days[cell.product_id].add(cell.day)
    lines = [
        line
        for product_id, own in days.items()
        for line in _lines(
            [Cell(product_id, day) for day in sorted(own)],
            demand=demand,
            ordered=ordered,
            free=free.get(product_id, 0),
            today=today,
        )
    ]
    return sorted(lines, key=lambda line: (line.day, line.product_id))


def _lines(
    cells: Iterable[Cell], *, demand: Mapping[Cell, int], ordered: Mapping[Cell, int], free: int, today: date
) -> Iterator[PlanLine]:
    """Yield the lines of one product, its days in order."""
    on_hand = 0
    for cell in cells:
        wanted, covered = demand.get(cell, 0), ordered.get(cell, 0)
        missing = max(0, wanted - on_hand - covered)
        drafted = min(missing, free) if cell.day >= today else 0
        line = PlanLine(
            product_id=cell.product_id,
            day=cell.day,
            demand=wanted,
            on_hand=on_hand,
            ordered=covered,
            drafted=drafted,
            short=missing - drafted,
        )
        free -= drafted
        on_hand = line.surplus
        if cell.day >= today:
            yield line
