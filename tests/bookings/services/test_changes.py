from datetime import timedelta
from decimal import Decimal

import pytest

from bookings.enums import BookingSource
from bookings.exceptions import (
    AllergensRequired,
    EditCutoffPassed,
    OutsideServiceArea,
    PartySizeInvalid,
    ProteinCountMismatch,
)
from bookings.models import (
    Booking,
    Deposit,
    DynamicPricingRule,
    MenuItem,
    Payment,
    PriceAdjustment,
    PricingTier,
)
from bookings.requests import BookingRequest, MenuChoice
from bookings.services.bookings import create_booking
from bookings.services.changes import BookingChanges, change_booking
from bookings.services.manual_adjustments import adjust_price
from common.exceptions import InvalidTransition, ValidationFailed, VersionConflict
from identity.enums import UserRole
from identity.models import StationAuditLog
from tests.bookings.parties import (
    DAY,
    NOON,
    NOW,
    after_start,
    events_of,
    make_actor,
    make_booking,
    make_station,
)

pytestmark = pytest.mark.django_db
REASON = "The stove broke down"


@pytest.fixture
def station():
    PricingTier.objects.create(
        name="Standard",
        level="standard",
        base_price_cents=55_000,
        price_per_guest_cents=5_500,
        kid_price_cents=3_000,
    )
    for code, cents in (("chicken", 0), ("ny_strip", 0), ("lobster_tail", 1_500)):
        MenuItem.objects.create(code=code, name=code, category="poultry", price_cents=cents)
    return make_station()


@pytest.fixture
def manager(station):
    return make_actor(stations=[station])


@pytest.fixture
def support(station):
    return make_actor(UserRole.CUSTOMER_SUPPORT, stations=[station], link="customer_support")


@pytest.fixture
def booking(station, manager):
    """10 adults from Fremont: food 55 000, tax 4 538, no travel: 59 538."""
    request = BookingRequest(
        station_id=station.pk,
        date=DAY,
        slot=NOON,
        first_name="Ann",
        last_name="Lee",
        email="ann@example.com",
        phone="5105550111",
        address="5 Oak Ave, Fremont",
        postal_code="94539",
        adults=10,
        allergens=("none",),
        source=BookingSource.PHONE,
    )
    return create_booking(request=request, by=manager, at=NOW)


def change(booking, by, at=NOW, version=None, **changes):
    return change_booking(
        booking=booking, changes=BookingChanges(**changes), expected_version=version, by=by, at=at
    )


def reread(booking):
    return Booking.objects.get(pk=booking.pk)


def test_bk4_more_guests_are_priced_anew_and_stay_longer(booking, support):
    assert booking.total_due_cents == 59_538
    change(booking, support, version=2, adults=12, kids=2)
    row = reread(booking)
    assert (row.party_adults, row.party_kids, row.total_due_cents, row.version) == (12, 2, 77_940, 3)
    assert row.ends_at == row.starts_at + timedelta(minutes=60 + 3 * 14)
    assert row.metadata["quote"]["total_cents"] == 77_940
    assert events_of(booking.pk)[-1] == (
        "booking.updated",
        {
            "reference": booking.reference,
            "changed": ["party_adults", "party_kids"],
            "previous_total_cents": 59_538,
            "total_cents": 77_940,
            "deposit_cents": 10_000,
        },
    )
    assert StationAuditLog.objects.filter(resource_type="booking").latest("created_at").permissions_used == [
        "booking.update"
    ]


def test_bk4_a_price_below_what_was_paid_leaves_a_negative_balance(booking, manager):
    Payment.objects.create(
        booking=booking,
        payment_type="full_payment",
        payment_method="cash",
        status="completed",
        amount_cents=90_000,
        completed_at=NOW,
    )
    Booking.objects.update(status="confirmed")
    changed = change(booking, manager, adults=11)
    assert changed.metadata["quote"]["balance_cents"] == changed.total_due_cents - 90_000 < 0


def test_q16_rules_of_the_snapshot_go_on(station, manager, booking):
    DynamicPricingRule.objects.create(name="Saturday", effect="percent", percent=15, weekdays=[6])
    change(booking, manager, adults=11)
    assert not PriceAdjustment.objects.exists()
    assert reread(booking).total_due_cents == 65_491


