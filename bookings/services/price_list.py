"""Changes of the price list: who may make them, and the trace they leave (Q-19, R-9)."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from django.db import models, transaction

from bookings.models import (
    AddonItem,
    DynamicPricingRule,
    MenuItem,
    PricingTier,
    TravelFeeConfiguration,
)
from common.actors import Actor
from common.exceptions import PermissionDenied
from common.ports import audit_trail

PERMISSION = "pricing.manage"
UNTRACED = {"id", "created_at", "updated_at"}

PriceRow = TypeVar("PriceRow", PricingTier, MenuItem, AddonItem, DynamicPricingRule, TravelFeeConfiguration)


@transaction.atomic
def save_price_row(*, row: PriceRow, by: Actor) -> PriceRow:
    """Write a new or edited row of the price list; audited with old and new values (Q-19).

    A station's row needs pricing.manage there, a company row the right to manage prices everywhere (R-9).
    """
    manager = type(row)._default_manager
    before = None
    if not row._state.adding:
        before = manager.select_for_update(no_key=True, of=("self",)).get(pk=row.pk)
        _require_right(by, before.station_id)
    _require_right(by, row.station_id)
    changes = _changes(before, row)
    if not changes:
        return row
    row.save()
    audit_trail.get().record(
        action="create" if before is None else "update",
        resource_type=str(row._meta.model_name),
        resource_id=str(row.pk),
        by=by,
        station_id=row.station_id,
        permissions=[PERMISSION] if by.type == "user" else [],
        details={"changed": changes},
    )
    return row


def _require_right(by: Actor, station_id: UUID | None) -> None:
    scope = by.scope(PERMISSION)
    if not (scope.everywhere or (station_id is not None and scope.includes(station_id))):
        raise PermissionDenied("Company prices are changed by the owner, station prices by its management.")


def _changes(before: models.Model | None, after: models.Model) -> dict[str, dict[str, Any]]:
    changes = {}
    for field in after._meta.concrete_fields:
        name = field.attname
        new = field.to_python(getattr(after, name))
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
