from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.exceptions import TierNotAvailable
from bookings.models import AddonItem, DynamicPricingRule, MenuItem, PricingTier, TravelFeeConfiguration
from bookings.pricing.price_book import HouseTerms, PricedItem, TierPrices
from bookings.pricing.rules import PriceRule
from bookings.pricing.travel import Point, TravelTerms
from bookings.selectors.price_books import get_price_book
from bookings.selectors.travel_points import find_station_point
from bookings.services.reference_data import load_price_list
from identity.models import Station
from tests.factories.identity import StationFactory

NOW = datetime(2026, 5, 1, 19, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def station() -> Station:
    load_price_list()
    return StationFactory()


def test_section_4_1_is_the_company_s_price_list(station: Station) -> None:
    book = get_price_book(station=station, at=NOW)
    assert book.tier == TierPrices(adult_cents=5_500, kid_cents=3_000, minimum_cents=55_000)
    assert {code: item.price_cents for code, item in book.proteins.items()} == {
        "calamari": 0,
        "chicken": 0,
        "filet_mignon": 500,
        "lobster_tail": 1_500,
        "ny_strip": 0,
        "salmon": 500,
        "scallops": 500,
        "shrimp": 0,
        "tofu": 0,
    }
    assert {code: item.price_cents for code, item in book.addons.items()} == {
        "edamame": 500,
        "extra_rice": 500,
        "extra_vegetables": 500,
        "gyoza": 1_000,
        "yakisoba": 500,
    }
    assert book.extra_protein_cents == 1_000
    assert (book.station_id, book.currency, book.rules, book.terms) == (station.pk, "USD", (), HouseTerms())
    assert book.travel == TravelTerms(origin=Point(37.57, -121.98))


def test_the_book_is_one_query_and_sees_an_edit_at_once(station: Station) -> None:
    """Q-19: edits act on the very next quote."""
    with CaptureQueriesContext(connection) as queries:
        before = get_price_book(station=station, at=NOW)
    assert len(queries) == 1
    AddonItem.objects.filter(code="gyoza").update(price_cents=1_100)
    after = get_price_book(station=station, at=NOW)
    assert after.addons["gyoza"].price_cents == 1_100
    assert after.hash != before.hash


def test_4_1_a_station_s_row_wins_over_the_company_s(station: Station) -> None:
    other = StationFactory()
    for owner, cents in ((station, 1_234), (other, 9_999)):
        PricingTier.objects.create(
            station=owner,
            name="Local",
            level="standard",
            base_price_cents=cents,
            price_per_guest_cents=cents,
            kid_price_cents=cents,
        )
        MenuItem.objects.create(
            station=owner, code="salmon", name="Local salmon", category="seafood", price_cents=cents
        )
        AddonItem.objects.create(station=owner, code="gyoza", name="Local gyoza", price_cents=cents)
        AddonItem.objects.create(station=owner, code="extra_protein", name="Extra", price_cents=cents)
    book = get_price_book(station=station, at=NOW)
    assert book.tier == TierPrices(name="Local", adult_cents=1_234, kid_cents=1_234, minimum_cents=1_234)
    assert book.proteins["salmon"] == PricedItem(
        code="salmon", name="Local salmon", price_cents=1_234, category="seafood"
    )
    assert (book.addons["gyoza"].price_cents, book.extra_protein_cents) == (1_234, 1_234)
    assert len(book.proteins) == 9


def test_what_a_station_takes_off_sale_is_off_sale_there_only(station: Station) -> None:
    MenuItem.objects.create(
        station=station, code="tofu", name="Tofu", category="specialty", is_available=False
    )
    AddonItem.objects.create(
        station=station, code="extra_protein", name="Extra", price_cents=1, is_active=False
    )
    book = get_price_book(station=station, at=NOW)
    assert "tofu" not in book.proteins
    assert book.extra_protein_cents is None
    assert "tofu" in get_price_book(station=StationFactory(), at=NOW).proteins


def test_only_proteins_of_the_menu_are_choices(station: Station) -> None:
    MenuItem.objects.create(code="cheesecake", name="Cheesecake", category="dessert", price_cents=900)
    assert "cheesecake" not in get_price_book(station=station, at=NOW).proteins


def test_4_1_another_active_tier_may_be_asked_for(station: Station) -> None:
    tier = PricingTier.objects.create(
        name="Premium",
        level="premium",
        base_price_cents=90_000,
        price_per_guest_cents=9_000,
        kid_price_cents=4_000,
        min_guests=10,
        max_guests=20,
    )
    assert get_price_book(station=station, tier="premium", at=NOW).tier == TierPrices(
        level="premium",
        name="Premium",
        adult_cents=9_000,
        kid_cents=4_000,
        minimum_cents=90_000,
        min_guests=10,
        max_guests=20,
    )
    tier.is_active = False
    tier.save()
    for missing in ("premium", "deluxe", "no such tier"):
        with pytest.raises(TierNotAvailable):
            get_price_book(station=station, tier=missing, at=NOW)


def test_q16_agreed_prices_need_no_tier_on_sale(station: Station) -> None:
    PricingTier.objects.update(is_active=False)
    agreed = TierPrices(level="deluxe", name="Old", adult_cents=1, kid_cents=2, minimum_cents=3)
    assert get_price_book(station=station, at=NOW, agreed=agreed).tier == agreed


def test_q5_rules_of_company_and_station_valid_now(station: Station) -> None:
    second = timedelta(seconds=1)
    common = {"effect": "fixed", "amount_cents": 100}
    wanted = [
        DynamicPricingRule.objects.create(name="company", **common),
        DynamicPricingRule.objects.create(name="station", station=station, **common),
        DynamicPricingRule.objects.create(name="from now", valid_from=NOW, **common),
        DynamicPricingRule.objects.create(name="not over", valid_until=NOW + second, **common),
    ]
    DynamicPricingRule.objects.create(name="other station", station=StationFactory(), **common)
    DynamicPricingRule.objects.create(name="off", is_active=False, **common)
    DynamicPricingRule.objects.create(name="not yet", valid_from=NOW + second, **common)
    DynamicPricingRule.objects.create(name="over", valid_until=NOW, **common)
    rules = get_price_book(station=station, at=NOW).rules
    assert {rule.id for rule in rules} == {rule.pk for rule in wanted}


def test_q5_a_rule_keeps_every_condition(station: Station) -> None:
    row = DynamicPricingRule.objects.create(
        name="Summer",
        zone="coast",
        weekdays=[5, 6],
        date_from=date(2026, 6, 1),
        date_until=date(2026, 8, 31),
        slots=[time(18), time(21)],
        guests_min=10,
        guests_max=20,
        days_ahead_min=0,
        days_ahead_max=30,
        effect="percent",
        percent=Decimal("12.50"),
        priority=5,
    )
    assert get_price_book(station=station, at=NOW).rules == (
        PriceRule(
            id=row.pk,
            name="Summer",
            percent=Decimal("12.50"),
            priority=5,
            zone="coast",
            weekdays=(5, 6),
            date_from=date(2026, 6, 1),
            date_until=date(2026, 8, 31),
            slots=(time(18), time(21)),
            guests_min=10,
            guests_max=20,
            days_ahead_min=0,
            days_ahead_max=30,
        ),
    )


def test_q9_the_travel_configuration_of_the_station_holds(station: Station) -> None:
    configuration = TravelFeeConfiguration.objects.create(
        station=station,
        latitude=Decimal("37.5000000"),
        longitude=Decimal("-122.0000000"),
        free_miles=Decimal("12.50"),
        price_per_mile_cents=333,
        max_service_distance=None,
    )
    assert get_price_book(station=station, at=NOW).travel == TravelTerms(
        free_miles=Decimal("12.50"), price_per_mile_cents=333, max_miles=None, origin=Point(37.5, -122.0)
    )
    assert find_station_point(station, configuration) == Point(37.5, -122.0)
    configuration.is_active = False
    configuration.save()
    assert get_price_book(station=station, at=NOW).travel == TravelTerms(origin=Point(37.57, -121.98))
    assert find_station_point(station, configuration) == Point(37.57, -121.98)


def test_q9_a_station_without_a_point_starts_at_its_zip(station: Station) -> None:
    nowhere = StationFactory(latitude=None, longitude=None, postal_code="94102")
    TravelFeeConfiguration.objects.create(station=nowhere, max_service_distance=Decimal("80.25"))
    travel = get_price_book(station=nowhere, at=NOW).travel
    assert (travel.origin, travel.max_miles) == (Point(37.7813, -122.4167), Decimal("80.25"))
    assert find_station_point(nowhere) == Point(37.7813, -122.4167)


def test_the_terms_of_the_station_s_settings_hold(station: Station) -> None:
    station.settings = {"tax_rate_bps": 900, "deposit_cents": 5_000, "card_fee": False}
    assert get_price_book(station=station, at=NOW).terms == HouseTerms(
        tax_rate_bps=900, deposit_cents=5_000, card_fee=False
    )
