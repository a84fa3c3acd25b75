"""Rows of the price list, their bodies, and what every answer says about them."""

from datetime import UTC

from bookings.models import AddonItem, DynamicPricingRule, MenuItem, PricingTier
from common.api.etag import record_version

ITEM = {"code": "wagyu", "name": "Wagyu", "category": "beef", "price_cents": 2_500}
ADDON = {"code": "spring_rolls", "name": "Spring rolls", "price_cents": 800}
TIER = {
    "name": "Premium",
    "level": "premium",
    "base_price_cents": 75_000,
    "price_per_guest_cents": 7_500,
    "kid_price_cents": 4_000,
}
RULE = {"name": "Saturday", "effect": "percent", "percent": 15}
KINDS = {
    "menu-items": (MenuItem, ITEM),
    "addon-items": (AddonItem, ADDON),
    "tiers": (PricingTier, TIER),
    "rules": (DynamicPricingRule, RULE),
}


def write(name, station, number=0, **values):
    """A row as it stands in the table; `number` tells codes and levels apart."""
    kind, body = KINDS[name]
    different = {"menu-items": "code", "addon-items": "code", "tiers": "level"}.get(name)
    if different == "level":
        values = {"level": ("standard", "premium", "deluxe")[number], **values}
    elif different == "code":
        values = {"code": f"{body['code']}_{number}", **values}
    return kind.objects.create(station=station, **{**body, **values})


def shown(moment):
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def stamps(row):
    return {
        "id": str(row.pk),
        "station_id": None if row.station_id is None else str(row.station_id),
        "currency": "USD",
        "created_at": shown(row.created_at),
        "updated_at": shown(row.updated_at),
        "version": record_version(row),
    }
