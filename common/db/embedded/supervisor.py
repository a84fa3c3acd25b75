"""Keeps one embedded PostgreSQL: starts it, waits for its last user, stops it.

Run by path, in a process and session of its own, with the standard library only. Who uses the server holds
a shared flock on the file ``users``; the kernel drops it when that process ends, however it ends, and a
forked child inherits it. An exclusive flock on the same file therefore proves that nobody is left, and while
it is held nobody can begin to use the server. The supervisor holds ``supervisor`` as long as it lives.
"""

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple, TypedDict

PAUSE_SECONDS = 0.01
POLL_SECONDS = 0.2
HANDOVER_SECONDS = 10.0
START_SECONDS = 120.0
STOP_STEPS = ((signal.SIGINT, 30.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))
# A postmaster that was killed stays a zombie, and its backends hold its shared memory, for a moment.
PASSING_COMPLAINTS = (b"pre-existing shared memory", b"lock file")
START_ATTEMPTS = 8


class Order(TypedDict):
    """What the supervisor is told: directories, the command of the server, its account when it is another."""

    home: str
    data: str
    sockets: str
    command: list[str]
    owner: tuple[int, int] | None


class Postmaster(NamedTuple):
    """What postmaster.pid says about the server of a data directory."""

    pid: int
    socket_path: str
    status: str


def open_lock(path: Path) -> int:
    """Open a lock file, made on first use; programs that are executed do not get the descriptor."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


@contextmanager
def closing_lock(path: Path) -> Iterator[int]:
    """Open a lock file and close it in the end, which gives back what was locked."""
    descriptor = open_lock(path)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def try_lock(descriptor: int, kind: int) -> bool:
    """Take a flock of the kind without waiting; tell whether it was got."""
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def read_postmaster(data: Path) -> Postmaster | None:
    """Read postmaster.pid; None when there is none or it is not complete yet."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
        return Postmaster(int(lines[0]), f"{lines[4]}/.s.PGSQL.{lines[3]}", lines[7].strip())
    except (FileNotFoundError, IndexError, ValueError):
        return None


def is_listening(data: Path) -> bool:
    """Tell whether the server accepts connections; only a living postmaster holds a listening socket."""
    postmaster = read_postmaster(data)
    if postmaster is None or postmaster.status != "ready":
        return False
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(postmaster.socket_path)
        except OSError:
            return False
    return True


def is_alive(pid: int, data: Path) -> bool:
    """Tell whether the process is this directory's postmaster: no zombie, no stranger that got its number."""
    try:
        arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return os.fsencode(data) in arguments


def forget_stale(lock_file: Path, data: Path) -> None:
    """Remove a lock file of a dead server whose number a stranger or a zombie has now."""
    try:
        pid = int(lock_file.read_text().splitlines()[0])
    except (FileNotFoundError, IndexError, ValueError):
        return
    # A number that nobody has is PostgreSQL's own business, and it looks for processes left behind as well.
    if Path(f"/proc/{pid}").exists() and not is_alive(pid, data):
        lock_file.unlink(missing_ok=True)


def remove_empty(directory: Path) -> None:
    """Remove the directory of the socket, a guest in the temporary one when the path is long."""
    with suppress(OSError):
        directory.rmdir()


def stop(pid: int, is_running: Callable[[], bool]) -> None:
    """Shut the server down fast (sessions are ended, nothing is lost); return when it is gone."""
    for number, seconds in STOP_STEPS:
        if is_running():
            with suppress(ProcessLookupError):
                os.kill(pid, number)
        deadline = time.monotonic() + seconds
        while is_running() and time.monotonic() < deadline:
            time.sleep(PAUSE_SECONDS)


