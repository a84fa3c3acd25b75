"""/chefs: who cooks; deleting one means taking them out of service (BK-15)."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from bookings.api.answers.people import ChefDetail, ChefRow
from bookings.api.answers.schedule import ScheduleAnswer, schedule_as_dict
from bookings.api.bodies import ChefChangesInput, ChefInput, DatesQuery
from bookings.api.filters import ChefFilter
from bookings.api.scope import require_at, station_meant
from bookings.models import Chef
from bookings.selectors.chef_schedule import get_own_chef, list_engagements
from bookings.selectors.chefs import get_chef, list_chefs
from bookings.selectors.stations import get_station
from bookings.services.chefs import ChefChanges, create_chef, deactivate_chef, update_chef
from bookings.services.disclosures import disclose_chef
from common.api.serializers import ReasonInput
from common.api.views import HouseViewSet, ListMixin
from common.exceptions import Duplicate, InUse, NotFound


class ChefViewSet(ListMixin, HouseViewSet):
    permission_codes = {
        "schedule": "chef.read",
        "own_schedule": "chef.read",
        "list": "chef.read",
        "retrieve": "chef.read",
        "create": "chef.manage",
        "partial_update": "chef.manage",
        "destroy": "chef.manage",
    }
    conditional_actions = frozenset({"partial_update", "destroy"})
    tagged_actions = frozenset({"retrieve", "create", "partial_update"})
    body_serializers = {"create": ChefInput, "partial_update": ChefChangesInput, "destroy": ReasonInput}
    query_serializers = {"schedule": DatesQuery, "own_schedule": DatesQuery}
    answer_serializers = {
        "retrieve": ChefDetail,
        "destroy": None,
        "schedule": ScheduleAnswer,
        "own_schedule": ScheduleAnswer,
    }
    success_statuses = {"create": 201, "destroy": 204}
    serializer_class = ChefRow
    filterset_class = ChefFilter
    ordering = ("name", "id")
    ordering_fields = ("name", "created_at")
    refusals = {
        "own_schedule": (NotFound,),
        "create": (Duplicate, NotFound),
        "partial_update": (Duplicate, InUse),
        "destroy": (InUse,),
    }

    def get_queryset(self) -> QuerySet[Chef]:
        return list_chefs(self.actor)

    def retrieve(self, request: Request, pk: Any) -> Response:
        """Return one chef in clear text."""
        chef = get_chef(self.actor, pk)
        disclose_chef(chef=chef, by=self.actor)
        return self.answer(chef)

    def create(self, request: Request) -> Response:
        """Add a chef to a station, or to all."""
        values = dict(self.body)
        station_id = values.pop("station_id", None)
        if "station_id" not in self.body:
            station_id = station_meant(self.actor, None)
        require_at(self.actor, "chef.manage", station_id)
        chef = create_chef(
            station=None if station_id is None else get_station(station_id),
            details=ChefChanges(**values),
            by=self.actor,
        )
        return self.answer(chef)

    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change a chef."""
        chef = self._managed(pk)
        changed = update_chef(
            chef=chef,
            changes=ChefChanges(**self.body),
            expected_updated_at=chef.updated_at,
            by=self.actor,
            at=timezone.now(),
        )
        return self.answer(changed)

    def destroy(self, request: Request, pk: Any) -> Response:
        """Take a chef out of service, with a reason in the body; not one with parties ahead."""
        chef = self._managed(pk)
        deactivate_chef(
            chef=chef,
            reason=self.body["reason"],
            expected_updated_at=chef.updated_at,
            by=self.actor,
            at=timezone.now(),
        )
        return Response(status=204)

    def schedule(self, request: Request, pk: Any) -> Response:
        """List a chef's parties of these dates that are within reach, with the ways between them."""
        return self._schedule(get_chef(self.actor, pk))

    def own_schedule(self, request: Request) -> Response:
        """List the parties of the chef who asks."""
        return self._schedule(get_own_chef(self.actor))

    def _schedule(self, chef: Chef) -> Response:
        parties = list_engagements(actor=self.actor, chef=chef, **self.query)
        return Response(schedule_as_dict(chef, parties))

    def _managed(self, pk: Any) -> Chef:
        """Return the chef of the URL as the client has seen it, for somebody who may manage them."""
        chef = get_chef(self.actor, pk)
        require_at(self.actor, "chef.manage", chef.station_id)
        self.expected_version(chef)
        return chef
