from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from common.api.filters import HouseFilterSet
from common.api.serializers import ReasonInput
from common.api.views import HouseViewSet, ListMixin, RetrieveMixin
from common.exceptions import Duplicate
from identity.api.serializers import StationFields, StationInput, StationOutput
from identity.exceptions import StationInUse
from identity.models import Station
from identity.selectors.stations import list_stations
from identity.services.stations import create_station, delete_station, update_station


class StationFilter(HouseFilterSet):
    class Meta:
        model = Station
        fields = {"status": ["exact", "in"], "code": ["exact", "in"], "state": ["exact"]}


class StationViewSet(ListMixin, RetrieveMixin, HouseViewSet):
    """Stations within the caller's reach."""

    permission_codes = {
        "list": "station.read",
        "retrieve": "station.read",
        "create": "station.create",
        "partial_update": "station.update",
        "destroy": "station.delete",
    }
    conditional_actions = frozenset({"partial_update", "destroy"})
    tagged_actions = frozenset({"retrieve", "create", "partial_update"})
    body_serializers = {"create": StationInput, "partial_update": StationFields, "destroy": ReasonInput}
    answer_serializers = {"destroy": None}
    success_statuses = {"create": 201, "destroy": 204}
    refusals = {"create": (Duplicate,), "partial_update": (Duplicate,), "destroy": (StationInUse,)}
    examples = {
        "create": {
            "name": "Fremont",
            "phone": "+15105550100",
            "address_line1": "1 Mission Blvd",
            "postal_code": "94536",
        }
    }
    serializer_class = StationOutput
    filterset_class = StationFilter
    ordering = ("code",)
    ordering_fields = ("code", "created_at")

    def get_queryset(self) -> QuerySet[Station]:
        return list_stations(self.actor)

    def create(self, request: Request) -> Response:
        """Open a station with the next code of its city, placed by its ZIP."""
        return self.answer(create_station(fields=self.body, by=self.actor, at=timezone.now()))

    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change a station."""
        station = self.get_object()
        self.expected_version(station)
        changed = update_station(
            station=station,
            changes=self.body,
            by=self.actor,
            at=timezone.now(),
            expected=station.updated_at,
        )
        return self.answer(changed)

    def destroy(self, request: Request, pk: Any) -> Response:
        """Close a station that nothing uses, with a reason in the body; its rows stay (R-8)."""
        station = self.get_object()
        self.expected_version(station)
        delete_station(
            station=station,
            reason=self.body["reason"],
            by=self.actor,
            at=timezone.now(),
            expected=station.updated_at,
        )
        return Response(status=204)
