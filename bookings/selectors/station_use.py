"""Fills identity's port `station_use` (R-8): what still keeps a station in use."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from bookings.models import Booking, ReservationHold


class BookingsAndHolds:
    """Occupying bookings and live holds of a station."""

    def counts(self, *, station_id: UUID, at: datetime) -> Mapping[str, int]:
        """Return how many of each there are; a hold past its deadline no longer counts (H-4)."""
        return {
            "occupying_bookings": Booking.objects.occupying().filter(station_id=station_id).count(),
            "live_holds": ReservationHold.objects.occupying()
            .filter(station_id=station_id, expires_at__gte=at)
            .count(),
        }