def test_q5_adjustments_follow_the_quote(station, manager):
    DynamicPricingRule.objects.create(name="Saturday", effect="percent", percent=15, weekdays=[6])
    request = BookingRequest(
        station_id=station.pk,
        date=DAY,
        slot=NOON,
        first_name="Ann",
        last_name="Lee",
        email="ann@example.com",
        phone="5105550111",
        address="5 Oak Ave, Fremont",
        postal_code="94539",
        adults=10,
        allergens=("none",),
    )
    booking = create_booking(request=request, by=manager, at=NOW)
    assert PriceAdjustment.objects.get().amount_cents == 8_250
    change(booking, manager, adults=20)
    assert PriceAdjustment.objects.get().amount_cents == 16_500


def test_bk4_menu_and_allergens(booking, manager):
    menu = MenuChoice(proteins={"chicken": 10, "lobster_tail": 10})
    change(booking, manager, menu=menu, allergens=("nuts", "shellfish"))
    row = reread(booking)
    assert row.menu_items == [
        {"kind": "protein", "code": "chicken", "quantity": 10},
        {"kind": "protein", "code": "lobster_tail", "quantity": 10},
    ]
    assert row.allergens == ["nuts", "shellfish"]
    assert row.total_due_cents == 75_775


def test_q3_a_chosen_menu_has_to_fit_the_new_party(booking, manager):
    change(booking, manager, menu=MenuChoice(proteins={"chicken": 20}))
    with pytest.raises(ProteinCountMismatch) as refusal:
        change(booking, manager, adults=11)
    assert refusal.value.extra == {"expected": 22, "given": 20}
    change(booking, manager, adults=11, menu=MenuChoice(proteins={"chicken": 22}))


def test_bk4_allergens_cannot_be_emptied(booking, manager):
    with pytest.raises(AllergensRequired):
        change(booking, manager, allergens=())


def test_s6_party_size(booking, support, manager):
    with pytest.raises(PartySizeInvalid):
        change(booking, support, adults=51)
    with pytest.raises(PartySizeInvalid):
        change(booking, manager, adults=0)
    assert change(booking, manager, adults=51).party_adults == 51


def test_bk4_a_new_address_runs_the_travel_rules_again(booking, support):
    change(booking, support, address="1 Elm St, Sacramento", postal_code="95814")
    row = reread(booking)
    travel = row.metadata["quote"]["travel_cents"]
    assert (row.address, row.postal_code) == ("1 Elm St, Sacramento", "95814")
    assert travel > 0
    assert row.total_due_cents == 59_538 + travel
    with pytest.raises(OutsideServiceArea):
        change(booking, support, address="1 Palm Ave, Los Angeles", postal_code="90012")
    assert reread(booking).postal_code == "95814"


def test_bk4_address_and_zip_go_together(booking, manager):
    with pytest.raises(ValidationFailed):
        change(booking, manager, address="1 Elm St")


def test_bk4_guest_counts_until_a_day_before(booking, support, manager):
    limit = after_start(booking, hours=-24)
    change(booking, support, at=limit, adults=11)
    with pytest.raises(EditCutoffPassed) as refusal:
        change(booking, support, at=limit + timedelta(seconds=1), adults=12)
    assert refusal.value.extra == {"cutoff_at": limit.isoformat()}
    change(booking, manager, at=limit + timedelta(seconds=1), adults=12)
    assert StationAuditLog.objects.filter(resource_type="booking").latest("created_at").permissions_used == [
        "booking.update",
        "booking.override",
    ]


def test_bk4_menu_until_twelve_hours_before(booking, support):
    limit = after_start(booking, hours=-12)
    change(booking, support, at=limit, allergens=("nuts",))
    for late in ({"allergens": ("none",)}, {"menu": MenuChoice(proteins={"chicken": 20})}):
        with pytest.raises(EditCutoffPassed) as refusal:
            change(booking, support, at=limit + timedelta(seconds=1), **late)
        assert refusal.value.extra == {"cutoff_at": limit.isoformat()}
    change(booking, support, at=limit + timedelta(hours=1), special_requests="Ring twice", notes="Knows us")
    row = reread(booking)
    assert (row.special_requests, row.notes) == ("Ring twice", "Knows us")


