"""One process's share in an embedded server: joining it, leaving it, starting it when it is down."""

import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from common.db.embedded import cluster, supervisor
from common.db.embedded.account import Account
from common.db.embedded.cluster import EmbeddedServerError

LARGEST_LOG = 10_000_000


class Address(NamedTuple):
    """Where the server listens: the directory of its socket stands for the host."""

    host: str
    port: int = cluster.PORT
    user: str = cluster.SUPERUSER

    def url(self, database: str) -> str:
        path, host = quote(database, safe=""), quote(self.host, safe="")
        return f"postgresql://{self.user}@/{path}?host={host}&port={self.port}"


class EmbeddedServer:
    """This process's share in the server of one directory."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.data = home / "data"
        self.address = Address("")
        self._users: int | None = None

    def join(self) -> None:
        """Become a user; waits while the last one before is stopping the server."""
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            users = supervisor.open_lock(self.home / "users")
            try:
                fcntl.flock(users, fcntl.LOCK_SH)
                self._ensure_running()
            except BaseException:
                os.close(users)
                raise
        except PermissionError:
            raise EmbeddedServerError(f"{self.home} belongs to another user") from None
        self._users = users

    def revive(self) -> bool:
        """Start the server again if it died under its users; tell whether it had."""
        if supervisor.is_listening(self.data):
            return False
        self._ensure_running()
        return True

    def leave(self) -> None:
        """Stop being a user; the last one shuts the server down and returns when it is gone."""
        if self._users is None:
            return
        # Closing gives up this process's share only: a forked child keeps the lock through its own copy.
        os.close(self._users)
        self._users = None
        with supervisor.closing_lock(self.home / "users") as users:
            if supervisor.try_lock(users, fcntl.LOCK_EX):
                self._stop()
            elif not supervisor.try_lock(users, fcntl.LOCK_SH):
                # The supervisor was faster and is stopping it: wait for the end.
                fcntl.flock(users, fcntl.LOCK_SH)

    def _ensure_running(self) -> None:
        with self._exclusive("start"):
            account = cluster.ensure(self.data)
            if not supervisor.is_listening(self.data) or not self._is_supervised():
                sockets = cluster.socket_directory(self.home, account)
                self._start(sockets, account)
            postmaster = supervisor.read_postmaster(self.data)
        if postmaster is None:
            raise EmbeddedServerError(f"the server has gone again: {self._last_words()}")
        self.address = Address(str(Path(postmaster.socket_path).parent))

    def _start(self, sockets: Path, account: Account | None) -> None:
        log = self.home / "log"
        if log.exists() and log.stat().st_size > LARGEST_LOG:
            log.replace(log.with_suffix(".old"))
        order = supervisor.Order(
            home=str(self.home),
            data=str(self.data),
            sockets=str(sockets),
            command=cluster.command(self.data, sockets),
            owner=account and (account.uid, account.gid),
        )
        result = subprocess.run(  # noqa: S603 -- this interpreter, our own script
            [sys.executable, "-I", "-S", supervisor.__file__, json.dumps(order)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        if result.returncode:
            raise EmbeddedServerError(f"{result.stderr.strip()}: {self._last_words()}")

    def _is_supervised(self) -> bool:
        with supervisor.closing_lock(self.home / "supervisor") as lock:
            return not supervisor.try_lock(lock, fcntl.LOCK_SH)

    def _stop(self) -> None:
        postmaster = supervisor.read_postmaster(self.data)
        if postmaster is not None:
            supervisor.stop(postmaster.pid, lambda: supervisor.is_alive(postmaster.pid, self.data))
        with self._exclusive("supervisor"):
            # The supervisor has seen the end of its server and is gone, too.
            supervisor.remove_empty(Path(self.address.host))

    @contextmanager
    def _exclusive(self, name: str) -> Iterator[None]:
        with supervisor.closing_lock(self.home / name) as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            try:
                yield
            finally:
                # By hand: a process forked by another thread in between has a copy of the descriptor.
                fcntl.flock(lock, fcntl.LOCK_UN)

    def _last_words(self) -> str:
        log = self.home / "log"
        lines = log.read_text(errors="replace").splitlines() if log.exists() else []
        fatal = (line for line in reversed(lines) if "FATAL" in line or "PANIC" in line)
        return f"{next(fatal, 'no reason')} (see {log})"
