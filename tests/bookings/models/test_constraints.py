"""What the tables refuse, whoever writes (data model, section 6); each case breaks one named constraint."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from bookings.models import (
    Booking,
    Chef,
    Customer,
    Deposit,
    DynamicPricingRule,
    MenuItem,
    Payment,
    PriceAdjustment,
    PricingTier,
    ReservationHold,
    SlotClaim,
    SystemEvent,
    TravelFeeConfiguration,
)
from bookings.services.bookings import create_booking
from bookings.services.holds import create_hold, sign_hold
from common.actors import GuestActor
from common.db.errors import constraint_name
from tests.factories.bookings import NOW, make_request, make_selling_station, signature_of

pytestmark = pytest.mark.django_db
GUEST = GuestActor()


@pytest.fixture
def station():
    return make_selling_station(slot_capacity=3)


@pytest.fixture
def booking(station):
    return create_booking(request=make_request(station), by=GUEST, at=NOW)


@pytest.fixture
def hold(station):
    hold, _token = create_hold(request=make_request(station), by=GUEST, at=NOW)
    return hold


@pytest.fixture
def payment(booking):
    return Payment.objects.create(
        booking=booking, payment_type="deposit", payment_method="cash", amount_cents=100, status="pending"
    )


def broken_by(work):
    """Return the name of the constraint that refuses the work."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        work()
    return constraint_name(caught.value)


def update(row, **values):
    return lambda: type(row)._base_manager.filter(pk=row.pk).update(**values)


BOOKING_CASES = [
    ("check_deposit_non_negative", {"deposit_due_cents": -1}),
    ("check_total_gte_deposit", {"total_due_cents": 9_999}),
    ("check_party_adults_positive", {"party_adults": 0}),
    ("check_party_kids_non_negative", {"party_kids": -1}),
    ("ck_bookings_party_toddlers", {"party_toddlers": -1}),
    ("ck_bookings_lane_version", {"version": 0}),
    ("ck_bookings_times", {"ends_at": NOW}),
    ("ck_bookings_reference", {"reference": "MH-0123abcd"}),
    ("ck_bookings_deadlines", {"internal_deadline": NOW}),
    ("ck_bookings_hold", {"hold_on_request": True}),
    ("ck_bookings_hold", {"hold_reason": "no hold, but a reason"}),
    ("ck_bookings_cancelled", {"status": "cancelled"}),
    ("ck_bookings_cancel_reason", {"cancellation_reason_code": "other"}),
    ("ck_bookings_cancel_reason", {"cancellation_requested_at": NOW, "cancellation_reason": "rain"}),
    ("ck_bookings_cancel_request", {"cancellation_requested_at": NOW, "cancellation_reason_code": "other"}),
    ("ck_bookings_cancel_rejected", {"cancellation_rejected_at": NOW}),
    ("ck_bookings_sms_consent", {"sms_consent": True}),
    ("ck_core_bookings_status", {"status": "lost"}),
    ("ck_core_bookings_source", {"source": "pigeon"}),
    ("ck_core_bookings_booking_window", {"booking_window": "never"}),
    ("ck_core_bookings_currency", {"currency": "usd"}),
    ("ck_core_bookings_soft_delete", {"deleted_at": NOW}),
    ("ck_core_bookings_soft_delete", {"delete_reason": "but not deleted"}),
]


@pytest.mark.parametrize(("name", "values"), BOOKING_CASES)
def test_bookings(booking, name, values):
    assert broken_by(update(booking, **values)) == name


def test_d3_one_occupying_booking_per_lane(station, booking):
    second = create_booking(request=make_request(station), by=GUEST, at=NOW)
    assert broken_by(update(second, lane=1)) == "idx_booking_date_slot_active"
    Booking.objects.filter(pk=booking.pk).update(status="completed")
    update(second, lane=1)()


def test_bk15_one_party_per_chef_and_slot(station, booking):
    chef = Chef.objects.create(station=station, name="Ken", email="ken@example.com")
    second = create_booking(request=make_request(station), by=GUEST, at=NOW)
    update(booking, chef=chef)()
    assert broken_by(update(second, chef=chef)) == "ix_core_bookings_chef_slot_unique"


def test_bk1_a_reference_is_never_used_again(station, booking):
    second = create_booking(request=make_request(station), by=GUEST, at=NOW)
    update(booking, deleted_at=NOW, delete_reason="planted")()
    assert broken_by(update(second, reference=booking.reference)) == "uq_bookings_reference"


def test_generated_columns_of_bookings(booking):
    def state(**values):
        update(booking, **values)()
        return Booking.objects.values_list("cancellation_status", "deposit_deadline").get()

    deadline = NOW + timedelta(hours=2)
    assert state() == (None, deadline)
    asked = {
        "cancellation_requested_at": NOW,
        "cancellation_reason": "rain",
        "cancellation_reason_code": "other",
    }
    assert state(**asked) == ("requested", deadline)
    assert state(status="cancelled", cancelled_at=NOW) == ("approved", deadline)
    undone = dict.fromkeys(asked) | {"status": "new", "cancelled_at": None}
    rejected = {"cancellation_rejected_at": NOW, "cancellation_rejection_reason": "no"}
    assert state(**undone, **rejected, customer_deposit_deadline=None) == ("rejected", None)


