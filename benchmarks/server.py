"""The web server under test: one granian worker on a port of its own, as production would run it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from django.conf import settings

START_SECONDS = 60
THREADS = 8
# The server logs as it does in production; the benchmarks themselves keep quiet.
UNLIMITED = {"RATE_LIMITS_ENABLED": "false", "AVAILABILITY_CACHE_SECONDS": "0", "LOG_LEVEL": "INFO"}


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Server:
    """A running granian: its port and the memory of its worker."""

    def __init__(self, port: int, process: subprocess.Popen[bytes]) -> None:
        self.port = port
        self._process = process

    @property
    def process(self) -> psutil.Process:
        """The server with its worker, to be asked for processor time."""
        return psutil.Process(self._process.pid)

    def worker_mib(self) -> float:
        """Return the resident memory of the worker in MiB."""
        children = self.process.children()
        return max(child.memory_info().rss for child in children) / 2**20


@contextmanager
def serve(*, threads: int = THREADS, **settings_of_run: str) -> Iterator[Server]:
    """Serve the house with one worker until the block ends; rate limits and caches are off unless set."""
    port = free_port()
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
        "--workers", "1", "--blocking-threads", str(threads), "--no-access-log", "--log-level", "error",
        "config.wsgi:application",
    ]  # fmt: skip
    environment = {**os.environ, **UNLIMITED, **settings_of_run}
    log = (Path(settings.VAR_DIR) / "server.log").open("ab")
    process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)  # noqa: S603 -- our own server
    try:
        _wait(port)
        yield Server(port, process)
    finally:
        process.terminate()
        process.wait(timeout=20)
        log.close()


def _wait(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError("The server did not start.")
