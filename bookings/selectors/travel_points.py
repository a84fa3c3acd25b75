"""Where the trips of a station start (Q-9)."""

from bookings.models import TravelFeeConfiguration
from bookings.pricing.travel import Point, zip_point
from identity.models import Station


def station_point(station: Station, configuration: TravelFeeConfiguration | None = None) -> Point:
    """Return the point of the travel configuration, else the station's own, else its ZIP's centroid."""
    given = None
    if configuration is not None and configuration.is_active:
        given = Point.of(configuration.latitude, configuration.longitude)
    return given or Point.of(station.latitude, station.longitude) or zip_point(station.postal_code)
