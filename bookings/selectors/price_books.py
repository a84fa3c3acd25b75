"""The price book in force, read in one query: a price edit acts on the very next quote (Q-19)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, Model, Q
from django.db.models.functions import Cast, JSONObject

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
from identity.models import Station
from identity.selectors.station_settings import station_settings

Row = Mapping[str, Any]

TIER_COLUMNS = (
    "level",
    "name",
    "price_per_guest_cents",
    "kid_price_cents",
    "base_price_cents",
    "min_guests",
    "max_guests",
)
RULE_COLUMNS = (
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
)


def get_price_book(
    *, station: Station, at: datetime, tier: str = STANDARD_TIER, agreed: TierPrices | None = None
) -> PriceBook:
    """Return what the station asks at that instant; refuses a tier it does not sell (422 tier_not_available).

    `agreed` are prices per head that hold already (Q-16): no tier is looked up.
    """
    tiers, proteins, addons, rules, travel = (
        Station.objects.filter(pk=station.pk)
        .annotate(
            tiers=_rows(PricingTier, _own_or_company(station) & Q(is_active=True, level=tier), TIER_COLUMNS),
            proteins=_rows(
                MenuItem,
                _own_or_company(station) & Q(category__in=PROTEIN_CATEGORIES),
                ("code", "name", "price_cents", "category"),
                on_sale="is_available",
            ),
            addons=_rows(
                AddonItem,
                _own_or_company(station),
                ("code", "name", "price_cents", "category"),
                on_sale="is_active",
            ),
            rules=_rows(
                DynamicPricingRule,
                _own_or_company(station) & _valid(at),
                RULE_COLUMNS,
                percent=Cast("percent", CharField()),
            ),
            travel=_rows(
                TravelFeeConfiguration,
                Q(station=station.pk, is_active=True),
                ("price_per_mile_cents", "latitude", "longitude"),
                free_miles=Cast("free_miles", CharField()),
                max_miles=Cast("max_service_distance", CharField()),
            ),
        )
        .values_list("tiers", "proteins", "addons", "rules", "travel")
        .get()
    )
    if agreed is None:
        agreed = _tier(tiers)
    addon_items = _on_sale(addons)
    extra_protein = addon_items.pop(EXTRA_PROTEIN, None)
    settings = station_settings(station)
    return PriceBook(
        station_id=station.pk,
        tier=agreed,
        proteins=_on_sale(proteins),
        addons=addon_items,
        extra_protein_cents=None if extra_protein is None else extra_protein.price_cents,
        rules=tuple(_rule(row) for row in rules),
        terms=HouseTerms(
            tax_rate_bps=settings.tax_rate_bps,
            deposit_cents=settings.deposit_cents,
            card_fee=settings.card_fee,
        ),
        travel=_travel(travel, station),
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


def _own_or_company(station: Station) -> Q:
    return Q(station=station.pk) | Q(station__isnull=True)


def _valid(at: datetime) -> Q:
    return (
        Q(is_active=True)
        & (Q(valid_from__isnull=True) | Q(valid_from__lte=at))
        & (Q(valid_until__isnull=True) | Q(valid_until__gt=at))
    )


def _rows(model: type[Model], condition: Q, columns: Sequence[str], **expressions: Any) -> ArraySubquery:
    fields = {"station_id": "station_id", **dict(zip(columns, columns, strict=True)), **expressions}
    return ArraySubquery(model._default_manager.filter(condition).values(row=JSONObject(**fields)))


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


def _travel(rows: Sequence[Row], station: Station) -> TravelTerms:
    own_point = Point.of(station.latitude, station.longitude)
    if not rows:
        return TravelTerms(origin=own_point or zip_point(station.postal_code))
    row = rows[0]
    return TravelTerms(
        free_miles=Decimal(row["free_miles"]),
        price_per_mile_cents=row["price_per_mile_cents"],
        max_miles=_decimal(row["max_miles"]),
        origin=Point.of(row["latitude"], row["longitude"]) or own_point or zip_point(station.postal_code),
    )


def _decimal(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _date(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)
