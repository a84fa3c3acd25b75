"""A unit of work: what one service call writes, sent together at its end."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Model

from bookings.services.transitions import Change, record_changes
from common.actors import Actor


@dataclass(frozen=True, slots=True)
class Unit:
    """New rows and the traces of what was done, gathered from several services of one transaction.

    Whoever opens the unit writes it once, under the locks that were taken on the way. Where all its subjects
    are new, rows, audit rows and events take one statement.
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
        record_changes(self.changes, by=self.by, at=self.at, along=self.rows)
        self.rows.clear()
        self.changes.clear()
