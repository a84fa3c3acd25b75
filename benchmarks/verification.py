"""`verify_schema`: the command inside a process, and the whole process as an operator waits for it."""

import io
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress

from django.core.management import CommandError, call_command

ROUNDS = 5
AIM = "2 s (the brief, for 47 models)"


def verification_figures(add: Callable[..., None]) -> None:
    """Verify all tables, with rows of every blind index, several times."""
    seconds, report = zip(*(in_process() for _round in range(ROUNDS)), strict=True)
    processes = [whole_process() for _round in range(ROUNDS)]
    last = report[-1]
    add(
        f"verify_schema, {last['tables']} tables, {last['columns']} columns",
        f"{statistics.median(seconds):.2f} s (worst {max(seconds):.2f} s), {len(last['findings'])} findings",
        beside=f"with the start of Python and Django {statistics.median(processes):.2f} s",
        aim=AIM,
    )


def in_process() -> tuple[float, dict[str, list[object]]]:
    out = io.StringIO()
    started = time.perf_counter()
    with suppress(CommandError):
        call_command("verify_schema", as_json=True, stdout=out)
    return time.perf_counter() - started, json.loads(out.getvalue())


def whole_process() -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "manage.py", "verify_schema", "--json"], check=False, capture_output=True)
    return time.perf_counter() - started
