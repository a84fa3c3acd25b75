"""`make run`: from nothing to a serving product in one process.

Makes the demo secrets, starts the database on the first connection, migrates, loads reference data, fills an
empty database with the demo and serves with granian until SIGINT or SIGTERM.
"""

import json
import os
import signal
import socket
import sys
import threading
import time
from io import StringIO

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connections
from django.db.utils import OperationalError
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from common.gateways import unusable_gateways
from config.environment import ensure_demo_file, var_dir

HOST = "127.0.0.1"
ORPHAN_CHECK_SECONDS = 0.5
KILL_SECONDS = 10
"""How long a worker may take to end; granian's own way out is now and then never reached after Ctrl-C."""


def chosen_port() -> int:
    """Return PORT from the environment; refuse what is no free port."""
    raw = os.environ.get("PORT", "8000")
    if not raw.isdigit() or not 0 < int(raw) < 65536:  # noqa: PLR2004 -- the range of TCP ports
        raise ImproperlyConfigured(f"Setting PORT must be a port number, not {raw!r}.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if probe.connect_ex((HOST, int(raw))) == 0:
            raise ImproperlyConfigured(
                f"Setting PORT: {raw} is in use; choose another one, such as PORT=8001."
            )
    return int(raw)


def prepare() -> list[dict[str, str]]:
    """Bring database, reference data and demo up to date; each step does nothing when it is done already.

    Returns the log-ins of the exchange's demo: role, e-mail and password.
    """
    from django.conf import settings  # noqa: PLC0415 -- Django must be set up first

    for missing in unusable_gateways():
        raise ImproperlyConfigured(missing)
    call_command("migrate", interactive=False, verbosity=0)
    call_command("load_reference_data", demo=settings.ENVIRONMENT == "demo")
    if settings.ENVIRONMENT != "demo":
        return []
    told = StringIO()
    call_command("seed_supply_demo", if_empty=True, as_json=True, stdout=told)
    accounts: list[dict[str, str]] = json.loads(told.getvalue())["accounts"]
    return accounts


def end_with_parent() -> None:
    """Let a forked worker end when its parent was killed, so that the next start finds the port free."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(ORPHAN_CHECK_SECONDS)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="end-with-parent", daemon=True).start()


def main() -> None:
    """Prepare and serve; a bad setting ends with one line that names it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        if os.environ.get("ENVIRONMENT", "demo") == "demo":
            ensure_demo_file(var_dir())
        port = chosen_port()
        django.setup()
        traders = prepare()
    except (ImproperlyConfigured, CommandError, OperationalError) as error:
        sys.exit(f"make run: {str(error).strip().splitlines()[0]}")
    from config.welcome import print_welcome  # noqa: PLC0415 -- reads models, so Django must be set up first

    print_welcome(f"http://{HOST}:{port}", traders)
    connections.close_all()
    os.register_at_fork(after_in_child=end_with_parent)
    Server(
        "config.wsgi:application",
        address=HOST,
        port=port,
        interface=Interfaces.WSGI,
        workers=int(os.environ.get("WEB_WORKERS", "1")),
        blocking_threads=int(os.environ.get("WEB_THREADS", "8")),
        workers_kill_timeout=KILL_SECONDS,
        log_level=LogLevels.warning,
        log_access=False,
    ).serve()


if __name__ == "__main__":
    main()
