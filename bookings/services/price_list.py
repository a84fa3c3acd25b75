"""Changes of the price list: who may make them, and the trace they leave (Q-19, R-9)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from decimal import Decimal
from types import MappingProxyType
from typing import Any, TypeVar
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import IntegrityError, models, transaction

from bookings.models import (
    AddonItem,
    DynamicPricingRule,
    MenuItem,
    PricingTier,
    TravelFeeConfiguration,
)
from bookings.policies import PRICES, may_manage_prices
from bookings.selectors.stations import get_station
from bookings.services.conflicts import violates
from bookings.services.price_checks import check_price_row
from bookings.services.versions import check_unchanged, version_of
from common.actors import Actor
from common.exceptions import Duplicate, PermissionDenied, VersionConflict
from common.ports import audit_trail
from identity.models import Station

UNTRACED = {"id", "created_at", "updated_at"}
TAKEN: Mapping[str, str] = MappingProxyType(
    {
        "uq_pricing_tiers_level": "There is an active tier of this level already.",
        "uq_menu_items_code": "There is a menu item with this code already.",
        "uq_addon_items_code": "There is an add-on with this code already.",
        "travel_fee_configurations_station_id_key": "The station has a travel fee already.",
    }
)
"""Unique key → what it says to people."""

PriceRow = TypeVar("PriceRow", PricingTier, MenuItem, AddonItem, DynamicPricingRule, TravelFeeConfiguration)
ListedRow = TypeVar("ListedRow", PricingTier, MenuItem, AddonItem, DynamicPricingRule)


@dataclass(frozen=True, slots=True, kw_only=True)
class TravelFee:
    """What a station charges for the way: miles by road, one way; without a point trips start at its own."""

    free_miles: Decimal
    price_per_mile_cents: int
    max_service_distance: Decimal | None
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    is_active: bool = True
    notes: str | None = None


@transaction.atomic
def add_price_row(
    *, kind: type[ListedRow], station_id: UUID | None, values: Mapping[str, Any], by: Actor
) -> ListedRow:
    """Add a price of a station, or of the company (None); refuses as `save_price_row` does."""
    _require_right(by, station_id)
    station = None if station_id is None else get_station(station_id)
    return save_price_row(row=kind(station=station, **values), by=by)


@transaction.atomic
def change_price_row(
    *, row: ListedRow, changes: Mapping[str, Any], by: Actor, expected_updated_at: datetime | None = None
) -> ListedRow:
    """Change a price for later quotes; refuses a stale row (412), and as `save_price_row` does."""
    for name, value in changes.items():
        setattr(row, name, value)
    return save_price_row(row=row, by=by, expected_updated_at=expected_updated_at)


@transaction.atomic
def set_travel_fee(
    *, station: Station, fee: TravelFee, by: Actor, expected_updated_at: datetime | None
) -> TravelFeeConfiguration:
    """Replace the travel fee that the caller has seen, or set the first one (None: there was none).

    Refuses (412) when it is not so any more.
    """
    row = TravelFeeConfiguration.objects.filter(station=station).first()
    if expected_updated_at is None:
        if row is not None:
            raise VersionConflict(current_version=version_of(row))
        row = TravelFeeConfiguration(station=station)
    elif row is None:
        raise VersionConflict(current_version=0)
    for name, value in asdict(fee).items():
        setattr(row, name, value)
    try:
        return save_price_row(row=row, by=by, expected_updated_at=expected_updated_at)
    except Duplicate as rival:
        first = TravelFeeConfiguration.objects.get(station=station)
        raise VersionConflict(current_version=version_of(first)) from rival


@transaction.atomic
def save_price_row(*, row: PriceRow, by: Actor, expected_updated_at: datetime | None = None) -> PriceRow:
    """Write a new or edited row of the price list; audited with old and new values (Q-19).

    A station's row needs pricing.manage there, a company row the right to manage prices everywhere (R-9).
    Refuses wrong values (400), a code or level that is taken (409 `duplicate`) and a stale row (412).
    """
    _parse(row)
    manager = type(row)._default_manager
    before = None
    if not row._state.adding:
        before = manager.select_for_update(no_key=True, of=("self",)).get(pk=row.pk)
        _require_right(by, before.station_id)
        check_unchanged(before, expected_updated_at)
    _require_right(by, row.station_id)
    changes = _changes(before, row)
    if not changes:
        return row
    check_price_row(row)
    _write(row)
    audit_trail.get().record(
        action="create" if before is None else "update",
        resource_type=str(row._meta.model_name),
        resource_id=str(row.pk),
        by=by,
        station_id=row.station_id,
        permissions=[PRICES] if by.type == "user" else [],
        details={"changed": changes},
    )
    return row


def _require_right(by: Actor, station_id: UUID | None) -> None:
    if not may_manage_prices(by, station_id):
        raise PermissionDenied("Company prices are changed by the owner, station prices by its management.")


def _parse(row: models.Model) -> None:
    """Turn what a form or a command has set as text into the kinds of the columns."""
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if isinstance(field, ArrayField) and not isinstance(value, str):
            value = [field.base_field.to_python(item) for item in value]
        setattr(row, field.attname, field.to_python(value))


def _write(row: models.Model) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        for key, words in TAKEN.items():
            if violates(error, key):
                raise Duplicate(words) from error
        raise


def _changes(before: models.Model | None, after: models.Model) -> dict[str, dict[str, Any]]:
    changes = {}
    for field in after._meta.concrete_fields:
        name = field.attname
        new = getattr(after, name)
        old = None if before is None else getattr(before, name)
        if name not in UNTRACED and new != old:
            changes[name] = {"old": _plain(old), "new": _plain(new)}
    return changes


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    return value
