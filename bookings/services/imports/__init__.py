"""Bookings from CSV: the past written in bulk, or a replay through the slot engine.

mapping.py says what foreign columns mean, rows.py reads and checks them, history.py writes the past,
live.py books one row, replay.py deals rows to worker processes.
"""

from bookings.services.imports.history import BATCH, import_history
from bookings.services.imports.mapping import Mapping, load_mapping
from bookings.services.imports.replay import ReplayOptions, WorkerDied, replay
from bookings.services.imports.rows import ImportRow, Reader
from common.imports.outcomes import Imported, Known, Outcome, Refused

__all__ = [
    "BATCH",
    "ImportRow",
    "Imported",
    "Known",
    "Mapping",
    "Outcome",
    "Reader",
    "Refused",
    "ReplayOptions",
    "WorkerDied",
    "import_history",
    "load_mapping",
    "replay",
]
