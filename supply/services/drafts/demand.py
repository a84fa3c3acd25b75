"""What parties take: guests and chosen portions, by recipes, as whole units per product and event day."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_CEILING, Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import F, Q

from bookings.enums import PROTEIN_CATEGORIES, BookingStatus
from bookings.models import Booking, MenuItem
from identity.models import Station
from supply.models import Recipe

TAKING_STATUSES = (BookingStatus.CONFIRMED, BookingStatus.COMPLETED, BookingStatus.NO_SHOW)
"""Parties that take food: of days to come those that are confirmed, of days gone by those that were."""

CHOSEN_KINDS = frozenset({"protein", "extra_protein"})
HUNDRED = Decimal(100)


class Cell(NamedTuple):
    """A product on an event day."""

    product_id: UUID
    day: date


class Share(NamedTuple):
    """How much of a product one guest with a dish takes, the buffer included."""

    product_id: UUID
    units: Decimal


@dataclass(frozen=True, slots=True)
class Party:
    """What demand asks of a booking; `portions` are by code of the dish."""

    day: date
    guests: int
    portions: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Cookbook:
    """Active recipes of a station: of proteins by code, and of dishes that every guest gets."""

    proteins: Mapping[str, tuple[Share, ...]] = field(default_factory=dict)
    for_everybody: tuple[Share, ...] = ()


def units_needed(parties: Iterable[Party], cookbook: Cookbook) -> dict[Cell, int]:
    """Return the units of each product on each day: exact sums, rounded up once."""
    exact: defaultdict[Cell, Decimal] = defaultdict(Decimal)
    for party in parties:
        for code, portions in party.portions.items():
            for share in cookbook.proteins.get(code, ()):
                exact[Cell(share.product_id, party.day)] += share.units * portions
        for share in cookbook.for_everybody:
            exact[Cell(share.product_id, party.day)] += share.units * party.guests
    return {cell: int(units.to_integral_value(ROUND_CEILING)) for cell, units in exact.items() if units}


def read_parties(station: Station, *, first: date, last: date) -> list[Party]:
    """Return the parties of a station that take food, from the first day to the last one, both included."""
    rows = (
        Booking.objects.live()
        .filter(station=station, status__in=TAKING_STATUSES, date__range=(first, last))
        .order_by("date", "pk")
        .values_list("date", F("party_adults") + F("party_kids") + F("party_toddlers"), "menu_items")
    )
    return [Party(day, guests, _portions(menu)) for day, guests, menu in rows]


def read_cookbook(station: Station) -> Cookbook:
    """Return what the station cooks by: its own menu item of a code stands before the company's."""
    items = MenuItem.objects.filter(Q(station=station) | Q(station=None))
    in_force: dict[str, MenuItem] = {}
    for item in items.order_by(F("station").desc(nulls_last=True)):
        in_force.setdefault(item.code, item)
    dishes = {item.pk: item for item in in_force.values()}
    proteins: defaultdict[str, list[Share]] = defaultdict(list)
    for_everybody: list[Share] = []
    for recipe in Recipe.objects.active().filter(menu_item__in=dishes).order_by("pk"):
        dish = dishes[recipe.menu_item_id]
        share = Share(recipe.product_id, recipe.qty_per_guest * (1 + recipe.buffer_percent / HUNDRED))
        if dish.category in PROTEIN_CATEGORIES:
            proteins[dish.code].append(share)
        elif dish.is_available:
            for_everybody.append(share)
    return Cookbook({code: tuple(shares) for code, shares in proteins.items()}, tuple(for_everybody))


def _portions(menu: Any) -> Counter[str]:
    portions: Counter[str] = Counter()
    for item in menu:
        if item["kind"] in CHOSEN_KINDS:
            portions[item["code"]] += item["quantity"]
    return portions