HOLD_CASES = [
    ("ck_holds_party", {"party_adults": 0}),
    ("ck_holds_lane", {"lane": 0}),
    ("ck_holds_signed", {"agreement_signed_at": NOW}),
    ("ck_holds_signed", {"status": "signed"}),
    ("ck_holds_dead", {"status": "expired"}),
    ("ck_holds_dead", {"cancellation_reason": "user_cancelled"}),
    ("ck_holds_sms", {"sms_consent": True}),
    ("ck_core_reservation_holds_signer_ip_hash", {"signer_ip_hash": b"short"}),
]


@pytest.mark.parametrize(("name", "values"), HOLD_CASES)
def test_holds(hold, name, values):
    assert broken_by(update(hold, **values)) == name


def test_holds_keys(station, booking, hold):
    second, _token = create_hold(request=make_request(station), by=GUEST, at=NOW)
    assert broken_by(update(second, lane=hold.lane)) == "uq_holds_slot"
    assert broken_by(update(second, signing_token_hash=hold.signing_token_hash)) == "uq_holds_token"
    assert broken_by(update(hold, converted_to_booking=booking)) == "ck_holds_converted"
    for row in (hold, second):
        sign_hold(
            hold=row,
            **signature_of(row.station, "Ann"),
            by=GUEST,
            at=NOW,
        )
    update(hold, status="converted", converted_to_booking=booking)()
    assert broken_by(update(second, status="converted", converted_to_booking=booking)) == "uq_holds_booking"


def test_d3_claims(station, booking, hold):
    claim = SlotClaim.objects.get(booking=booking)
    assert broken_by(update(claim, lane=0)) == "ck_slot_claims_lane"
    assert broken_by(update(claim, lane=hold.lane)) == "uq_slot_claims_lane"
    assert broken_by(update(claim, booking=None)) == "ck_slot_claims_one_owner"
    assert broken_by(update(claim, hold=ReservationHold(pk=booking.pk))) == "ck_slot_claims_one_owner"


PAYMENT_CASES = [
    ("ck_payments_amount", {"refunded_amount_cents": 101}),
    ("ck_payments_completed", {"status": "completed"}),
    ("ck_core_payments_payment_method", {"payment_method": "gold"}),
    # L: the ledger's frozen columns
    ("tg_payments_frozen", {"amount_cents": 101}),
    ("tg_payments_frozen", {"payment_type": "full_payment"}),
    ("tg_payments_frozen", {"currency": "EUR"}),
    ("tg_payments_frozen", {"booking": None}),
]


@pytest.mark.parametrize(("name", "values"), PAYMENT_CASES)
def test_payments(payment, name, values):
    assert broken_by(update(payment, **values)) == name


def test_py1_payments_are_never_deleted_but_by_a_purge(payment):
    assert broken_by(lambda: Payment.objects.filter(pk=payment.pk).delete()) == "tg_payments_frozen"
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL app.purge = 'on'")
    Payment.objects.filter(pk=payment.pk).delete()
    assert not Payment.objects.exists()


def make_payment(**values):
    return lambda: Payment.objects.create(
        **{"payment_type": "deposit", "payment_method": "card", "amount_cents": 100, **values}
    )


def test_payments_of_an_owner(booking, hold):
    assert broken_by(make_payment()) == "ck_payments_owner"
    assert broken_by(make_payment(booking=booking, amount_cents=0)) == "ck_payments_amount"
    make_payment(booking=booking)()
    assert broken_by(make_payment(booking=booking)) == "uq_payments_open_card_booking"
    make_payment(hold=hold)()
    assert broken_by(make_payment(hold=hold)) == "uq_payments_open_card_hold"
    update(Payment.objects.get(hold=hold), booking=booking, status="failed")()
    refund = {"booking": booking, "payment_type": "refund", "refund_reason": "duplicate"}
    assert broken_by(make_payment(**refund)) == "ck_payments_refund"
    make_payment(**refund, refunded_payment=Payment.objects.first())()


def test_deposits(booking):
    deposit = Deposit.objects.get()
    assert broken_by(update(deposit, status="paid")) == "ck_deposits_paid"
    assert broken_by(update(deposit, status="waived")) == "ck_deposits_settled"
    assert broken_by(update(deposit, settled_at=NOW)) == "ck_deposits_settled"


