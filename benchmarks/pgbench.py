"""The same statements without us: what PostgreSQL alone does with the SQL of a request."""

import re
import subprocess
import tempfile
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from common.db.embedded import binary, server_url

BRACKETS = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK")
TPS = re.compile(r"tps = ([0-9.]+)")


def capture(method: str, path: str, *, headers: dict[str, str], body: bytes = b"") -> tuple[int, list[str]]:
    """Return status and statements of one request, run in this process; the first call warms caches up."""
    client = Client()
    options = {"data": body, "content_type": "application/json"} if body else {}
    with CaptureQueriesContext(connection) as queries:
        response = getattr(client, method)(path, headers=headers, **options)
    return response.status_code, [query["sql"] for query in queries]


def capture_undone(path: str, *, headers: dict[str, str], body: bytes) -> list[str]:
    """Return the statements of a POST whose effect is rolled back, so that pgbench can send them again."""
    with transaction.atomic():
        _status, statements = capture("post", path, headers=headers, body=body)
        transaction.set_rollback(True)
    return statements


def transactions_per_second(statements: list[str], *, clients: int, rolled_back: bool = False) -> float:
    """Return what pgbench reaches with these statements as one transaction; writes are rolled back."""
    kept = [sql for sql in statements if not sql.startswith(BRACKETS)]
    lines = [" ".join(sql.split()) + ";" for sql in kept]
    if rolled_back:
        lines = ["BEGIN;", *lines, "ROLLBACK;"]
    directory = settings.DATABASES["default"]["EMBEDDED_DIR"]
    with tempfile.TemporaryDirectory() as scratch:
        script = Path(scratch) / "script.sql"
        script.write_text("\n".join(lines) + "\n")
        command = [
            str(binary("pgbench")), "-n", "-M", "simple", "-f", str(script), "-c", str(clients), "-j", "2",
            "-T", "4", server_url(directory, settings.DATABASES["default"]["NAME"]),
        ]  # fmt: skip
        done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 -- PostgreSQL's own tool
    if done.returncode:
        raise RuntimeError(f"pgbench: {done.stderr.strip()[-500:]}")
    found = TPS.search(done.stdout)
    return float(found.group(1)) if found else 0.0
