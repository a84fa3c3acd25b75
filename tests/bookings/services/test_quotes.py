from datetime import timedelta
from decimal import Decimal

import pytest

from bookings.enums import PaymentMethod, PaymentStatus, PaymentType, PriceAdjustmentKind
from bookings.exceptions import (
    CouponInvalid,
    LocationMismatch,
    OutsideServiceArea,
    PartySizeInvalid,
    QuoteChanged,
    TierNotAvailable,
    UnknownPostalCode,
)
from bookings.models import (
    AddonItem,
    DynamicPricingRule,
    Payment,
    PriceAdjustment,
    PricingTier,
    TravelFeeConfiguration,
)
from bookings.ports import CouponTerms, coupons
from bookings.requests import MenuChoice
from bookings.services.bookings import create_booking
from bookings.services.quotes import PartyChange, Venue, check_accepted, quote_request, requote_booking
from bookings.services.reference_data import load_price_list
from common.actors import GuestActor, SystemActor
from tests.bookings.parties import make_booking
from tests.factories.bookings import DAY, NOW, make_request
from tests.factories.identity import StationFactory

GUEST = GuestActor()
MENU = MenuChoice(proteins={"chicken": 16}, addons={"gyoza": 2})

pytestmark = pytest.mark.django_db


class TenPercent:
    """Coupons of a neighbour that knows one code."""

    def terms(self, *, code, station_id, email, at):
        if code != "TENOFF":
            raise CouponInvalid
        return CouponTerms(code=code, percent=Decimal(10), cap_cents=10_000)

    def redeem(self, *, code, booking_id, by, at):
        """Every use is fine."""


@pytest.fixture
def station():
    load_price_list()
    return StationFactory(latitude=None, longitude=None, postal_code="94102")


@pytest.fixture
def coupon_desk():
    default = coupons._filler, coupons.fillers
    coupons.fill(TenPercent(), owner="tests")
    yield
    coupons._filler, coupons.fillers = default


def ask(station, *, by=GUEST, **fields):
    return quote_request(
        station=station, request=make_request(station, **{"postal_code": "94102", **fields}), by=by, at=NOW
    )


def codes(quote):
    return [(line.code, line.amount_cents) for line in quote.lines]


def test_a_party_at_the_station_s_door(station) -> None:
    quote = ask(station, menu=MENU)
    assert codes(quote) == [
        ("adult", 44_000),
        ("party_minimum", 11_000),
        ("addon:gyoza", 2_000),
        ("tax", 4_703),
        ("travel", 0),
    ]
    assert (quote.as_of, quote.road_miles) == (NOW.date(), Decimal("0.00"))


def test_the_local_date_counts(station) -> None:
    """Q-1: 05:00 UTC is still yesterday in Los Angeles."""
    at = NOW.replace(hour=5)
    quote = quote_request(
        station=station, request=make_request(station, postal_code="94102"), by=GUEST, at=at
    )
    assert quote.as_of == at.date() - timedelta(days=1)


def test_q9_sacramento_is_90_road_miles_from_san_francisco(station) -> None:
    quote = ask(station, postal_code="95814")
    assert quote.road_miles == Decimal("89.55")
    assert quote.travel_cents == 11_910


def test_q9_given_point_and_its_mismatch(station) -> None:
    near = {"latitude": Decimal("37.9"), "longitude": Decimal("-122.5")}
    assert ask(station, **near).road_miles == Decimal("11.25")
    with pytest.raises(LocationMismatch):
        ask(station, postal_code="95814", **near)
    with pytest.raises(UnknownPostalCode):
        ask(station, postal_code="00000")


def test_q10_out_of_range_needs_the_override(station) -> None:
    with pytest.raises(OutsideServiceArea) as refusal:
        ask(station, postal_code="90001")
    miles = refusal.value.extra["road_miles"]
    assert refusal.value.extra == {"road_miles": miles, "max_miles": "150.00"}
    overridden = ask(station, postal_code="90001", by=SystemActor("staff"))
    assert str(overridden.road_miles) == miles
    assert overridden.travel_cents == (overridden.road_miles - 30) * 200


def test_s6_party_size(station) -> None:
    for party in ({"adults": 0}, {"adults": 51}, {"adults": 1, "kids": -1}):
        with pytest.raises(PartySizeInvalid):
            ask(station, **party)
    assert ask(station, adults=51, by=SystemActor("staff")).subtotal_cents == 280_500


def test_4_1_a_tier_takes_parties_of_its_size_only(station) -> None:
    PricingTier.objects.create(
        name="Deluxe",
        level="deluxe",
        base_price_cents=0,
        price_per_guest_cents=9_000,
        kid_price_cents=0,
        min_guests=9,
        max_guests=12,
    )
    assert ask(station, tier="deluxe", adults=9).subtotal_cents == 81_000
    for adults in (8, 13):
        with pytest.raises(TierNotAvailable):
            ask(station, tier="deluxe", adults=adults)


def test_q6_without_coupons_every_code_is_invalid(station) -> None:
    with pytest.raises(CouponInvalid):
        ask(station, coupon_code="TENOFF")


def test_q6_the_port_gives_the_terms(station, coupon_desk) -> None:
    assert ("coupon", -5_500) in codes(ask(station, coupon_code=" tenoff "))


