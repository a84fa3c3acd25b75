"""The price book in force, read in one query: a price edit acts on the very next quote (Q-19)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Any
from uuid import UUID

import orjson
from django.db.models import Model

from bookings.enums import PROTEIN_CATEGORIES
from bookings.exceptions import TierNotAvailable
from bookings.models import (
    AddonItem,
    DynamicPricingRule,
    MenuItem,
    PricingTier,
    TravelFeeConfiguration,
)
from bookings.pricing.price_book import (
    EXTRA_PROTEIN,
    STANDARD_TIER,
    HouseTerms,
    PriceBook,
    PricedItem,
    TierPrices,
)
from bookings.pricing.rules import PriceRule
from bookings.pricing.travel import Point, TravelTerms, zip_point
from common.db.statements import RowStatement, Statement
from common.exceptions import NotFound
from identity.models import Station
from identity.selectors.station_settings import station_settings

Row = Mapping[str, Any]

OWN_OR_COMPANY = "(item.station_id = %(station)s OR item.station_id IS NULL)"


def _rows(model: type[Model], columns: Sequence[str], condition: str, **expressions: str) -> str:
    """Return the SQL of an array of JSON objects, one per row of the model that meets the condition."""
    members = {"station_id": "item.station_id", **{name: f"item.{name}" for name in columns}, **expressions}
    pairs = ", ".join(f"'{name}', {expression}" for name, expression in members.items())
    rows = f"FROM {model._meta.db_table} AS item WHERE {condition}"
    return f"ARRAY(SELECT json_build_object({pairs}) {rows})"


# In plain SQL, put together once: every quote and booking asks it, and building it with the ORM takes ten
# times as long as running it.
ARRAYS = (
    _rows(
        PricingTier,
        (
            "level",
            "name",
            "price_per_guest_cents",
            "kid_price_cents",
            "base_price_cents",
            "min_guests",
            "max_guests",
            "currency",
        ),
        f"{OWN_OR_COMPANY} AND item.is_active AND item.level = %(tier)s",
    ),
    _rows(
        MenuItem,
        ("code", "name", "price_cents", "category"),
        f"{OWN_OR_COMPANY} AND item.category = ANY(%(proteins)s)",
        on_sale="item.is_available",
    ),
    _rows(
        AddonItem,
        ("code", "name", "price_cents", "category"),
        OWN_OR_COMPANY,
        on_sale="item.is_active",
    ),
    _rows(
        DynamicPricingRule,
        (
            "id",
            "name",
            "amount_cents",
            "priority",
            "zone",
            "weekdays",
            "date_from",
            "date_until",
            "slots",
            "guests_min",
            "guests_max",
            "days_ahead_min",
            "days_ahead_max",
        ),
        f"{OWN_OR_COMPANY} AND item.is_active AND (item.valid_from IS NULL OR item.valid_from <= %(at)s)"
        " AND (item.valid_until IS NULL OR item.valid_until > %(at)s)",
        percent="item.percent::text",
    ),
    _rows(
        TravelFeeConfiguration,
        ("price_per_mile_cents", "latitude", "longitude"),
        "item.station_id = %(station)s AND item.is_active",
        free_miles="item.free_miles::text",
        max_miles="item.max_service_distance::text",
    ),
)
ROWS = f"json_build_array({', '.join(ARRAYS)})::text"
PRICES = Statement(f"SELECT {ROWS}")
PRICED_STATION = RowStatement(Station, "WHERE id = %(station)s", also=ROWS)
BOOKS_KEPT = 256


def get_priced_station(station_id: UUID, *, tier: str, at: datetime) -> tuple[Station, str]:
    """Return a station by its key, and its price rows for `get_price_book`, by one query; raises NotFound."""
    found = PRICED_STATION.first_with(_values(station_id, tier=tier, at=at))
    if found is None:
        raise NotFound("There is no such station.")
    return found


def get_price_book(
    *,
    station: Station,
    at: datetime,
    tier: str = STANDARD_TIER,
    agreed: TierPrices | None = None,
    prices: str | None = None,
) -> PriceBook:
    """Return what the station asks at that instant; refuses a tier it does not sell (422 tier_not_available).

    `agreed` are prices per head that hold already (Q-16): no tier is looked up. `prices` are the rows of this
    tier and instant, when they were read with the station.
    """
    if prices is None:
        [(prices,)] = PRICES.rows(_values(station.pk, tier=tier, at=at))
    settings = station_settings(station)
    return _book(
        prices,
        station_id=station.pk,
        agreed=agreed,
        terms=HouseTerms(
            tax_rate_bps=settings.tax_rate_bps,
            deposit_cents=settings.deposit_cents,
            card_fee=settings.card_fee,
        ),
        point=Point.of(station.latitude, station.longitude),
        postal_code=station.postal_code,
    )


def _values(station_id: UUID, *, tier: str, at: datetime) -> dict[str, Any]:
    return {"station": station_id, "tier": tier, "at": at, "proteins": [*map(str, PROTEIN_CATEGORIES)]}


@lru_cache(maxsize=BOOKS_KEPT)
def _book(
    prices: str,
    *,
    station_id: UUID,
    agreed: TierPrices | None,
    terms: HouseTerms,
    point: Point | None,
    postal_code: str,
) -> PriceBook:
    """Return the book of these rows: they are asked for every time, but seldom say anything new."""
    tiers, proteins, addons, rules, travel = orjson.loads(prices)
    addon_items = _on_sale(addons)
    extra_protein = addon_items.pop(EXTRA_PROTEIN, None)
    return PriceBook(
        station_id=station_id,
        tier=_tier(tiers) if agreed is None else agreed,
        proteins=MappingProxyType(_on_sale(proteins)),
        addons=MappingProxyType(addon_items),
        extra_protein_cents=None if extra_protein is None else extra_protein.price_cents,
        rules=tuple(_rule(row) for row in rules),
        terms=terms,
        travel=_travel(travel, point or zip_point(postal_code)),
    )


def _tier(rows: Sequence[Row]) -> TierPrices:
    if not rows:
        raise TierNotAvailable
    row = _station_first(rows)[0]
    return TierPrices(
        level=row["level"],
        name=row["name"],
        adult_cents=row["price_per_guest_cents"],
        kid_cents=row["kid_price_cents"],
        minimum_cents=row["base_price_cents"],
        min_guests=row["min_guests"],
        max_guests=row["max_guests"],
    )


def _station_first(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: row["station_id"] is None)


def _on_sale(rows: Iterable[Row]) -> dict[str, PricedItem]:
    """Return the items on sale by code; a station's row hides the company's, on sale or not."""
    winners: dict[str, Row] = {}
    for row in _station_first(rows):
        winners.setdefault(row["code"], row)
    return {
        code: PricedItem(
            code=code, name=row["name"], price_cents=row["price_cents"], category=row["category"]
        )
        for code, row in sorted(winners.items())
        if row["on_sale"]
    }


def _rule(row: Row) -> PriceRule:
    return PriceRule(
        id=UUID(row["id"]),
        name=row["name"],
        percent=_decimal(row["percent"]),
        amount_cents=row["amount_cents"],
        priority=row["priority"],
        zone=row["zone"] or "",
        weekdays=tuple(row["weekdays"]),
        date_from=_date(row["date_from"]),
        date_until=_date(row["date_until"]),
        slots=tuple(time.fromisoformat(slot) for slot in row["slots"]),
        guests_min=row["guests_min"],
        guests_max=row["guests_max"],
        days_ahead_min=row["days_ahead_min"],
        days_ahead_max=row["days_ahead_max"],
    )


def _travel(rows: Sequence[Row], station_point: Point) -> TravelTerms:
    if not rows:
        return TravelTerms(origin=station_point)
    row = rows[0]
    return TravelTerms(
        free_miles=Decimal(row["free_miles"]),
        price_per_mile_cents=row["price_per_mile_cents"],
        max_miles=_decimal(row["max_miles"]),
        origin=Point.of(row["latitude"], row["longitude"]) or station_point,
    )


def _decimal(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _date(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)
