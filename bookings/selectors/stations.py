"""Stations as the booking rules see them: what they offer, and which one is nearest (S-1, S-10)."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet

from bookings.calendar import SlotCalendar
from bookings.exceptions import OutsideServiceArea
from bookings.models import TravelFeeConfiguration
from bookings.pricing.travel import Point, TravelTerms, road_miles, venue_point
from bookings.selectors.travel_points import find_station_point
from common.actors import Actor
from common.db.statements import RowStatement
from common.exceptions import NotFound
from identity.enums import StationStatus
from identity.models import Station
from identity.selectors.station_settings import station_settings
from identity.selectors.stations import list_active_stations

BY_KEY = RowStatement(Station, "WHERE id = %(id)s")


def get_station(station_id: UUID) -> Station:
    """Return a station by its key, whoever asks; raises NotFound."""
    station = BY_KEY.first({"id": station_id})
    if station is None:
        raise NotFound("There is no such station.")
    return station


def list_stations_in_reach(actor: Actor, code: str) -> QuerySet[Station]:
    """Return the stations, closed ones too, where the actor holds the permission code, by their code."""
    scope = actor.scope(code)
    stations = Station.objects.order_by("code", "pk")
    return stations if scope.everywhere else stations.filter(pk__in=scope.stations)


def slot_calendar(station: Station) -> SlotCalendar:
    """Return the slots, hours and notice of a station."""
    settings = station_settings(station)
    return SlotCalendar(
        zone=station.timezone,
        is_active=station.status == StationStatus.ACTIVE,
        slots=settings.slots,
        hours=settings.hours,
        blackout_dates=settings.blackout_dates,
        public_lead=timedelta(hours=settings.public_lead_time_hours),
        staff_lead=timedelta(hours=settings.booking_lead_time_hours),
    )


def nearest_station(*, postal_code: str, latitude: Decimal | None, longitude: Decimal | None) -> Station:
    """Return the active station with the fewest road miles to the venue that serves it (S-10).

    Refuses with `outside_service_area`, `unknown_postal_code` or `location_mismatch`.
    """
    venue = venue_point(postal_code=postal_code, given=Point.of(latitude, longitude))
    reached: list[tuple[Decimal, str, Station]] = []
    for station in list_active_stations().select_related("travel_fee_configuration"):
        configuration = getattr(station, "travel_fee_configuration", None)
        origin = find_station_point(station, configuration)
        if origin is None:
            # A station that nobody can place makes no trips; the others do.
            continue
        miles = road_miles(origin, venue)
        if _terms(configuration).reaches(miles):
            reached.append((miles, station.code, station))
    if not reached:
        raise OutsideServiceArea("No station of ours travels to this address.")
    return min(reached, key=lambda found: found[:2])[2]


def _terms(configuration: TravelFeeConfiguration | None) -> TravelTerms:
    if configuration is None or not configuration.is_active:
        return TravelTerms()
    return TravelTerms(max_miles=configuration.max_service_distance)