def test_q15_the_accepted_quote_must_be_this_one(station) -> None:
    quote = ask(station)
    check_accepted(quote, "")
    check_accepted(quote, quote.quote_hash)
    with pytest.raises(QuoteChanged) as refusal:
        check_accepted(quote, "0" * 64)
    assert refusal.value.extra == {"quote": quote.as_dict()}


@pytest.fixture
def booking(station, coupon_desk):
    DynamicPricingRule.objects.create(name="Saturday", weekdays=[6], effect="percent", percent=Decimal(15))
    request = make_request(station, postal_code="94102", menu=MENU, coupon_code="TENOFF", date=DAY)
    return create_booking(request=request, by=GUEST, at=NOW)


def raise_prices():
    PricingTier.objects.update(price_per_guest_cents=9_900, base_price_cents=99_000)
    AddonItem.objects.update(price_cents=9_900)
    DynamicPricingRule.objects.update(percent=Decimal(99))


def test_q15_the_booking_keeps_the_whole_quote(booking) -> None:
    stored = booking.metadata["quote"]
    assert stored["total_cents"] == booking.total_due_cents == 63_862
    assert stored["inputs"]["postal_code"] == "94102"
    assert "latitude" not in str(stored)
    rows = PriceAdjustment.objects.filter(booking=booking).order_by("amount_cents")
    assert [(row.kind, row.amount_cents, row.coupon_code) for row in rows] == [
        (PriceAdjustmentKind.COUPON, -6_555, "TENOFF"),
        (PriceAdjustmentKind.RULE, 8_550, None),
    ]


def test_q16_an_unchanged_booking_costs_what_it_cost(booking) -> None:
    raise_prices()
    again = requote_booking(booking=booking, by=GUEST, at=NOW + timedelta(days=3))
    assert again.quote_hash == booking.metadata["quote"]["quote_hash"]


def test_q16_unit_prices_rules_and_coupon_of_the_snapshot_hold(booking) -> None:
    raise_prices()
    change = PartyChange(
        adults=10, menu=MenuChoice(proteins={"chicken": 20}, addons={"gyoza": 3, "edamame": 1})
    )
    again = requote_booking(booking=booking, by=GUEST, at=NOW, change=change)
    [rule] = [code for code, _amount in codes(again) if code.startswith("rule:")]
    assert codes(again) == [
        ("adult", 55_000),
        ("addon:edamame", 9_900),
        ("addon:gyoza", 3_000),
        (rule, 10_185),
        ("coupon", -7_809),
        ("tax", 5_798),
        ("travel", 0),
    ]


def test_q16_a_new_venue_is_measured_anew(booking, station) -> None:
    TravelFeeConfiguration.objects.create(station=station, price_per_mile_cents=999)
    change = PartyChange(venue=Venue(postal_code="95814"))
    again = requote_booking(booking=booking, by=GUEST, at=NOW, change=change)
    assert (again.road_miles, again.travel_cents) == (Decimal("89.55"), 11_910)
    assert again.request.postal_code == "95814"
    with pytest.raises(OutsideServiceArea):
        requote_booking(
            booking=booking, by=GUEST, at=NOW, change=PartyChange(venue=Venue(postal_code="90001"))
        )


def test_q16_a_moved_party_meets_the_rules_of_its_new_day(booking) -> None:
    change = PartyChange(date=DAY + timedelta(days=1))
    again = requote_booking(booking=booking, by=GUEST, at=NOW, change=change)
    assert not [code for code, _amount in codes(again) if code.startswith("rule:")]


def test_q16_manual_rows_fees_and_money_paid_are_counted(booking) -> None:
    PriceAdjustment.objects.create(
        booking=booking, kind=PriceAdjustmentKind.MANUAL, amount_cents=-1_000, reason="Late arrival."
    )
    PriceAdjustment.objects.create(
        booking=booking, kind=PriceAdjustmentKind.RESCHEDULE_FEE, amount_cents=20_000, reason="Second move"
    )
    Payment.objects.create(
        booking=booking,
        payment_type=PaymentType.DEPOSIT,
        payment_method=PaymentMethod.CASH,
        status=PaymentStatus.COMPLETED,
        amount_cents=10_000,
        completed_at=NOW,
    )
    again = requote_booking(booking=booking, by=GUEST, at=NOW)
    assert ("manual", -1_000) in codes(again)
    assert codes(again)[-1] == ("reschedule_fee", 20_000)
    assert again.balance_cents == again.total_cents - 10_000


def test_q16_the_tier_holds_when_it_is_no_longer_sold(booking) -> None:
    PricingTier.objects.update(is_active=False)
    again = requote_booking(booking=booking, by=GUEST, at=NOW)
    assert again.total_cents == booking.total_due_cents


def test_s6_holds_for_changes(booking) -> None:
    with pytest.raises(PartySizeInvalid):
        requote_booking(booking=booking, by=GUEST, at=NOW, change=PartyChange(kids=43))


@pytest.mark.parametrize(("postal_code", "miles"), [("95814", "89.55"), (None, "0.00")])
def test_a_booking_without_snapshot_is_priced_from_today(station, postal_code, miles) -> None:
    booking = make_booking(station, postal_code=postal_code)
    again = requote_booking(booking=booking, by=GUEST, at=NOW)
    assert (again.subtotal_cents, again.road_miles) == (55_000, Decimal(miles))
