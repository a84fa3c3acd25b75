"""The supervisor and the share of a process, watched from inside; locks work within one process, too."""

import fcntl
import os
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from common.db.embedded import cluster, supervisor
from common.db.embedded.cluster import EmbeddedServerError
from common.db.embedded.server import EmbeddedServer


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A directory that the server's account can reach."""
    with tempfile.TemporaryDirectory(prefix="engine-") as folder:
        Path(folder).chmod(0o755)
        path = Path(folder) / "postgres"
        path.mkdir()
        yield path


@pytest.fixture
def order(home: Path) -> supervisor.Order:
    """An order to run the server of that directory."""
    account = cluster.ensure(home / "data")
    sockets = cluster.socket_directory(home, account)
    return supervisor.Order(
        home=str(home),
        data=str(home / "data"),
        sockets=str(sockets),
        command=cluster.command(home / "data", sockets),
        owner=account and (account.uid, account.gid),
    )


class Running:
    """A supervisor in a thread, and its report."""

    def __init__(self, order: supervisor.Order) -> None:
        """Begin to use the server, and wait until it is ready or will not be."""
        self.home = Path(order["home"])
        self.data = Path(order["data"])
        self.users = supervisor.open_lock(self.home / "users")
        assert supervisor.try_lock(self.users, fcntl.LOCK_SH)
        self.reports: list[str] = []
        self.reported = threading.Event()
        self.supervisor = supervisor.Supervisor(order)
        self.thread = threading.Thread(target=self.run)
        self.thread.start()
        assert self.reported.wait(60)

    def run(self) -> None:
        with supervisor.closing_lock(self.home / "supervisor") as own_lock:
            self.supervisor.run(own_lock, self.report)

    def report(self, complaint: str) -> None:
        self.reports.append(complaint)
        self.reported.set()

    def leave(self) -> None:
        os.close(self.users)
        self.thread.join(60)
        assert not self.thread.is_alive()


def test_starts_waits_and_stops(order: supervisor.Order) -> None:
    running = Running(order)
    assert running.reports == [""]
    assert supervisor.is_listening(running.data)
    time.sleep(2 * supervisor.POLL_SECONDS)
    assert supervisor.is_listening(running.data)
    running.leave()
    assert not supervisor.is_listening(running.data)
    assert supervisor.read_postmaster(running.data) is None


def test_ends_with_a_server_that_dies(order: supervisor.Order) -> None:
    running = Running(order)
    postmaster = supervisor.read_postmaster(running.data)
    assert postmaster is not None
    os.kill(postmaster.pid, signal.SIGKILL)
    running.thread.join(60)
    assert not running.thread.is_alive()
    # The next one starts past what the dead server left, and hands over from the first.
    again = Running(order)
    assert again.reports == [""]
    os.close(running.users)
    again.leave()


def test_adopts_a_server_that_runs(order: supervisor.Order) -> None:
    lonely = supervisor.Supervisor(order)
    assert lonely.start()
    running = Running(order)
    assert running.reports == [""]
    assert running.supervisor.child is None
    reaper = threading.Thread(target=lambda: lonely.child and lonely.child.wait(60))
    reaper.start()
    running.leave()
    reaper.join(60)
    assert not lonely.is_running()


def test_waits_for_the_supervisor_before(order: supervisor.Order) -> None:
    with supervisor.closing_lock(Path(order["home"]) / "supervisor") as lock:
        assert supervisor.try_lock(lock, fcntl.LOCK_EX)
        timer = threading.Timer(0.3, fcntl.flock, [lock, fcntl.LOCK_UN])
        timer.start()
        running = Running(order)
        timer.join()
    assert running.reports == [""]
    running.leave()


def test_reports_a_server_that_does_not_start(order: supervisor.Order) -> None:
    running = Running({**order, "command": [*order["command"], "-c", "nothing=1"]})
    assert running.reports == ["PostgreSQL did not start"]
    running.leave()


def test_waits_for_what_passes(order: supervisor.Order) -> None:
    """A lock file that a living stranger holds is removed; one that nobody can own is left to PostgreSQL."""
    home, data = Path(order["home"]), Path(order["data"])
    stale = Path(order["sockets"]) / f".s.PGSQL.{cluster.PORT}.lock"
    stale.write_text(f"{os.getpid()}\n")
    running = Running(order)
    assert running.reports == [""]
    running.leave()
    assert not stale.exists()
    broken = home / "broken.lock"
    broken.write_text("nobody\n")
    supervisor.forget_stale(broken, data)
    assert broken.exists()
    supervisor.forget_stale(home / "missing.lock", data)


def test_two_shares_of_one_server(order: supervisor.Order) -> None:
    first, second = EmbeddedServer(Path(order["home"])), EmbeddedServer(Path(order["home"]))
    first.leave()
    first.join()
    second.join()
    assert first.address == second.address
    first.leave()
    assert not second.revive()
    second.leave()
    assert not supervisor.is_listening(Path(order["data"]))


def test_a_cluster_that_is_none_tells_where_to_look(order: supervisor.Order) -> None:
    with tempfile.TemporaryDirectory(prefix="engine-") as folder:
        home = Path(folder)
        (home / "data").mkdir()
        (home / "data" / "PG_VERSION").write_text("18\n")
        with pytest.raises(EmbeddedServerError, match=r"PostgreSQL did not start: .* \(see .*log\)"):
            EmbeddedServer(home).join()
