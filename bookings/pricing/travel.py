"""Q-9, Q-10: miles and the travel fee."""

import math
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from bookings.exceptions import LocationMismatch, UnknownPostalCode
from bookings.pricing.money import half_up
from bookings.pricing.zip_centroids import find_centroid

EARTH_RADIUS_MILES = 3_958.7613
ROAD_FACTOR = Decimal("1.2")
HUNDREDTH_MILE = Decimal("0.01")
MAX_MILES_FROM_CENTROID = 25


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the globe in decimal degrees."""

    latitude: float
    longitude: float

    @classmethod
    def of(cls, latitude: Decimal | None, longitude: Decimal | None) -> "Point | None":
        """Return the point, or None unless both coordinates are given."""
        if latitude is None or longitude is None:
            return None
        return cls(float(latitude), float(longitude))


@dataclass(frozen=True, slots=True, kw_only=True)
class TravelTerms:
    """What a station asks for travel from `origin`; `max_miles` None serves any distance."""

    free_miles: Decimal = Decimal("30.00")
    price_per_mile_cents: int = 200
    max_miles: Decimal | None = Decimal("150.00")
    origin: Point | None = None

    def reaches(self, miles: Decimal) -> bool:
        """Q-10: tell whether a venue that many road miles away is served."""
        return self.max_miles is None or miles <= self.max_miles


def great_circle_miles(start: Point, end: Point) -> float:
    """Return the great-circle distance (haversine) in miles."""
    latitudes = math.radians(start.latitude), math.radians(end.latitude)
    half_latitude = math.radians(end.latitude - start.latitude) / 2
    half_longitude = math.radians(end.longitude - start.longitude) / 2
    chord = (
        math.sin(half_latitude) ** 2
        + math.cos(latitudes[0]) * math.cos(latitudes[1]) * math.sin(half_longitude) ** 2
    )
    return 2 * EARTH_RADIUS_MILES * math.asin(min(1.0, math.sqrt(chord)))


def road_miles(start: Point, end: Point) -> Decimal:
    """Return great-circle miles times 1.2, rounded half up to 0.01."""
    miles = Decimal(str(great_circle_miles(start, end))) * ROAD_FACTOR
    return miles.quantize(HUNDREDTH_MILE, rounding=ROUND_HALF_UP)


def travel_fee_cents(miles: Decimal, terms: TravelTerms) -> int:
    """Return the fee in cents for the road miles above the free ones."""
    chargeable = max(miles - terms.free_miles, Decimal(0))
    return half_up(chargeable * terms.price_per_mile_cents)


def zip_point(postal_code: str) -> Point:
    """Return the centroid of a ZIP; refuses an unknown one (422 unknown_postal_code)."""
    centroid = find_centroid(postal_code)
    if centroid is None:
        raise UnknownPostalCode
    return Point(*centroid)


def venue_point(*, postal_code: str, given: Point | None) -> Point:
    """Return the given point if it lies near its ZIP (else 422 location_mismatch), or the ZIP's centroid."""
    if given is not None and not postal_code:
        return given
    centroid = zip_point(postal_code)
    if given is None:
        return centroid
    if great_circle_miles(centroid, given) > MAX_MILES_FROM_CENTROID:
        raise LocationMismatch
    return given
