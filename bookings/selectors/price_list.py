"""The rows of the price list as somebody may read them (15.2: any signed-in account; R-9)."""

from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db.models import Q, QuerySet

from bookings.models import (
    AddonItem,
    DynamicPricingRule,
    MenuItem,
    PricingTier,
    TravelFeeConfiguration,
)
from bookings.policies import PRICES
from common.actors import Actor
from common.exceptions import NotFound
from identity.enums import StationStatus
from identity.models import Station
from identity.selectors.stations import list_stations

PriceRow = TypeVar("PriceRow", PricingTier, MenuItem, AddonItem, DynamicPricingRule)

STAFF_CODES = ("station.read", PRICES)


def list_price_rows(actor: Actor, kind: type[PriceRow], *, at: datetime) -> "QuerySet[PriceRow]":
    """Return the price rows that the actor may read.

    Staff: those of the company and of their stations, switched off ones too. Everybody else: what quotes of
    the company and of the stations that take bookings use now.
    """
    rows = kind._default_manager.all()
    scopes = [actor.scope(code) for code in STAFF_CODES]
    if any(scope.everywhere for scope in scopes):
        return rows
    stations = frozenset[object]().union(*(scope.stations for scope in scopes))
    if stations or any(scope.company for scope in scopes):
        return rows.filter(Q(station=None) | Q(station__in=stations))
    return rows.filter(Q(station=None) | Q(station__status=StationStatus.ACTIVE), _in_force(kind, at))


def _in_force(kind: type[object], at: datetime) -> Q:
    if kind is MenuItem:
        return Q(is_available=True)
    if kind is not DynamicPricingRule:
        return Q(is_active=True)
    begun = Q(valid_from=None) | Q(valid_from__lte=at)
    return Q(is_active=True) & begun & (Q(valid_until=None) | Q(valid_until__gt=at))


def get_managed_station(actor: Actor, station_id: UUID) -> Station:
    """Return a station whose prices the actor manages; any other does not exist (404)."""
    station = list_stations(actor, code=PRICES).filter(pk=station_id).first()
    if station is None:
        raise NotFound("There is no such station.")
    return station


def find_travel_fee(station: Station) -> TravelFeeConfiguration | None:
    """Return the station's own travel fee, None while the usual terms hold (4.1)."""
    return TravelFeeConfiguration.objects.filter(station=station).first()
