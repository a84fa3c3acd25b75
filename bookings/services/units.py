"""A unit of work: what one service call writes, sent together at its end."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Model

from bookings.services.transitions import Change, record_changes
from common.actors import Actor
from common.db.rows import insert_rows


@dataclass(frozen=True, slots=True)
class Unit:
    """New rows and the traces of what was done, gathered from several services of one transaction.

    Whoever opens the unit writes it once, under the locks that were taken on the way: the rows take one
    statement, their audit rows one, their events one.
    """

    by: Actor
    at: datetime
    rows: list[Model] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    def insert(self, *rows: Model) -> None:
        """Write these new rows with the others; their keys hold already."""
        self.rows.extend(rows)

    def record(self, change: Change) -> None:
        """Leave the trace of a change after those before it."""
        self.changes.append(change)

    def write(self) -> None:
        """Send all there is; what comes later needs another call."""
        insert_rows(*self.rows)
        record_changes(self.changes, by=self.by, at=self.at)
        self.rows.clear()
        self.changes.clear()
