"""`make bench`: lay out a house in a scratch directory, measure, print one table.

Each figure is printed as it comes, with the seconds since the start and what it stands beside: the empty view
of the same server, pgbench or plain SQL, statements, processor time (`CPU a + b ms`: our own processes and
PostgreSQL's, per unit of work). On a machine that does something else meanwhile read that and the shares, not
the rates. The table at the end says what was seen and what is wanted; nothing is asserted. `python -m
benchmarks <bookings.csv>` imports another file than the data set of the house. It takes under a
quarter of an hour.
"""

import os
import shutil
import sys
from pathlib import Path

from config.environment import ensure_demo_file, var_dir

SCRATCH = var_dir() / "bench"


def main() -> None:
    """Run every scenario in one go on a fresh database and print what was seen."""
    shutil.rmtree(SCRATCH, ignore_errors=True)
    os.environ["VAR_DIR"] = str(SCRATCH)
    os.environ.update(RATE_LIMITS_ENABLED="false", AVAILABILITY_CACHE_SECONDS="0")
    os.environ |= {"ENVIRONMENT": "demo", "LOG_LEVEL": "ERROR"}
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    ensure_demo_file(SCRATCH)

    import django  # noqa: PLC0415 -- the environment must stand before Django reads it

    django.setup()
    from benchmarks.scenarios import run_all  # noqa: PLC0415 -- needs Django

    data = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    run_all(data)


if __name__ == "__main__":
    main()
