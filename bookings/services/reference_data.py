"""Reference data of bookings: the company's price list (4.1) and a first station; safe to load again."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from bookings.enums import MenuCategory, PricingTierLevel
from bookings.models import AddonItem, MenuItem, PricingTier
from bookings.pricing.price_book import EXTRA_PROTEIN
from common.actors import Actor
from common.db.locks import advisory_xact_locks, lock_key
from identity.models import Station
from identity.services.stations import create_station

# code, name, category, surcharge in cents, allergens
PROTEINS = (
    ("chicken", "Chicken", MenuCategory.POULTRY, 0, ()),
    ("ny_strip", "NY strip steak", MenuCategory.BEEF, 0, ()),
    ("shrimp", "Shrimp", MenuCategory.SEAFOOD, 0, ("shellfish",)),
    ("calamari", "Calamari", MenuCategory.SEAFOOD, 0, ("shellfish",)),
    ("tofu", "Tofu", MenuCategory.SPECIALTY, 0, ("soy",)),
    ("salmon", "Salmon", MenuCategory.SEAFOOD, 500, ("fish",)),
    ("scallops", "Scallops", MenuCategory.SEAFOOD, 500, ("shellfish",)),
    ("filet_mignon", "Filet mignon", MenuCategory.BEEF, 500, ()),
    ("lobster_tail", "Lobster tail", MenuCategory.SEAFOOD, 1_500, ("shellfish",)),
)
# code, name, category, cents per portion
ADDONS = (
    ("yakisoba", "Yakisoba noodles", MenuCategory.SIDE, 500),
    ("extra_rice", "Extra fried rice", MenuCategory.SIDE, 500),
    ("extra_vegetables", "Extra vegetables", MenuCategory.SIDE, 500),
    ("edamame", "Edamame", MenuCategory.APPETIZER, 500),
    ("gyoza", "Gyoza", MenuCategory.APPETIZER, 1_000),
    (EXTRA_PROTEIN, "Extra protein", MenuCategory.SPECIALTY, 1_000),
)


FIRST_STATION = {
    "name": "Fremont",
    "email": "fremont@stations.example",
    "phone": "+15105550100",
    "address_line1": "39100 State Street",
    "postal_code": "94538",
}


@dataclass(frozen=True, slots=True)
class LoadedPrices:
    """How many rows a load added."""

    tiers: int
    menu_items: int
    addon_items: int


@transaction.atomic
def load_price_list() -> LoadedPrices:
    """Add what the company's price list lacks of 4.1; rows that exist keep what people made of them."""
    advisory_xact_locks([lock_key("bookings", "reference_data")])
    return LoadedPrices(tiers=_load_tiers(), menu_items=_load_menu_items(), addon_items=_load_addon_items())


@transaction.atomic
def load_first_station(*, by: Actor, at: datetime) -> Station | None:
    """Open a first station with the defaults of the house; None when there is any station already."""
    advisory_xact_locks([lock_key("bookings", "reference_data")])
    if Station.objects.exists():
        return None
    return create_station(fields=FIRST_STATION, by=by, at=at)


def _load_tiers() -> int:
    if PricingTier.objects.filter(station=None, level=PricingTierLevel.STANDARD).exists():
        return 0
    PricingTier.objects.create(
        name="Standard",
        level=PricingTierLevel.STANDARD,
        description="Hibachi at home: two proteins per guest, fried rice, vegetables, salad.",
        base_price_cents=55_000,
        price_per_guest_cents=5_500,
        kid_price_cents=3_000,
    )
    return 1


def _load_menu_items() -> int:
    present = set(MenuItem.objects.filter(station=None).values_list("code", flat=True))
    missing = [
        MenuItem(
            code=code,
            name=name,
            category=category,
            price_cents=cents,
            is_premium=cents > 0,
            allergens=list(allergens),
            display_order=order,
        )
        for order, (code, name, category, cents, allergens) in enumerate(PROTEINS, start=1)
        if code not in present
    ]
    return len(MenuItem.objects.bulk_create(missing))


def _load_addon_items() -> int:
    present = set(AddonItem.objects.filter(station=None).values_list("code", flat=True))
    missing = [
        AddonItem(code=code, name=name, category=category, price_cents=cents, display_order=order)
        for order, (code, name, category, cents) in enumerate(ADDONS, start=1)
        if code not in present
    ]
    return len(AddonItem.objects.bulk_create(missing))
