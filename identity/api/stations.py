from django.db.models import QuerySet

from common.api.filters import HouseFilterSet
from common.api.views import HouseViewSet, ListMixin, RetrieveMixin
from identity.api.serializers import StationOutput
from identity.models import Station
from identity.selectors.stations import list_stations


class StationFilter(HouseFilterSet):
    class Meta:
        model = Station
        fields = {"status": ["exact", "in"], "code": ["exact", "in"], "state": ["exact"]}


class StationViewSet(ListMixin, RetrieveMixin, HouseViewSet):
    """Stations within the caller's reach."""

    permission_codes = {"list": "station.read", "retrieve": "station.read"}
    serializer_class = StationOutput
    filterset_class = StationFilter
    ordering = ("code",)
    ordering_fields = ("code", "created_at")

    def get_queryset(self) -> QuerySet[Station]:
        return list_stations(self.actor)
