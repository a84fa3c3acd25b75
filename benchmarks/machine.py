"""What the figures were seen on, and the processor time behind them: on a busy machine rates say little."""

import os
import platform
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from django.conf import settings
from django.db import connection

FSYNCS = 50


def facts() -> str:
    """Return one line: cores, memory, load, versions, and how long a commit waits for the disk."""
    memory = psutil.virtual_memory().total / 2**30
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        (server,) = cursor.fetchone()
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GiB, load {os.getloadavg()[0]:.1f} at the start;"
        f" Python {platform.python_version()}, PostgreSQL {server}, fsync {_fsync_ms():.1f} ms"
    )


@dataclass(slots=True)
class Usage:
    """Seconds of processor time: of a server's own processes, and of all processes of PostgreSQL."""

    own: float = 0.0
    database: float = 0.0

    def each(self, number: int) -> str:
        """Return what one of so many units of work took."""
        own, database = (seconds / max(number, 1) * 1_000 for seconds in (self.own, self.database))
        return f"CPU {own:.2f} + {database:.2f} ms"


@contextmanager
def usage(process: psutil.Process | None = None) -> Iterator[Usage]:
    """Count processor time of a process with its children (default: this one alone) and of PostgreSQL."""
    own = [process, *process.children(recursive=True)] if process else [psutil.Process()]
    seen = Usage()
    before = _seconds(own), _seconds(_database())
    yield seen
    seen.own, seen.database = _seconds(own) - before[0], _seconds(_database()) - before[1]


def _database() -> list[psutil.Process]:
    """Return the server's processes; none when it runs elsewhere."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    if not psutil.pid_exists(pid):
        return []
    postmaster = psutil.Process(pid).parent()
    return postmaster.children() if postmaster else []


def _seconds(processes: list[psutil.Process]) -> float:
    total = 0.0
    for process in processes:
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system
    return total


def _fsync_ms() -> float:
    path = Path(settings.VAR_DIR) / "fsync.probe"
    with path.open("wb") as file:
        started = time.perf_counter()
        for _ in range(FSYNCS):
            file.write(b"x" * 8_192)
            file.flush()
            os.fsync(file.fileno())
        seconds = time.perf_counter() - started
    path.unlink()
    return seconds / FSYNCS * 1_000
