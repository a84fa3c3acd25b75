"""/stations/{id}/users: who works there (R-2, R-3, R-5, R-6)."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from common.api.serializers import ReasonInput
from common.api.views import HouseViewSet, ListMixin
from common.exceptions import Duplicate, NotFound
from identity.api.people import LinkChangesInput, LinkOutput, StationLinkInput
from identity.models import Station, StationUser
from identity.selectors.people import find_linkable
from identity.selectors.stations import list_stations
from identity.services.station_links import (
    CODE,
    LinkTerms,
    change_station_link,
    grant_station,
    revoke_station,
    terms_of,
)


class StationUserViewSet(ListMixin, HouseViewSet):
    """Links of one station; the second id of a path is that of the account."""

    permission_codes = dict.fromkeys(("list", "create", "partial_update", "destroy"), CODE)
    tagged_actions = frozenset({"create", "partial_update"})
    tolerant_actions = frozenset({"partial_update", "destroy"})
    body_serializers = {
        "create": StationLinkInput,
        "partial_update": LinkChangesInput,
        "destroy": ReasonInput,
    }
    answer_serializers = {"destroy": None}
    success_statuses = {"create": 201, "destroy": 204}
    serializer_class = LinkOutput
    ordering_fields = ("created_at", "assigned_at")
    refusals = {"create": (Duplicate,)}

    def get_queryset(self) -> QuerySet[StationUser]:
        return StationUser.objects.filter(station=self.station).select_related("user", "station")

    @property
    def station(self) -> Station:
        """The station of the path; raises NotFound out of reach."""
        station = list_stations(self.actor, code=CODE).filter(pk=self.kwargs["station_pk"]).first()
        if station is None:
            raise NotFound("There is no such station.")
        return station

    def create(self, request: Request, station_pk: Any) -> Response:
        """Link an account to the station; it must be within the caller's sight."""
        values = dict(self.body)
        station, user = self.station, find_linkable(self.actor, values.pop("user_id"))
        terms = LinkTerms(**values)
        link = grant_station(user=user, station=station, terms=terms, by=self.actor, at=timezone.now())
        return self.answer(link)

    def partial_update(self, request: Request, station_pk: Any, user_pk: Any) -> Response:
        """Change a link; the account's station tokens die at once."""
        link = self._link()
        terms = terms_of(link, **self.body)
        return self.answer(change_station_link(link=link, terms=terms, by=self.actor, at=timezone.now()))

    def destroy(self, request: Request, station_pk: Any, user_pk: Any) -> Response:
        """Take a link away, with a reason in the body; the account's station tokens die at once."""
        revoke_station(link=self._link(), reason=self.body["reason"], by=self.actor, at=timezone.now())
        return Response(status=204)

    def _link(self) -> StationUser:
        link = self.get_queryset().filter(user_id=self.kwargs["user_pk"]).first()
        if link is None:
            raise NotFound("There is no such link.")
        self.check_version(link)
        return link
