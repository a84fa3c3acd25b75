"""/system-events: what the system noticed and did, for the owner."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bookings.models import SystemEvent
from common.api.filters import HouseFilterSet
from common.api.views import HouseViewSet, ListMixin


class SystemEventFilter(HouseFilterSet):
    class Meta:
        model = SystemEvent
        fields = {
            "service": ["exact"],
            "action": ["exact", "in"],
            "severity": ["exact", "in"],
            "entity_type": ["exact"],
            "entity_id": ["exact"],
            "user_id": ["exact"],
            "timestamp": ["gte", "lt"],
        }


class SystemEventOutput(serializers.ModelSerializer[SystemEvent]):
    class Meta:
        model = SystemEvent
        fields = (
            "id",
            "service",
            "action",
            "severity",
            "entity_type",
            "entity_id",
            "user_id",
            "event_data",
            "timestamp",
        )


class SystemEventViewSet(ListMixin, HouseViewSet):
    """The log of alerts, failures and jobs, newest first; ids and codes, nobody's data."""

    permission_codes = {"list": "event.read"}
    serializer_class = SystemEventOutput
    filterset_class = SystemEventFilter
    ordering = ("-timestamp", "-id")
    ordering_fields = ("timestamp",)

    def get_queryset(self) -> QuerySet[SystemEvent]:
        return SystemEvent.objects.all()

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List what the system noticed and did."""
        return super().list(request, *args, **kwargs)
