"""Centroids of United States ZIP codes, offline, in half a megabyte of memory.

The data are those of the `zipcodes` package (MIT), which itself keeps some 40 MB resident once asked. They
are packed beside this module: zlib over three columns of little-endian int32 (ZIP, latitude and longitude in
1/10 000 degree), sorted by ZIP. `python -m bookings.pricing.build_zip_centroids` writes the file anew.
"""

import re
import sys
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Iterable
from functools import cache
from pathlib import Path

PACKED = Path(__file__).with_name("zip_centroids.bin")
SCALE = 10_000
_ZIP = re.compile(r"([0-9]{5})(?:-?[0-9]{4})?", re.ASCII)


def pack(rows: Iterable[tuple[int, int, int]]) -> bytes:
    """Pack (ZIP, latitude, longitude in 1/10 000 degree) rows into the bytes of the data file."""
    columns = [array("i", column) for column in zip(*sorted(rows), strict=True)]
    return zlib.compress(b"".join(_little_endian(column).tobytes() for column in columns), level=9)


def find_centroid(postal_code: str) -> tuple[float, float] | None:
    """Return (latitude, longitude) of a ZIP or ZIP+4, or None when no such ZIP is known."""
    match = _ZIP.fullmatch(postal_code.strip())
    if match is None:
        return None
    zips, latitudes, longitudes = _columns()
    wanted = int(match.group(1))
    index = bisect_left(zips, wanted)
    if index == len(zips) or zips[index] != wanted:
        return None
    return latitudes[index] / SCALE, longitudes[index] / SCALE


@cache
def _columns() -> tuple["array[int]", "array[int]", "array[int]"]:
    raw = zlib.decompress(PACKED.read_bytes())
    size = len(raw) // 3
    zips, latitudes, longitudes = (array("i", raw[start : start + size]) for start in (0, size, 2 * size))
    return _little_endian(zips), _little_endian(latitudes), _little_endian(longitudes)


def _little_endian(column: "array[int]") -> "array[int]":
    if sys.byteorder == "big":  # pragma: no cover -- no such machine in CI
        column.byteswap()
    return column
