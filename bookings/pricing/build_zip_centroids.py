"""Write `zip_centroids.bin` from the `zipcodes` package: `python -m bookings.pricing.build_zip_centroids`."""

from collections.abc import Iterator
from decimal import Decimal

import zipcodes

from bookings.pricing import zip_centroids


def rows() -> Iterator[tuple[int, int, int]]:
    """Yield every ZIP with a point; military ones (at 0, 0) have none."""
    for entry in zipcodes.list_all():  # type: ignore[no-untyped-call]  # the package types its Rust half only
        latitude, longitude = (int(Decimal(entry[key]) * zip_centroids.SCALE) for key in ("lat", "long"))
        if (latitude, longitude) != (0, 0):
            yield int(entry["zip_code"]), latitude, longitude


def build() -> bytes:
    """Return the bytes that `zip_centroids.bin` must hold."""
    return zip_centroids.pack(rows())


if __name__ == "__main__":
    zip_centroids.PACKED.write_bytes(build())
