"""Questions this app asks upwards (architecture.md, "Crossing the floors")."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol
from uuid import UUID

from common.ports import Port


class StationUse(Protocol):
    def counts(self, *, station_id: UUID, at: datetime) -> Mapping[str, int]:
        """Return how many rows keep the station in use (R-8), by kind: occupying_bookings, live_holds."""


class StationUnused:
    """Default of the port: nobody above uses stations."""

    def counts(self, *, station_id: UUID, at: datetime) -> Mapping[str, int]:  # noqa: ARG002 -- the port's contract
        return {}


station_use: Port[StationUse] = Port("station_use", default=StationUnused())
