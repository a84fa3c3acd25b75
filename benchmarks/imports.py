"""Rows per second of `import_bookings`, as history and as live."""

import csv
import io
import json
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from benchmarks.house import make_station
from config.environment import BASE_DIR

MAPPING = BASE_DIR / "docs" / "howto" / "hotel_bookings.mapping.toml"
SYNTHETIC_ROWS = 15_000
COLUMNS = [
    "hotel",
    "is_canceled",
    "lead_time",
    "arrival_date_year",
    "arrival_date_month",
    "arrival_date_day_of_month",
    "adults",
    "children",
    "babies",
    "distribution_channel",
    "deposit_type",
    "total_of_special_requests",
    "reservation_status",
]


def synthetic(path: Path) -> Path:
    """Write rows in the shape of the hotel data, for a machine without it."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for number in range(SYNTHETIC_ROWS):
            day = date(2016, 1, 1) + timedelta(days=number % 700)
            writer.writerow(
                ["Resort Hotel", 0, 30 + number % 60, day.year, day.strftime("%B"), day.day, 1 + number % 4,
                 number % 3, 0, "Direct", "No Deposit", 0, "Check-Out"]
            )  # fmt: skip
    return path


def import_figures(add: Callable[..., None], data: Path | None) -> None:
    """Import once as history and once as live with two processes."""
    found = BASE_DIR.parent / "shared" / "data" / "hotel_bookings.csv.gz"
    source = data or (found if found.exists() else synthetic(Path(settings.VAR_DIR) / "hotel.csv"))
    for name, code, options in (
        ("import as history", "ST-HISTORY-001", {}),
        ("import as live, 2 workers", "ST-LIVE-001", {"as_live": True, "workers": 2}),
    ):
        make_station(code, 10)
        out = io.StringIO()
        started = time.perf_counter()
        call_command(
            "import_bookings",
            file=source,
            station=code,
            mapping=MAPPING,
            report=Path(settings.VAR_DIR) / f"{code}.csv",
            as_json=True,
            stdout=out,
            **options,
        )
        seconds = time.perf_counter() - started
        report = json.loads(out.getvalue())
        add(
            name,
            f"{report['rows'] / seconds:.0f} rows/s",
            beside=f"{report['rows']} rows of {source.name}, imported {report['imported']}",
        )