@pytest.mark.parametrize("status", ["completed", "no_show"])
def test_bk4_terminal_states_take_internal_notes_only(station, manager, status):
    booking = make_booking(station, status=status)
    assert change(booking, manager, notes="Left a good tip").version == 2
    with pytest.raises(InvalidTransition):
        change(booking, manager, special_requests="Ring twice")
    with pytest.raises(InvalidTransition):
        change(booking, manager, notes="x", adults=9)


def test_bk4_nothing_new_writes_nothing(booking, manager):
    same = change(booking, manager, adults=10, address=booking.address, postal_code=booking.postal_code)
    assert same.version == booking.version
    assert "booking.updated" not in dict(events_of(booking.pk))


def test_bk3_stale_version(booking, manager):
    with pytest.raises(VersionConflict):
        change(booking, manager, version=1, adults=11)


def test_t3_a_deposit_that_falls_below_what_was_paid_confirms(station, booking, manager):
    Payment.objects.create(
        booking=booking,
        payment_type="deposit",
        payment_method="cash",
        status="completed",
        amount_cents=9_000,
        completed_at=NOW,
    )
    quote = booking.metadata["quote"]
    quote["price_terms"]["deposit_cents"] = 8_000
    Booking.objects.update(metadata={**booking.metadata, "quote": quote})
    changed = change(booking, manager, adults=11)
    assert (changed.status, changed.deposit_due_cents, changed.version) == ("confirmed", 8_000, 4)
    deposit = Deposit.objects.get()
    assert (deposit.status, deposit.amount_cents) == ("confirmed", 8_000)


def test_s6_a_large_party_may_change_what_is_not_its_size(booking, support, manager):
    change(booking, manager, adults=60)
    changed = change(
        booking, support, adults=60, menu=MenuChoice(proteins={"chicken": 120}), allergens=("nuts",)
    )
    assert (changed.party_adults, changed.allergens) == (60, ["nuts"])
    change(booking, support, address="1 Elm St, Sacramento", postal_code="95814")
    with pytest.raises(PartySizeInvalid) as refusal:
        change(booking, support, adults=59)
    assert refusal.value.extra == {"max_guests": 50}
    with pytest.raises(PartySizeInvalid) as refusal:
        change(booking, manager, adults=101)
    assert refusal.value.extra == {"max_guests": 100}


@pytest.mark.parametrize(
    "half",
    [
        {"latitude": Decimal("37.55"), "longitude": Decimal("-121.95")},
        {"latitude": Decimal("37.55"), "address": "1 Elm St", "postal_code": "94539"},
    ],
)
def test_q9_half_a_venue_is_refused(booking, manager, half):
    with pytest.raises(ValidationFailed):
        change(booking, manager, **half)
    assert reread(booking).version == booking.version


def test_q9_coordinates_at_the_same_address_are_another_venue(booking, manager):
    miles = reread(booking).metadata["quote"]["road_miles"]
    changed = change(
        booking,
        manager,
        address=booking.address,
        postal_code=booking.postal_code,
        latitude=Decimal("37.40"),
        longitude=Decimal("-121.95"),
    )
    stored = reread(booking)
    assert (changed.version, stored.version) == (booking.version + 1, booking.version + 1)
    assert Decimal(stored.metadata["quote"]["road_miles"]) > Decimal(miles)
    assert dict(events_of(booking.pk))["booking.updated"]["changed"] == ["coordinates"]


def test_q13_a_menu_is_stored_without_zeros(booking, manager):
    change(booking, manager, menu=MenuChoice(proteins={"chicken": 20, "ny_strip": 0}))
    assert reread(booking).menu_items == [{"kind": "protein", "code": "chicken", "quantity": 20}]


def test_t3_a_party_whose_deposit_falls_to_nothing_is_confirmed(booking, manager):
    adjust_price(
        booking=booking, amount_cents=-55_000, reason=REASON, expected_version=None, by=manager, at=NOW
    )
    row = reread(booking)
    assert (row.status, row.total_due_cents, row.deposit_due_cents) == ("confirmed", 0, 0)