class Supervisor:
    """The life of one server, seen from the process that is its parent."""

    def __init__(self, order: Order) -> None:
        self.home = Path(order["home"])
        self.data = Path(order["data"])
        self.sockets = Path(order["sockets"])
        self.command = order["command"]
        self.owner = order["owner"]
        self.child: subprocess.Popen[bytes] | None = None

    def run(self, own_lock: int, report: Callable[[str], None]) -> None:
        """Start the server or adopt a running one, report readiness, stop it after its last user."""
        # The supervisor of a server that died ends as soon as it sees that.
        deadline = time.monotonic() + HANDOVER_SECONDS
        while not try_lock(own_lock, fcntl.LOCK_EX):
            if time.monotonic() >= deadline:
                report("the server has another supervisor")
                return
            time.sleep(PAUSE_SECONDS)
        with closing_lock(self.home / "users") as users:
            if not is_listening(self.data) and not self.start():
                report("PostgreSQL did not start")
                return
            report("")
            while self.is_running():
                if try_lock(users, fcntl.LOCK_EX):
                    self.stop()
                    remove_empty(self.sockets)
                    return
                time.sleep(POLL_SECONDS)

    def start(self) -> bool:
        """Start the server as a child; tell whether it accepts connections."""
        log = self.home / "log"
        for attempt in range(START_ATTEMPTS):
            for lock_file in (self.data / "postmaster.pid", *self.sockets.glob(".s.PGSQL.*.lock")):
                forget_stale(lock_file, self.data)
            written = log.stat().st_size if log.exists() else 0
            self.child = self.spawn()
            if self.becomes_ready(self.child):
                return True
            self.stop()
            with log.open("rb") as lines:
                lines.seek(written)
                if not any(map(lines.read().__contains__, PASSING_COMPLAINTS)):
                    break
            time.sleep(0.1 * (attempt + 1))
        return False

    def becomes_ready(self, child: subprocess.Popen[bytes]) -> bool:
        """Wait until the child accepts connections; False when it ends instead, or takes too long."""
        deadline = time.monotonic() + START_SECONDS
        while child.poll() is None and time.monotonic() < deadline:
            postmaster = read_postmaster(self.data)
            if postmaster is not None and postmaster.pid == child.pid and is_listening(self.data):
                return True
            time.sleep(PAUSE_SECONDS)
        return False

    def spawn(self) -> subprocess.Popen[bytes]:
        uid, gid = self.owner or (None, None)
        with (self.home / "log").open("ab") as log:
            return subprocess.Popen(  # noqa: S603 -- the command is made by common.db.embedded
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd="/",
                user=uid,
                group=gid,
                extra_groups=None if gid is None else [],
                umask=0o077,
            )

    def is_running(self) -> bool:
        if self.child is not None:
            return self.child.poll() is None
        postmaster = read_postmaster(self.data)
        return postmaster is not None and is_alive(postmaster.pid, self.data)

    def stop(self) -> None:
        postmaster = read_postmaster(self.data)
        pid = self.child.pid if self.child is not None else postmaster and postmaster.pid
        if pid:
            stop(pid, self.is_running)


def main() -> int:  # pragma: no cover -- forks; runs in a process of its own in every test of the server
    """Fork the supervisor away; exit with 0 when the server is ready, else with its complaint on stderr."""
    order: Order = json.loads(sys.argv[1])
    reader, writer = os.pipe()
    if os.fork():
        os.close(writer)
        with os.fdopen(reader) as pipe:
            complaint = pipe.read() or "the supervisor died"
        if complaint == "\n":
            return 0
        sys.stderr.write(complaint)
        return 1
    os.setsid()
    os.close(reader)
    os.chdir("/")
    silence = os.open(os.devnull, os.O_RDWR)
    for standard in range(3):
        os.dup2(silence, standard)

    def report(complaint: str) -> None:
        os.write(writer, f"{complaint}\n".encode())
        os.close(writer)

    # Never closed: who waits for this lock waits for the end of the process.
    Supervisor(order).run(open_lock(Path(order["home"]) / "supervisor"), report)
    return 0


if __name__ == "__main__":  # pragma: no cover -- as above
    sys.exit(main())
