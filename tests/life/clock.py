"""A clock that several processes share and a test moves: a difference to the real one, in a mapped file."""

import mmap
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.utils import timezone

SECONDS = struct.Struct("d")


class SimulatedClock:
    """Runs as fast as the real clock, from wherever it was moved to."""

    def __init__(self, path: Path):
        if not path.exists():
            path.write_bytes(SECONDS.pack(0.0))
        with path.open("r+b") as file:
            self._ahead = mmap.mmap(file.fileno(), SECONDS.size)

    def now(self):
        (ahead,) = SECONDS.unpack_from(self._ahead)
        return datetime.now(UTC) + timedelta(seconds=ahead)

    def move_to(self, instant):
        """Move every process that looks at this clock; what is over stays over."""
        SECONDS.pack_into(self._ahead, 0, (instant - datetime.now(UTC)).total_seconds())

    def install(self):
        """Let the house read this clock: its edges ask `timezone.now()` and nothing else."""
        timezone.now = self.now

    def close(self):
        self._ahead.close()
