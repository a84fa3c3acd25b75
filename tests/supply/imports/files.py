"""Invoices of a foreign shape and their mapping."""

import csv
import gzip
import io
from pathlib import Path
from typing import Any

MAPPING = """
[line]
sku = "code"
price = "price"
quantity = "units"
rate = "2.00"
[product]
name = "title"
description = "about"
stock = "shelf"
[order]
number = "invoice"
placed = { column = "when", format = "%Y-%m-%d %H:%M", timezone = "Asia/Almaty" }
[consumer]
key = "who"
email = "{who}@kitchens.example"
name = "Kitchen {who}"
"""
ROW: dict[str, Any] = {
    "code": "F-1",
    "title": "Salmon",
    "about": "",
    "shelf": 30,
    "price": "4.50",
    "units": 2,
    "invoice": "100",
    "when": "2026-03-07 12:00",
    "who": "ann",
}


def write_csv(path: Path, *rows: dict[str, Any], packed: bool = False) -> Path:
    """Write rows that differ from ROW as said; returns the path."""
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(ROW)
    lines.writerows([{**ROW, **row}[name] for name in ROW] for row in rows)
    data = text.getvalue().encode()
    path.write_bytes(gzip.compress(data) if packed else data)
    return path
