"""Which station a public question is about: the one named, else the nearest to the ZIP (S-10)."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from bookings.api.inputs import degrees
from bookings.selectors.stations import get_station, nearest_station
from common.api.serializers import QuerySerializer
from common.exceptions import NotFound
from identity.enums import StationStatus
from identity.models import Station


class PlaceQuery(QuerySerializer):
    station_id = serializers.UUIDField(required=False)
    postal_code = serializers.CharField(max_length=10, required=False)
    latitude = degrees(90, allow_null=False)
    longitude = degrees(180, allow_null=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "station_id" not in attrs and "postal_code" not in attrs:
            raise serializers.ValidationError({"station_id": ["Give station_id or postal_code."]})
        if ("latitude" in attrs) != ("longitude" in attrs):
            raise serializers.ValidationError({"latitude": ["Give latitude and longitude together."]})
        return attrs


class RangeQuery(PlaceQuery):
    """Both dates included, at most 62 of them."""

    start = serializers.DateField()
    end = serializers.DateField()


def station_of(query: Mapping[str, Any]) -> Station:
    """Return the active station the query is about; raises NotFound or `outside_service_area`."""
    if "station_id" not in query:
        return nearest_station(
            postal_code=query["postal_code"],
            latitude=query.get("latitude"),
            longitude=query.get("longitude"),
        )
    station = get_station(query["station_id"])
    if station.status != StationStatus.ACTIVE:
        raise NotFound("There is no such station.")
    return station