def test_customers(station, booking):
    customer = Customer.objects.get()
    assert broken_by(update(customer, erased_at=NOW)) == "ck_customers_bidx"
    assert broken_by(update(customer, email_bidx=None)) == "ck_customers_bidx"

    def again():
        Customer.objects.create(
            station=station, first_name="A", last_name="B", email=customer.email, phone="+15105550100"
        )

    assert broken_by(again) == "idx_customer_station_email"
    update(customer, deleted_at=NOW, delete_reason="planted")()
    again()


def test_chefs_share_no_email(station):
    Chef.objects.create(station=station, name="Ken", email="ken@example.com")
    assert broken_by(lambda: Chef.objects.create(name="Kenji", email="KEN@example.com")) == "uq_chefs_email"


def rule(**values):
    return lambda: DynamicPricingRule.objects.create(
        **{"name": "Rule", "effect": "fixed", "amount_cents": 100, **values}
    )


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("ck_pricing_rules_effect", {"effect": "percent"}),
        ("ck_pricing_rules_effect", {"percent": "10"}),
        ("ck_pricing_rules_weekdays", {"weekdays": [0, 1]}),
        ("ck_pricing_rules_ranges", {"date_from": "2026-02-02", "date_until": "2026-02-01"}),
        ("ck_pricing_rules_ranges", {"guests_min": 3, "guests_max": 2}),
        ("ck_pricing_rules_ranges", {"days_ahead_min": 3, "days_ahead_max": 2}),
        ("ck_pricing_rules_ranges", {"valid_from": NOW, "valid_until": NOW}),
    ],
)
def test_pricing_rules(name, values):
    rule()()
    assert broken_by(rule(**values)) == name


def test_price_list(station):
    tier = PricingTier.objects.get()
    assert broken_by(update(tier, min_guests=51)) == "ck_pricing_tiers_guests"
    values = {"base_price_cents": 0, "price_per_guest_cents": 0, "kid_price_cents": 0}
    again = lambda: PricingTier.objects.create(name="Again", level="standard", **values)  # noqa: E731 -- one case
    assert broken_by(again) == "uq_pricing_tiers_level"
    update(tier, is_active=False)()
    again()
    item = lambda: MenuItem.objects.create(code="chicken", name="Again", category="beef")  # noqa: E731 -- one case
    assert broken_by(item) == "uq_menu_items_code"
    fee = TravelFeeConfiguration.objects.create(station=station)
    assert (fee.free_miles, fee.price_per_mile_cents, fee.max_service_distance) == (30, 200, 150)
    assert broken_by(update(fee, max_service_distance=29)) == "ck_travel_fee_miles"
    assert broken_by(update(fee, latitude=1)) == "ck_travel_fee_point"


def test_price_adjustments(booking):
    def adjust(**values):
        return lambda: PriceAdjustment.objects.create(
            **{"booking": booking, "kind": "manual", "amount_cents": 1, "reason": "long enough", **values}
        )

    assert broken_by(adjust(amount_cents=0)) == "ck_adjustments_amount"
    assert broken_by(adjust(reason="short")) == "ck_adjustments_reason"
    assert broken_by(adjust(kind="coupon")) == "ck_adjustments_coupon"
    adjust(kind="coupon", coupon_code="A")()
    assert broken_by(adjust(kind="coupon", coupon_code="B")) == "uq_adjustments_coupon"


def test_a_system_event_stays_as_it_was_written():
    event = SystemEvent.objects.create(service="test", action="planted")
    assert str(event) == f"test.planted {event.pk}"
    assert broken_by(update(event, action="changed")) == "tg_system_events_frozen"
    assert broken_by(lambda: SystemEvent.objects.filter(pk=event.pk).delete()) == "tg_system_events_frozen"
    assert broken_by(lambda: SystemEvent.objects.create(service="a", action="b", severity="odd")) == (
        "ck_core_system_events_severity"
    )


def test_rows_made_by_hand_in_sql_get_the_defaults():
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO core.chefs (name, email_encrypted) VALUES ('Ken', '\\x00')")
        cursor.execute(
            "SELECT zones, skills, buffer_setup_minutes, buffer_teardown_minutes, is_active, "
            "created_at IS NOT NULL FROM core.chefs"
        )
        assert cursor.fetchone() == ([], [], 30, 30, True, True)


def test_on_delete_acts_in_the_catalogue(booking):
    """PROTECT = RESTRICT, CASCADE for parts, SET NULL for the rest: a hand-written DELETE obeys too."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text || '.' || attname, confdeltype FROM pg_constraint "
            "JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1] "
            "WHERE contype = 'f' AND connamespace = 'core'::regnamespace "
            "AND confrelid = 'core.bookings'::regclass ORDER BY 1"
        )
        assert cursor.fetchall() == [
            ("core.booking_reminders.booking_id", "c"),
            ("core.deposits.booking_id", "r"),
            ("core.payments.booking_id", "r"),
            ("core.price_adjustments.booking_id", "c"),
            ("core.reservation_holds.converted_to_booking_id", "n"),
            ("core.reviews.booking_id", "n"),
            ("core.slot_claims.booking_id", "c"),
        ]
