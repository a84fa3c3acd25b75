"""Where the trips of a station start (Q-9)."""

from bookings.models import TravelFeeConfiguration
from bookings.pricing.travel import Point
from bookings.pricing.zip_centroids import find_centroid
from identity.models import Station


def find_station_point(station: Station, configuration: TravelFeeConfiguration | None = None) -> Point | None:
    """Return the point of the travel configuration, else the station's own, else its ZIP's centroid.

    None when nobody knows where the station lies.
    """
    given = None
    if configuration is not None and configuration.is_active:
        given = Point.of(configuration.latitude, configuration.longitude)
    given = given or Point.of(station.latitude, station.longitude)
    if given is None and (centroid := find_centroid(station.postal_code)) is not None:
        given = Point(*centroid)
    return given
