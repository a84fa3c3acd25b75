"""The system account an embedded server runs as: PostgreSQL refuses to run as root."""

import os
import pwd
import stat
import subprocess
import time
from pathlib import Path
from typing import Any, NamedTuple

NAME = "pgserver"
USERADD = "/usr/sbin/useradd"
NOLOGIN = "/usr/sbin/nologin"
ATTEMPTS = 20


class Account(NamedTuple):
    """A system user other than the one who asks."""

    uid: int
    gid: int


def for_directory(directory: Path, program: Path) -> Account | None:
    """Return who runs the server of a directory: None for this user; for root its owner or a system user."""
    if os.geteuid() != 0:
        return None
    found = directory.stat()
    account = Account(found.st_uid, found.st_gid) if found.st_uid else _ensure()
    os.chown(directory, account.uid, account.gid)
    _let_through(directory)
    _let_through(program)
    return account


def popen_arguments(account: Account | None) -> dict[str, Any]:
    """Return the arguments of subprocess that run a program as the account."""
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def _ensure() -> Account:
    """Find the system user or make it; two processes may do so at once."""
    complaint = ""
    for _ in range(ATTEMPTS):
        try:
            entry = pwd.getpwnam(NAME)
        except KeyError:
            result = subprocess.run(  # noqa: S603 -- constant arguments
                [USERADD, "--system", "--user-group", "--no-create-home", "--shell", NOLOGIN, NAME],
                capture_output=True,
                text=True,
                check=False,
            )
            complaint = result.stderr.strip()
            if result.returncode:
                time.sleep(0.1)
        else:
            return Account(entry.pw_uid, entry.pw_gid)
    raise OSError(f"cannot make the system user {NAME}: {complaint}")


def _let_through(directory: Path) -> None:
    """Let other users pass (not list) the directories that lead to this one."""
    for parent in directory.parents:
        mode = parent.stat().st_mode
        if not mode & stat.S_IXOTH:
            parent.chmod(mode | stat.S_IXOTH)
