"""What anybody may call, signed in or not: the site, and the holder of a hold's token."""

from typing import Any

from tests.access.callers import Place
from tests.access.expectations import (
    ABSENT,
    ANYBODY,
    Operation,
    Situation,
    Target,
    Thing,
    at_station,
    one,
    rows,
)
from tests.access.operations_bookings import days_from, party_of
from tests.access.things_bookings import holds
from tests.access.things_identity import STATIONS
from tests.factories.bookings import signature_of

HOME = Thing(lambda world, place: Target(ids={"station_id": str(world.station_at(place).pk)}), (Place.OWN,))
TOKEN = {"* nowhere": ABSENT}
NOT_PRICED = ("address", "allergens", "terms_accepted")


def _priced(situation: Situation) -> dict[str, Any]:
    return {name: value for name, value in party_of(situation).items() if name not in NOT_PRICED}


OPERATIONS: tuple[Operation, ...] = (
    rows("/public/stations", ANYBODY, STATIONS),
    at_station("GET", "/public/availability", ANYBODY, HOME, query=days_from),
    at_station("GET", "/public/booked-dates", ANYBODY, HOME, query=days_from),
    at_station("GET", "/public/policies", ANYBODY, HOME, query=lambda it: it.target.ids),
    at_station("GET", "/public/price-list", ANYBODY, HOME, query=lambda it: it.target.ids),
    at_station("POST", "/public/quotes", ANYBODY, HOME, body=_priced, answer="200"),
    at_station("POST", "/public/quote-emails", ANYBODY, HOME, body=_priced),
    at_station("POST", "/public/bookings", ANYBODY, HOME, body=party_of, needs_key=True),
    at_station("POST", "/public/holds", ANYBODY, HOME, body=party_of, needs_key=True),
    one("GET", "/public/holds/{token}", ANYBODY, holds(token=True), unlike=TOKEN),
    one("DELETE", "/public/holds/{token}", ANYBODY, holds(token=True), unlike=TOKEN),
    one(
        "POST",
        "/public/holds/{token}/sign",
        ANYBODY,
        holds(token=True),
        body=lambda it: signature_of(it.world.home),
        unlike=TOKEN,
    ),
    one(
        "POST",
        "/public/holds/{token}/pay",
        ANYBODY,
        holds(token=True, signed=True),
        answer="201",
        needs_key=True,
        unlike=TOKEN,
    ),
)
