"""Requests, a price list and what hangs on them; a station of this file sells the standard tier."""

from datetime import UTC, date, datetime, time
from typing import Any

from factory import Factory, Sequence
from factory.django import DjangoModelFactory

from bookings.enums import MenuCategory
from bookings.models import AddonItem, MenuItem, PricingTier
from bookings.requests import BookingRequest
from identity.models import Station
from tests.factories.identity import StationFactory

NOW = datetime(2026, 5, 1, 19, tzinfo=UTC)
"""Noon in Los Angeles, five weeks before DAY."""
DAY = date(2026, 6, 6)
NOON = time(12)


class PricingTierFactory(DjangoModelFactory):
    """The company's standard tier of section 4.1."""

    class Meta:
        model = PricingTier
        django_get_or_create = ("station", "level")

    station = None
    name = "Standard"
    level = "standard"
    base_price_cents = 55_000
    price_per_guest_cents = 5_500
    kid_price_cents = 3_000


class MenuItemFactory(DjangoModelFactory):
    class Meta:
        model = MenuItem
        django_get_or_create = ("station", "code")

    station = None
    code = "chicken"
    name = "Chicken"
    category = MenuCategory.POULTRY


class AddonItemFactory(DjangoModelFactory):
    class Meta:
        model = AddonItem
        django_get_or_create = ("station", "code")

    station = None
    code = "gyoza"
    name = "Gyoza"
    price_cents = 1_000


class RequestFactory(Factory):
    """Eight adults of Fremont at noon of DAY, each request from an e-mail of its own."""

    class Meta:
        model = BookingRequest

    date = DAY
    slot = NOON
    first_name = "Ann"
    last_name = "Lee"
    email = Sequence(lambda n: f"ann{n}@people.example")
    phone = Sequence(lambda n: f"+1510555{n % 10_000:04}")
    address = "5 Oak Ave, Fremont"
    postal_code = "94539"
    adults = 8
    allergens = ("none",)
    terms_accepted = True


def make_selling_station(**fields: Any) -> Station:
    """Return a station that can quote: itself and the company's price list."""
    PricingTierFactory()
    MenuItemFactory()
    AddonItemFactory()
    station: Station = StationFactory(**fields)
    return station


def make_request(station: Station, **fields: Any) -> BookingRequest:
    """Return a request for a party at the station."""
    request: BookingRequest = RequestFactory(station_id=station.pk, **fields)
    return request
