"""T1 and T2: what a booking writes, and what is refused."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from bookings import exceptions
from bookings.models import Booking, Chef, Customer, Deposit, DynamicPricingRule, PriceAdjustment, SlotClaim
from bookings.ports import CouponTerms, coupons
from bookings.services.bookings import create_booking
from bookings.services.quotes import quote_request
from common.actors import GuestActor, SystemActor
from common.exceptions import InternalError, NotFound, ValidationFailed
from events.models import DomainEvent, OutboxMessage
from events.registry import Subscription, event_handlers
from identity.enums import UserRole
from identity.models import StationAuditLog
from tests.factories.bookings import DAY, NOON, NOW, make_request, make_selling_station
from tests.factories.identity import UserFactory, make_actor

pytestmark = pytest.mark.django_db
GUEST = GuestActor()


@pytest.fixture
def station():
    return make_selling_station()


@pytest.fixture
def leads():
    """A handler of booking.failed, as the leads app will register one."""
    subscription = Subscription("booking.failed", "leads.capture", print)
    event_handlers.register("leads", subscription)
    yield subscription
    event_handlers.remove("leads", subscription)


def book(request, *, by=GUEST, at=NOW):
    return create_booking(request=request, by=by, at=at)


def failures():
    return list(
        DomainEvent.objects.filter(event_type="booking.failed")
        .order_by("sequence")
        .values_list("payload", flat=True)
    )


def test_t1_t2_a_guest_books_and_is_asked_for_the_deposit(station):
    booking = book(
        make_request(
            station,
            kids=4,
            requested_time=time(12, 30),
            special_requests="Ring twice",
            sms_consent=True,
            email="Ann@People.example",
            phone="(510) 555-0123",
        )
    )
    stored = Booking.objects.get()
    assert stored == booking
    assert stored.reference.startswith("MH-")
    assert {
        name: getattr(stored, name)
        for name in [
            "status",
            "version",
            "lane",
            "date",
            "slot",
            "starts_at",
            "ends_at",
            "party_adults",
            "party_kids",
            "party_toddlers",
            "source",
            "zone",
            "address",
            "postal_code",
            "total_due_cents",
            "deposit_due_cents",
            "currency",
            "booking_window",
            "created_by_id",
            "created_at",
            "customer_deposit_deadline",
            "internal_deadline",
            "deposit_deadline",
            "sms_consent",
            "sms_consent_timestamp",
            "special_requests",
            "notes",
            "override_reason",
            "allergens",
            "menu_items",
        ]
    } == {
        "status": "deposit_pending",
        "version": 2,
        "lane": 1,
        "date": DAY,
        "slot": NOON,
        "starts_at": datetime(2026, 6, 6, 19, tzinfo=UTC),
        "ends_at": datetime(2026, 6, 6, 20, 36, tzinfo=UTC),
        "party_adults": 8,
        "party_kids": 4,
        "party_toddlers": 0,
        "source": "website",
        "zone": "primary",
        "address": "5 Oak Ave, Fremont",
        "postal_code": "94539",
        "total_due_cents": 60_620,
        "deposit_due_cents": 10_000,
        "currency": "USD",
        "booking_window": "advance",
        "created_by_id": None,
        "created_at": NOW,
        "customer_deposit_deadline": NOW + timedelta(hours=2),
        "internal_deadline": NOW + timedelta(hours=24),
        "deposit_deadline": NOW + timedelta(hours=2),
        "sms_consent": True,
        "sms_consent_timestamp": NOW,
        "special_requests": "Ring twice",
        "notes": None,
        "override_reason": None,
        "allergens": ["none"],
        "menu_items": [],
    }
    assert stored.metadata["requested_time"] == "12:30"
    assert stored.metadata["terms"] == {"accepted_at": NOW.isoformat()}
    assert stored.metadata["quote"]["total_cents"] == 60_620
    assert "latitude" not in str(stored.metadata)
    customer = stored.customer
    assert (customer.first_name, customer.last_name, customer.email, customer.phone) == (
        "Ann",
        "Lee",
        "ann@people.example",
        "+15105550123",
    )
    assert (customer.consent_sms, customer.consent_email) == (False, False)
    deposit = Deposit.objects.get()
    assert (deposit.booking_id, deposit.amount_cents, deposit.status, deposit.requested_at) == (
        booking.pk,
        10_000,
        "pending",
        NOW,
    )
    claim = SlotClaim.objects.get()
    assert (claim.station_id, claim.date, claim.slot, claim.lane, claim.booking_id, claim.hold_id) == (
        station.pk,
        DAY,
        NOON,
        1,
        booking.pk,
        None,
    )


def test_e1_events_carry_no_personal_data_and_the_link_goes_out_by_mail_and_sms(station):
    booking = book(make_request(station, sms_consent=True, phone="+15105550123", email="ann@people.example"))
    events = DomainEvent.objects.filter(aggregate_id=booking.pk).order_by("version")
    assert [(event.event_type, event.actor_label, event.station_id) for event in events] == [
        ("booking.created", "guest", station.pk),
        ("booking.deposit_requested", "guest", station.pk),
    ]
    assert events[0].payload == {
        "reference": booking.reference,
        "customer_id": str(booking.customer_id),
        "source": "website",
        "date": "2026-06-06",
        "slot": "12:00:00",
        "lane": 1,
        "starts_at": "2026-06-06T19:00:00+00:00",
        "total_cents": booking.total_due_cents,
        "deposit_cents": 10_000,
        "currency": "USD",
        "quote_hash": booking.metadata["quote"]["quote_hash"],
        "consents": {"sms": True, "email": False, "ip_hash": None},
    }
    rows = OutboxMessage.objects.order_by("target")
    assert [(row.target, row.destination, row.private_payload) for row in rows] == [
        ("email", "deposit_request", {"to": "ann@people.example", "first_name": "Ann"}),
        ("sms", "deposit_request", {"to": "+15105550123", "first_name": "Ann"}),
    ]
    assert not any("ann@" in str(row.payload) for row in rows)


def test_p7_creation_is_audited(station):
    booking = book(make_request(station))
    rows = StationAuditLog.objects.filter(resource_type="booking").order_by("created_at", "pk")
    assert [(row.action, row.resource_id, row.actor_label, row.station_id) for row in rows] == [
        ("create", str(booking.pk), "guest", station.pk),
        ("update", str(booking.pk), "guest", station.pk),
    ]


def test_t2_staff_may_book_without_asking_for_the_deposit(station):
    staff = make_actor(UserRole.STATION_MANAGER, station)
    booking = book(
        make_request(station, ask_deposit=False, terms_accepted=False, source="phone", notes="VIP"), by=staff
    )
    assert (booking.status, booking.version, booking.source) == ("new", 1, "phone")
    assert (booking.created_by_id, booking.notes) == (staff.id, "VIP")
    assert "terms" not in booking.metadata
    assert Deposit.objects.get().requested_at is None
    assert not OutboxMessage.objects.exists()


def test_s10_without_a_station_the_nearest_takes_the_party(station):
    make_selling_station(postal_code="90001", latitude="33.9700000", longitude="-118.2500000")
    request = replace(make_request(station), station_id=None)
    assert book(request).station == station


def test_s3_lanes_fill_from_the_lowest_free_one(station):
    station.slot_capacity = 3
    station.save()
    first, second, third = (book(make_request(station)) for _ in range(3))
    assert [first.lane, second.lane, third.lane] == [1, 2, 3]
    SlotClaim.objects.filter(booking=second).delete()
    Booking.objects.filter(pk=second.pk).update(status="completed")
    assert book(make_request(station)).lane == 2


def test_s3_a_lowered_capacity_evicts_nobody_and_stops_new_claims(station):
    station.slot_capacity = 2
    station.save()
    first, second = book(make_request(station)), book(make_request(station))
    station.slot_capacity = 1
    station.save()
    with pytest.raises(exceptions.SlotTaken):
        book(make_request(station))
    SlotClaim.objects.filter(booking=first).delete()
    Booking.objects.filter(pk=first.pk).update(status="completed")
    assert SlotClaim.objects.get().booking_id == second.pk
    # One party still stands there, in lane 2: that is all the station takes now.
    with pytest.raises(exceptions.SlotTaken):
        book(make_request(station))
    SlotClaim.objects.all().delete()
    Booking.objects.filter(pk=second.pk).update(status="completed")
    assert book(make_request(station)).lane == 1


def test_d4_d5_the_loser_gets_alternatives_and_writes_no_customer(station):
    book(make_request(station))
    with pytest.raises(exceptions.SlotTaken) as caught:
        book(make_request(station, email="late@people.example"))
    refusal = caught.value
    assert (refusal.code, refusal.status, refusal.headers) == ("slot_taken", 409, {})
    assert refusal.extra == {
        "lead_captured": False,
        "alternatives": [
            {"date": "2026-06-06", "slot": "15:00", "starts_at": "2026-06-06T22:00:00Z"},
            {"date": "2026-06-06", "slot": "18:00", "starts_at": "2026-06-07T01:00:00Z"},
            {"date": "2026-06-06", "slot": "21:00", "starts_at": "2026-06-07T04:00:00Z"},
            {"date": "2026-06-05", "slot": "12:00", "starts_at": "2026-06-05T19:00:00Z"},
            {"date": "2026-06-07", "slot": "12:00", "starts_at": "2026-06-07T19:00:00Z"},
            {"date": "2026-06-04", "slot": "12:00", "starts_at": "2026-06-04T19:00:00Z"},
        ],
    }
    assert (Booking.objects.count(), Customer.objects.count(), SlotClaim.objects.count()) == (1, 1, 1)


def test_d6_the_lost_booking_reaches_the_handler_with_its_contact_encrypted(station, leads):
    book(make_request(station))
    request = make_request(station, kids=2, email="late@people.example", phone="+15105550199")
    with pytest.raises(exceptions.SlotTaken) as caught:
        book(request)
    assert caught.value.extra["lead_captured"] is True
    event = DomainEvent.objects.get(event_type="booking.failed")
    assert event.payload == {
        "reason": "slot_taken",
        "station_id": str(station.pk),
        "date": "2026-06-06",
        "slot": "12:00:00",
        "source": "website",
        "party_adults": 8,
        "party_kids": 2,
        "party_toddlers": 0,
        "budget_cents": 59_538,
    }
    row = OutboxMessage.objects.get(event=event)
    assert (row.target, row.destination, row.payload) == ("internal", "leads.capture", event.payload)
    assert row.private_payload == {
        "first_name": "Ann",
        "last_name": "Lee",
        "email": "late@people.example",
        "phone": "+15105550199",
        "postal_code": "94539",
    }


def test_d6_q10_an_address_out_of_reach_is_captured(station, leads):
    with pytest.raises(exceptions.OutsideServiceArea) as caught:
        book(make_request(station, postal_code="10001"))
    assert caught.value.extra["lead_captured"] is True
    assert [failure["reason"] for failure in failures()] == ["outside_service_area"]
    with pytest.raises(exceptions.OutsideServiceArea):
        book(replace(make_request(station, postal_code="10001"), station_id=None))
    assert [failure["station_id"] for failure in failures()] == [str(station.pk), None]


def test_d6_an_accident_is_captured_and_told_without_details(station):
    with pytest.raises(InternalError) as caught:
        book(make_request(station, source="carrier pigeon"))
    assert isinstance(caught.value.__cause__, ValueError)
    assert "pigeon" not in caught.value.detail
    assert [(failure["reason"], failure["budget_cents"]) for failure in failures()] == [("error", 59_538)]
    assert not SlotClaim.objects.exists()


def test_d6_an_accident_before_the_price_is_known(station):
    with pytest.raises(InternalError):
        book(make_request(station, adults="many"))
    assert [(failure["reason"], failure["budget_cents"]) for failure in failures()] == [("error", None)]


def test_d6_an_accident_that_cannot_be_stored_rises(station):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE events.domain_events ADD CONSTRAINT planted CHECK (false) NOT VALID")
    with pytest.raises(IntegrityError, match="planted"):
        book(make_request(station))


def test_d6_a_failing_capture_leaves_the_409(station, leads, caplog):
    book(make_request(station))
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE events.domain_events ADD CONSTRAINT planted CHECK (false) NOT VALID")
    with pytest.raises(exceptions.SlotTaken) as caught:
        book(make_request(station))
    assert caught.value.extra["lead_captured"] is False
    assert len(caught.value.extra["alternatives"]) == 6


def test_d6_refusals_by_rule_are_no_failures(station):
    for wrong in (
        {"adults": 51},
        {"date": date(2026, 5, 2)},
        {"allergens": ()},
        {"terms_accepted": False},
        {"postal_code": "00000"},
        {"phone": "12"},
    ):
        with pytest.raises((exceptions.DomainError, ValidationFailed)):
            book(make_request(station, **wrong))
    assert not DomainEvent.objects.exists()
    assert not Customer.objects.exists()


def test_s4_override_waives_the_lead_time_and_is_kept(station):
    manager = make_actor(UserRole.STATION_MANAGER, station)
    request = make_request(station, override_reason="Regular, chef agreed")
    late = datetime(2026, 6, 6, 18, tzinfo=UTC)
    with pytest.raises(exceptions.LeadTimeTooShort):
        book(replace(request, override_reason=""), by=manager, at=late)
    booking = book(request, by=manager, at=late)
    assert booking.override_reason == "Regular, chef agreed"
    assert booking.booking_window == "urgent"
    assert book(make_request(station, slot=time(21)), by=manager, at=NOW).override_reason is None


def test_s4_a_customer_books_like_the_public(station):
    customer = make_actor(UserRole.CUSTOMER)
    with pytest.raises(exceptions.LeadTimeTooShort):
        book(make_request(station), by=customer, at=datetime(2026, 6, 5, 12, tzinfo=UTC))
    assert book(make_request(station), by=customer).created_by_id == customer.id


def test_q15_a_quote_that_changed_books_nothing(station):
    request = make_request(station)
    accepted = quote_request(station=station, request=request, by=GUEST, at=NOW).quote_hash
    with pytest.raises(exceptions.QuoteChanged) as caught:
        book(replace(request, quote_hash="0" * 64))
    assert caught.value.extra["quote"]["quote_hash"] == accepted
    assert not Booking.objects.exists()
    booking = book(replace(request, quote_hash=accepted))
    assert booking.metadata["quote"]["quote_hash"] == accepted


def test_q5_rules_become_adjustments(station):
    rule = DynamicPricingRule.objects.create(
        name="Saturday", weekdays=[6], effect="percent", percent=Decimal("15.00")
    )
    booking = book(make_request(station, adults=10))
    row = PriceAdjustment.objects.get()
    assert (row.booking_id, row.kind, row.rule_id, row.amount_cents) == (booking.pk, "rule", rule.pk, 8_250)
    assert booking.total_due_cents == 68_468


class OneCoupon:
    """Fake of the coupons floor: one code, and a list of who redeemed it."""

    def __init__(self):
        self.redeemed = []

    def terms(self, *, code, station_id, email, at):
        return CouponTerms(code=code, percent=Decimal(10), cap_cents=10_000, minimum_cents=55_000)

    def redeem(self, *, code, booking_id, by, at):
        self.redeemed.append((code, booking_id))


def test_rv8_a_coupon_is_redeemed_with_the_booking(station, monkeypatch):
    with pytest.raises(exceptions.CouponInvalid):
        book(make_request(station, coupon_code="SUMMER"))
    desk = OneCoupon()
    monkeypatch.setattr(coupons, "_filler", desk)
    booking = book(make_request(station, adults=10, coupon_code="SUMMER"))
    assert desk.redeemed == [("SUMMER", booking.pk)]
    row = PriceAdjustment.objects.get()
    assert (row.kind, row.coupon_code, row.amount_cents) == ("coupon", "SUMMER", -5_500)


def test_bk2_a_known_customer_is_met_again(station):
    first = book(make_request(station, email="ann@people.example", first_name="Ann"))
    again = book(make_request(station, email="ANN@people.example", first_name="Anna", slot=time(15)))
    assert again.customer_id == first.customer_id
    assert Customer.objects.get().first_name == "Anna"


def test_bk2_a_guest_does_not_rename_a_verified_account(station):
    book(make_request(station, email="ann@people.example"))
    UserFactory(email="ann@people.example")
    book(make_request(station, email="ann@people.example", first_name="Mallory", slot=time(15)))
    assert Customer.objects.get().first_name == "Ann"


def test_requested_chef_must_cook_for_the_station(station):
    other = make_selling_station()
    mine = Chef.objects.create(station=station, name="Ken", email="ken@example.com")
    anywhere = Chef.objects.create(name="Mai", email="mai@example.com")
    theirs = Chef.objects.create(station=other, name="Bo", email="bo@example.com")
    booking = book(make_request(station, requested_chef_id=mine.pk))
    assert booking.metadata["requested_chef_id"] == str(mine.pk)
    book(make_request(station, requested_chef_id=anywhere.pk, slot=time(15)))
    with pytest.raises(ValidationFailed) as caught:
        book(make_request(station, requested_chef_id=theirs.pk, slot=time(18)))
    assert [error.pointer for error in caught.value.errors] == ["/requested_chef_id"]


def test_unknown_station_is_not_found(station):
    with pytest.raises(NotFound):
        book(replace(make_request(station), station_id=NOW and UserFactory().pk))


def test_bk5_deadlines_close_to_the_party(station):
    at = datetime(2026, 6, 5, 18, tzinfo=UTC)
    booking = book(make_request(station), by=SystemActor("test"), at=at)
    assert booking.customer_deposit_deadline == at + timedelta(hours=2)
    assert booking.internal_deadline == at + timedelta(hours=2)


def test_statement_count_of_a_new_customer(station):
    request = make_request(station)
    with CaptureQueriesContext(connection) as queries:
        book(request)
    statements = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    assert len(statements) == 5
