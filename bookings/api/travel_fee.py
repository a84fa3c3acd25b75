"""/stations/{id}/travel-fee: what a station charges for the way (Q-9, Q-10)."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from bookings.api.answers.prices import TravelFeeRow
from bookings.api.price_bodies import TravelFeeInput
from bookings.models import TravelFeeConfiguration
from bookings.policies import PRICES
from bookings.selectors.price_list import find_travel_fee, get_managed_station
from bookings.services.price_list import TravelFee, set_travel_fee
from common.api.etag import record_version
from common.api.exceptions import PreconditionRequired
from common.api.views import HouseViewSet
from common.exceptions import NotFound, VersionConflict


class TravelFeeViewSet(HouseViewSet):
    """One travel fee per station, or none: then the usual terms hold (4.1)."""

    permission_codes = {"retrieve": PRICES, "update": PRICES}
    tolerant_actions = frozenset({"update"})
    tagged_actions = frozenset({"retrieve", "update"})
    body_serializers = {"update": TravelFeeInput}
    success_statuses = {"update": 201}
    repeat_statuses = {"update": 200}
    refusals = {"update": (PreconditionRequired, VersionConflict)}
    serializer_class = TravelFeeRow
    examples = {
        "update": {"free_miles": 30, "price_per_mile_cents": 200, "max_service_distance": 150},
    }

    def retrieve(self, request: Request, station_pk: Any) -> Response:
        """Return the travel fee of a station; 404 while the usual terms hold."""
        fee = find_travel_fee(get_managed_station(self.actor, station_pk))
        if fee is None:
            raise NotFound("The station has no travel fee of its own; the usual terms hold.")
        return self.answer(fee, status=200)

    def update(self, request: Request, station_pk: Any) -> Response:
        """Set the travel fee of a station; quotes from now on use it, bookings keep theirs.

        The first one is created (201) without If-Match, if you like with `If-None-Match: *`; later ones need
        If-Match.
        """
        station = get_managed_station(self.actor, station_pk)
        seen = find_travel_fee(station)
        self._check_condition(seen)
        fee = set_travel_fee(
            station=station,
            fee=TravelFee(**self.body),
            by=self.actor,
            expected_updated_at=None if seen is None else seen.updated_at,
        )
        return self.answer(fee, status=201 if seen is None else 200)

    def _check_condition(self, seen: TravelFeeConfiguration | None) -> None:
        """Refuse a PUT that was meant for another state: a first fee (412), or one not seen (428, 412)."""
        if seen is None:
            if "If-Match" in self.request.headers:
                raise VersionConflict(current_version=0)
        elif self.request.headers.get("If-None-Match", "").strip() == "*":
            raise VersionConflict(current_version=record_version(seen))
        else:
            self.expected_version(seen)
