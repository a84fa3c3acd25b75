"""CSV files of a foreign shape and their mapping."""

import csv
import gzip
import io
from pathlib import Path
from typing import Any

MAPPING = """
slot = ""
[date]
columns = ["day"]
[booked]
days_before = "lead"
[party]
adults = "adults"
kids = "kids"
toddlers = "babies"
[status]
column = "end"
values = { "Check-Out" = "completed", "Canceled" = "cancelled", "No-Show" = "no_show" }
[closed]
columns = ["closed"]
[contact]
first_name = "Guest"
last_name = "Row {row}"
email = "row{row}@rows.example"
phone = "+141555501{nn}"
address = "{row} Market Street"
[details]
special_requests = "{wish}"
notes = "from a file"
"""
SLOT_MAPPING = MAPPING.replace('slot = ""', 'slot = "hour"').replace('[closed]\ncolumns = ["closed"]', "")

ROW: dict[str, Any] = {
    "day": "2026-03-07",
    "hour": "18:00",
    "lead": 30,
    "adults": 2,
    "kids": 1,
    "babies": 0,
    "end": "Check-Out",
    "closed": "2026-03-08",
    "wish": "",
}


def write_csv(path: Path, *rows: dict[str, Any], header: list[str] | None = None) -> Path:
    """Write rows, each ROW with changes; a name that ends in .gz is packed."""
    buffer = io.StringIO(newline="")
    lines = csv.DictWriter(buffer, header or list(ROW), extrasaction="ignore")
    lines.writeheader()
    lines.writerows({**ROW, **row} for row in rows)
    content = buffer.getvalue().encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path
