"""Processes that use an embedded server, and a look at what runs."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

ROOT = Path(__file__).parents[3]
PROGRAM = Path(__file__).with_name("embedded_user.py")
PACKAGES = Path(psycopg.__file__).parents[1]


class User:
    """A process that uses the server until it is told to end."""

    def __init__(self, home: Path, task: str = "wait", python: str = sys.executable, **options: Any) -> None:
        self.process = subprocess.Popen(
            [python, str(PROGRAM), str(home), task],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd="/",
            env={"PYTHONPATH": f"{ROOT}:{PACKAGES}", "PATH": os.environ["PATH"]},
            **options,
        )

    def line(self) -> str:
        """Return its next line; the complaint is the failure of the test when there is none."""
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        line = self.process.stdout.readline().strip()
        assert line, self.process.stderr.read()
        return str(line)

    def end(self) -> int:
        """Close its input and wait; return the exit code."""
        _, errors = self.process.communicate(timeout=60)
        assert "Traceback" not in errors, errors
        return self.process.returncode

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=60)


def processes_of(home: Path) -> list[str]:
    """Return the command lines of living processes that name the directory, the users excepted."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = path.read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if str(home) in command and PROGRAM.name not in command:
            found.append(command)
    return found


def eventually(condition: Callable[[], bool], seconds: float = 30) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def is_gone(home: Path) -> bool:
    return not processes_of(home)


@contextmanager
def made_cluster() -> Iterator[Path]:
    """Make a directory with a cluster; initdb takes longer than most of what is done with it."""
    with tempfile.TemporaryDirectory(prefix="engine-") as folder:
        Path(folder).chmod(0o755)
        home = Path(folder) / "postgres"
        user = User(home, "write")
        user.line()
        user.end()
        yield home


def log_of(home: Path) -> str:
    return (home / "log").read_text()
