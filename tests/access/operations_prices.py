"""Price list and travel fees: everybody reads, the management of a station changes its own, R-9."""

from collections.abc import Mapping
from typing import Any

from bookings.models import AddonItem, DynamicPricingRule, MenuItem, PricingTier, TravelFeeConfiguration
from common.api.etag import etag_of
from tests.access.callers import Caller, Place
from tests.access.expectations import (
    ABSENT,
    DENIED,
    SIGNED_IN,
    Operation,
    Situation,
    Target,
    Thing,
    at_station,
    one,
    rows,
)
from tests.access.operations_bookings import NO_STATION_NAMED
from tests.access.things_bookings import STATIONS_OR_COMPANY, target_of
from tests.access.world import World

PLACES = (Place.OWN, Place.AWAY, Place.COMPANY)
THE_OWNERS = {f"{name} {Place.COMPANY}": DENIED for name in ("admin", "admin_unlinked")}
"""R-9: company prices change by super_admin only, though the code is of an admin's own role."""
FOR_ALL_TO_READ = {**dict.fromkeys((*PLACES, Place.NOWHERE), ABSENT), Place.COMPANY: DENIED}
"""Everybody sees what the company asks, also with a station token: it is denied, not absent."""
KINDS: Mapping[str, tuple[Any, Mapping[str, Any]]] = {
    "menu-items": (MenuItem, {"code": "wagyu", "name": "Wagyu", "category": "beef"}),
    "addon-items": (AddonItem, {"code": "spring_rolls", "name": "Spring rolls", "price_cents": 800}),
    "tiers": (
        PricingTier,
        {
            "name": "Premium",
            "level": "premium",
            "base_price_cents": 75_000,
            "price_per_guest_cents": 7_500,
            "kid_price_cents": 4_000,
        },
    ),
    "rules": (DynamicPricingRule, {"name": "Saturday", "effect": "percent", "percent": 15}),
}


def prices(kind: str) -> Thing:
    """Return rows of the price list that hold now."""
    model, values = KINDS[kind]
    return Thing(
        lambda world, place: target_of(model.objects.create(station=world.station_at(place), **values)),
        PLACES,
        "station.read",
    )


def reads_prices(caller: Caller, place: Place) -> bool:
    """Staff see what the company and their stations ask; everybody else what holds anywhere."""
    grasp = caller.grasp("station.read")
    is_staff = grasp.everywhere or grasp.company or grasp.home or grasp.away
    return not is_staff or place is Place.COMPANY or grasp.includes(place)


def _new(kind: str) -> Any:
    def body(situation: Situation) -> dict[str, Any]:
        named = situation.target.ids["station_id"]
        station = {} if situation.place is Place.UNSAID else {"station_id": named}
        return {**station, **KINDS[kind][1]}

    return body


def _travel_fee(world: World, place: Place) -> Target:
    fee = TravelFeeConfiguration.objects.create(station=world.station_at(place))
    return Target(ids={"station_pk": fee.station_id}, tag=etag_of(fee))


TRAVEL_FEES = Thing(_travel_fee, (Place.OWN, Place.AWAY))
FEE = {"free_miles": 20, "price_per_mile_cents": 250, "max_service_distance": None}

OPERATIONS: tuple[Operation, ...] = (
    *(rows(f"/pricing/{kind}", SIGNED_IN, prices(kind), shows=reads_prices) for kind in KINDS),
    *(
        at_station(
            "POST",
            f"/pricing/{kind}",
            "pricing.manage",
            STATIONS_OR_COMPANY,
            body=_new(kind),
            beyond=DENIED,
            unlike={**NO_STATION_NAMED, **THE_OWNERS},
        )
        for kind in KINDS
    ),
    *(
        one(
            "PATCH",
            f"/pricing/{kind}/{{pk}}",
            "pricing.manage",
            prices(kind),
            body={"name": "Of the house"},
            beyond=FOR_ALL_TO_READ,
            unlike=THE_OWNERS,
        )
        for kind in KINDS
    ),
    one("GET", "/stations/{station_pk}/travel-fee", "pricing.manage", TRAVEL_FEES),
    one("PUT", "/stations/{station_pk}/travel-fee", "pricing.manage", TRAVEL_FEES, body=FEE),
)
