"""H-1 to H-5: a slot kept while the agreement is signed and the deposit paid."""

from dataclasses import replace
from datetime import time, timedelta
from decimal import Decimal
from hashlib import sha256
from uuid import UUID

import pytest

from bookings import exceptions
from bookings.models import (
    Booking,
    BookingReminder,
    Customer,
    Deposit,
    DynamicPricingRule,
    Payment,
    PriceAdjustment,
    PricingTier,
    ReservationHold,
    SlotClaim,
)
from bookings.requests import BookingRequest, MenuChoice
from bookings.selectors.holds import get_hold, get_hold_by_token, list_holds
from bookings.services.agreements import CURRENT, agreement_of
from bookings.services.bookings import create_booking
from bookings.services.holds import (
    cancel_hold,
    convert_hold,
    create_hold,
    expire_holds,
    pay_hold,
    sign_hold,
    warn_holds,
)
from common.actors import GuestActor
from common.context import RequestContext, request_context
from common.crypto.blind_index import ip_hash
from common.exceptions import InvalidTransition, NotFound, ValidationFailed, VersionConflict
from events.models import DomainEvent, OutboxMessage
from events.registry import JobReport
from identity.enums import UserRole
from identity.selectors import actor_for
from tests.factories.bookings import DAY, NOON, NOW, make_request, make_selling_station, signature_of
from tests.factories.identity import UserFactory, make_actor

pytestmark = pytest.mark.django_db
GUEST = GuestActor()
MINUTE = timedelta(minutes=1)


@pytest.fixture
def station():
    return make_selling_station()


@pytest.fixture
def manager(station):
    return make_actor(UserRole.STATION_MANAGER, station)


def hold_slot(station, *, at=NOW, by=GUEST, **fields):
    return create_hold(request=make_request(station, **fields), by=by, at=at)


def sign(hold, *, at=NOW, **values):
    return sign_hold(
        hold=hold,
        by=GUEST,
        at=at,
        **{**signature_of(hold.station, " Ann Lee "), **values},
    )


def signed_hold(station, **fields):
    hold, _token = hold_slot(station, **fields)
    return sign(hold)


def claims():
    return list(SlotClaim.objects.order_by("lane").values_list("lane", "booking_id", "hold_id"))


def event_types(subject):
    rows = DomainEvent.objects.filter(aggregate_id=subject.pk).order_by("version")
    return list(rows.values_list("event_type", flat=True))


def test_h1_create_keeps_the_slot_and_the_request(station):
    hold, token = hold_slot(
        station, kids=2, sms_consent=True, email="ann@people.example", terms_accepted=False
    )
    stored = ReservationHold.objects.get()
    assert UUID(token).version == 4
    assert {
        name: getattr(stored, name)
        for name in [
            "station_id",
            "customer_id",
            "date",
            "slot",
            "lane",
            "status",
            "cancellation_reason",
            "name",
            "email",
            "party_adults",
            "party_kids",
            "party_toddlers",
            "deposit_cents",
            "currency",
            "sms_consent",
            "sms_consent_timestamp",
            "signing_token_hash",
            "signing_deadline_at",
            "expires_at",
            "agreement_signed_at",
            "payment_deadline_at",
            "converted_to_booking_id",
        ]
    } == {
        "station_id": station.pk,
        "customer_id": None,
        "date": DAY,
        "slot": NOON,
        "lane": 1,
        "status": "pending",
        "cancellation_reason": None,
        "name": "Ann Lee",
        "email": "ann@people.example",
        "party_adults": 8,
        "party_kids": 2,
        "party_toddlers": 0,
        "deposit_cents": 10_000,
        "currency": "USD",
        "sms_consent": True,
        "sms_consent_timestamp": NOW,
        "signing_token_hash": sha256(token.encode()).hexdigest(),
        "signing_deadline_at": NOW + timedelta(hours=2),
        "expires_at": NOW + timedelta(hours=2),
        "agreement_signed_at": None,
        "payment_deadline_at": None,
        "converted_to_booking_id": None,
    }
    assert BookingRequest.from_json(stored.request).email == "ann@people.example"
    assert claims() == [(1, None, hold.pk)]
    assert event_types(hold) == ["hold.created"]
    assert not Customer.objects.exists()


def test_h1_the_token_travels_only_encrypted(station):
    hold, token = hold_slot(station, email="ann@people.example")
    row = OutboxMessage.objects.get()
    assert (row.target, row.destination) == ("email", "hold_signing_link")
    assert row.private_payload == {"to": "ann@people.example", "name": "Ann Lee", "token": token}
    assert token not in str(row.payload)
    assert token not in str(DomainEvent.objects.get(aggregate_id=hold.pk).payload)


def test_h1_the_loser_of_a_slot_gets_alternatives(station):
    create_booking(request=make_request(station), by=GUEST, at=NOW)
    with pytest.raises(exceptions.SlotTaken) as caught:
        hold_slot(station)
    assert [found["slot"] for found in caught.value.extra["alternatives"]][:3] == ["15:00", "18:00", "21:00"]
    assert caught.value.extra["lead_captured"] is False
    assert not ReservationHold.objects.exists()


def test_h1_an_address_out_of_reach_leaves_a_failure(station):
    with pytest.raises(exceptions.OutsideServiceArea):
        hold_slot(station, postal_code="10001")
    assert DomainEvent.objects.get().event_type == "booking.failed"


def test_h1_two_live_holds_per_contact(station):
    contact = {"email": "ann@people.example", "phone": "+15105550100"}
    hold_slot(station, **contact)
    second, _token = hold_slot(station, slot=NOON.replace(hour=15), **contact)
    evening = NOON.replace(hour=18)
    for same in ({"email": "ANN@people.example"}, {"phone": "(510) 555-0100"}):
        with pytest.raises(exceptions.HoldLimitReached) as caught:
            hold_slot(station, slot=evening, **same)
        assert (caught.value.code, caught.value.extra) == ("hold_limit_reached", {"limit": 2})
    hold_slot(station, slot=evening)
    cancel_hold(hold=second, by=GUEST, at=NOW)
    assert hold_slot(station, slot=second.slot, **contact)


def test_h1_an_overdue_hold_no_longer_counts(station):
    contact = {"email": "ann@people.example", "phone": "+15105550100"}
    hold_slot(station, **contact)
    hold_slot(station, slot=NOON.replace(hour=15), **contact)
    later = NOW + timedelta(hours=2) + MINUTE
    assert hold_slot(station, slot=NOON.replace(hour=18), at=later, **contact)


def test_h2_sign_starts_the_time_to_pay(station):
    hold, _token = hold_slot(station)
    at = NOW + timedelta(hours=2)
    with request_context(RequestContext(request_id="r" * 8, client_ip="192.0.2.7")):
        sign(hold, at=at)
    stored = ReservationHold.objects.get()
    assert (stored.status, stored.agreement_signed_at, stored.agreement_version) == ("signed", at, CURRENT)
    assert stored.agreement_text_hash == agreement_of(station).text_hash
    assert stored.signer_name == "Ann Lee"
    assert bytes(stored.signer_ip_hash) == ip_hash("192.0.2.7")
    assert stored.payment_deadline_at == stored.expires_at == at + timedelta(hours=4)
    assert event_types(hold) == ["hold.created", "hold.signed"]


@pytest.mark.parametrize(
    ("values", "pointer"),
    [
        ({"signer_name": "  "}, "/signer_name"),
        ({"signer_name": "x" * 201}, "/signer_name"),
        ({"agreement_version": ""}, "/agreement_version"),
        ({"agreement_version": "2019-01"}, "/agreement_version"),
        ({"agreement_text_hash": "abc"}, "/agreement_text_hash"),
        ({"agreement_text_hash": "0" * 64}, "/agreement_text_hash"),
    ],
)
def test_h2_a_signature_under_nothing_that_was_shown_is_refused(station, values, pointer):
    hold, _token = hold_slot(station)
    with pytest.raises(ValidationFailed) as caught:
        sign(hold, **values)
    assert [error.pointer for error in caught.value.errors] == [pointer]


def test_h2_h5_moves_that_do_not_exist(station):
    hold = signed_hold(station)
    with pytest.raises(InvalidTransition) as caught:
        sign(hold)
    assert caught.value.extra == {"from": "signed", "allowed": ["converted", "expired", "cancelled"]}
    cancel_hold(hold=hold, by=GUEST, at=NOW)
    with pytest.raises(InvalidTransition) as caught:
        cancel_hold(hold=hold, by=GUEST, at=NOW)
    assert caught.value.extra == {"from": "cancelled", "allowed": []}
    unsigned, _token = hold_slot(station)
    with pytest.raises(InvalidTransition):
        convert_hold(hold=unsigned, by=GUEST, at=NOW)


def test_h4_a_deadline_passed_refuses_every_move(station, manager):
    hold, token = hold_slot(station)
    late = NOW + timedelta(hours=2) + MINUTE
    moves = (
        lambda: sign(hold, at=late),
        lambda: cancel_hold(hold=hold, by=GUEST, at=late),
        lambda: convert_hold(hold=hold, by=manager, at=late),
        lambda: get_hold_by_token(token=token, at=late),
    )
    for move in moves:
        with pytest.raises(exceptions.HoldExpired) as caught:
            move()
        assert (caught.value.code, caught.value.status) == ("hold_expired", 410)
    assert get_hold_by_token(token=token, at=NOW + timedelta(hours=2)) == hold


def test_h4_expire_holds_frees_the_lanes_of_the_overdue(station):
    pending, token = hold_slot(station)
    signed = signed_hold(station, slot=NOON.replace(hour=15))
    assert expire_holds(at=NOW + timedelta(hours=2)) == JobReport(done=0)
    assert expire_holds(at=NOW + timedelta(hours=2) + MINUTE) == JobReport(done=1)
    assert claims() == [(1, None, signed.pk)]
    assert expire_holds(at=NOW + timedelta(hours=4) + MINUTE) == JobReport(done=1)
    assert claims() == []
    assert set(ReservationHold.objects.values_list("status", "cancellation_reason")) == {
        ("expired", "signing_timeout"),
        ("expired", "payment_timeout"),
    }
    assert event_types(pending) == ["hold.created", "hold.expired"]
    mail = OutboxMessage.objects.filter(destination="hold_expired").order_by("created_at").first()
    assert mail.private_payload == {"to": pending.email, "name": "Ann Lee"}
    with pytest.raises(exceptions.HoldExpired):
        get_hold_by_token(token=token, at=NOW)
    assert expire_holds(at=NOW + timedelta(days=9)) == JobReport(done=0)


def warnings():
    """Destination, payload and recipient of every warning, oldest first."""
    rows = OutboxMessage.objects.filter(destination__endswith="_warning").order_by("created_at")
    return [(row.destination, row.payload["deadline"], row.private_payload) for row in rows]


def test_h4_one_warning_an_hour_before_each_deadline(station):
    hold, _token = hold_slot(station, email="ann@people.example")
    hour, second = timedelta(hours=1), timedelta(seconds=1)
    private = {"to": "ann@people.example", "name": "Ann Lee"}
    signing = ("hold_signing_warning", (NOW + 2 * hour).isoformat(), private)
    payment = ("hold_payment_warning", (NOW + 6 * hour).isoformat(), private)
    assert warn_holds(at=NOW + hour - second) == JobReport()
    assert warn_holds(at=NOW + hour) == JobReport(done=1)
    assert warn_holds(at=NOW + hour + MINUTE) == JobReport()
    assert warnings() == [signing]
    hold.refresh_from_db()
    assert (hold.signing_warning_sent_at, hold.payment_warning_sent_at) == (NOW + hour, None)
    sign(hold, at=NOW + 2 * hour)
    assert warn_holds(at=NOW + 5 * hour - second) == JobReport()
    assert warn_holds(at=NOW + 6 * hour) == JobReport(done=1)
    assert warn_holds(at=NOW + 6 * hour) == JobReport()
    assert warnings() == [signing, payment]
    hold.refresh_from_db()
    assert (hold.signing_warning_sent_at, hold.payment_warning_sent_at) == (NOW + hour, NOW + 6 * hour)
    assert event_types(hold) == ["hold.created", "hold.signed"]


def test_h4_nobody_is_warned_too_late_or_for_nothing(station):
    hold_slot(station)
    gone, _token = hold_slot(station, slot=NOON.replace(hour=15))
    cancel_hold(hold=gone, by=GUEST, at=NOW)
    assert warn_holds(at=NOW + timedelta(hours=2) + MINUTE) == JobReport()
    assert warn_holds(at=NOW + timedelta(hours=2)) == JobReport(done=1)


def test_h4_a_claim_expires_the_overdue_hold_of_its_slot(station):
    hold, _token = hold_slot(station)
    other = signed_hold(station, slot=NOON.replace(hour=15))
    at_deadline = NOW + timedelta(hours=2)
    with pytest.raises(exceptions.SlotTaken):
        create_booking(request=make_request(station), by=GUEST, at=at_deadline)
    booking = create_booking(request=make_request(station), by=GUEST, at=at_deadline + MINUTE)
    hold.refresh_from_db()
    assert (hold.status, hold.cancellation_reason) == ("expired", "signing_timeout")
    assert set(claims()) == {(1, booking.pk, None), (1, None, other.pk)}


def test_h5_cancel_by_token_and_by_staff(station, manager):
    mine, _token = hold_slot(station)
    theirs, _token = hold_slot(station, slot=NOON.replace(hour=15))
    cancel_hold(hold=mine, by=GUEST, at=NOW)
    cancel_hold(hold=theirs, by=manager, at=NOW, expected_updated_at=theirs.updated_at)
    reasons = dict(ReservationHold.objects.values_list("pk", "cancellation_reason"))
    assert reasons == {mine.pk: "user_cancelled", theirs.pk: "admin_cancelled"}
    assert claims() == []
    assert event_types(mine) == ["hold.created", "hold.cancelled"]


def test_api7_a_stale_hold_is_refused(station, manager):
    hold = signed_hold(station)
    with pytest.raises(VersionConflict) as caught:
        cancel_hold(hold=hold, by=manager, at=NOW, expected_updated_at=NOW - MINUTE)
    assert caught.value.extra == {"current_version": int(NOW.timestamp() * 1_000_000)}
    with pytest.raises(VersionConflict):
        convert_hold(hold=hold, by=manager, at=NOW, expected_updated_at=NOW - MINUTE)


def test_a_hold_that_is_gone_is_not_found(station):
    with pytest.raises(NotFound):
        cancel_hold(hold=ReservationHold(station=station, date=DAY, slot=NOON), by=GUEST, at=NOW)


def test_h3_staff_convert_a_signed_hold_unpaid(station, manager):
    DynamicPricingRule.objects.create(
        name="Saturday", weekdays=[6], effect="percent", percent=Decimal("15.00")
    )
    menu = MenuChoice(proteins={"chicken": 20})
    hold = signed_hold(station, adults=10, menu=menu, sms_consent=True)
    PricingTier.objects.update(price_per_guest_cents=9_900)
    at = NOW + timedelta(hours=3)
    booking = convert_hold(hold=hold, by=manager, at=at)
    hold.refresh_from_db()
    assert (booking.status, booking.version, booking.lane) == ("deposit_pending", 2, 1)
    assert (booking.total_due_cents, booking.deposit_due_cents) == (68_468, 10_000)
    assert booking.menu_items == [{"kind": "protein", "code": "chicken", "quantity": 20}]
    assert booking.customer_deposit_deadline == at + timedelta(hours=2)
    # H-2: the terms were accepted by signing.
    assert booking.metadata["terms"] == {"accepted_at": NOW.isoformat(), "agreement_version": CURRENT}
    assert (hold.status, hold.converted_to_booking_id, hold.customer_id) == (
        "converted",
        booking.pk,
        booking.customer_id,
    )
    assert PriceAdjustment.objects.get().amount_cents == 8_250
    assert Deposit.objects.get().status == "pending"
    assert claims() == [(1, booking.pk, None)]
    assert event_types(hold) == ["hold.created", "hold.signed", "hold.converted"]
    assert event_types(booking) == ["booking.created", "booking.deposit_requested"]


@pytest.fixture
def ann(station):
    """A customer whom a verified account owns."""
    owner = UserFactory(email="ann@people.example")
    by = actor_for(owner)
    create_booking(
        request=make_request(station, slot=time(21), email=owner.email, phone="+15105550100"), by=by, at=NOW
    )
    return by


def convert(hold, manager):
    return convert_hold(hold=hold, by=manager, at=NOW)


def pay(hold, manager):
    return pay_hold(hold=hold, method="cash", reference="R-1", by=manager, at=NOW)


@pytest.mark.parametrize("make_booking", [convert, pay])
@pytest.mark.parametrize(
    ("creator", "expected"),
    [
        ("guest", ("Ann", "+15105550100")),
        ("stranger", ("Ann", "+15105550100")),
        ("owner", ("Eve", "+15105559999")),
        ("manager", ("Eve", "+15105559999")),
    ],
)
def test_bk2_converting_gives_the_word_of_a_hold_no_more_weight(
    station, manager, ann, creator, expected, make_booking
):
    """BK-2: only the owner's or the staff's own word changes the row of a verified account."""
    actors = {"guest": GUEST, "stranger": make_actor(UserRole.CUSTOMER), "owner": ann, "manager": manager}
    hold, _token = hold_slot(
        station, by=actors[creator], first_name="Eve", email="ann@people.example", phone="+15105559999"
    )
    booking = make_booking(sign(hold), manager)
    customer = Customer.objects.get()
    assert (customer.first_name, customer.phone) == expected
    assert booking.customer_id == customer.pk


def test_bk2_a_hold_of_nobody_known_is_a_guests(station, manager, ann):
    hold = signed_hold(station, first_name="Eve", email="ann@people.example", phone="+15105559999")
    del hold.metadata["claimant"]
    hold.save()
    convert(hold, manager)
    assert Customer.objects.get().first_name == "Ann"


def test_h3_a_paid_hold_becomes_a_confirmed_booking(station, manager):
    hold = signed_hold(station)
    booking = pay_hold(hold=hold, method="zelle", reference="Z-1", by=manager, at=NOW)
    stored = Booking.objects.get()
    hold.refresh_from_db()
    assert (stored.status, stored.deposit_confirmed_at, stored.deposit_confirmed_by_id) == (
        "confirmed",
        NOW,
        manager.id,
    )
    assert event_types(booking) == ["booking.created", "booking.confirmed"]
    assert (
        hold.status,
        hold.deposit_paid_at,
        hold.deposit_payment_method,
        hold.deposit_payment_reference,
    ) == (
        "converted",
        NOW,
        "zelle",
        "Z-1",
    )
    payment = Payment.objects.get()
    assert (
        payment.booking_id,
        payment.hold_id,
        payment.amount_cents,
        payment.status,
        payment.payment_type,
    ) == (
        booking.pk,
        hold.pk,
        10_000,
        "completed",
        "deposit",
    )
    assert Deposit.objects.get().status == "confirmed"
    assert BookingReminder.objects.count() == 3
    assert claims() == [(1, booking.pk, None)]
    with pytest.raises(InvalidTransition):
        pay_hold(hold=hold, method="zelle", reference="Z-2", by=manager, at=NOW)


def test_h3_py6_amounts(station, manager):
    hold = signed_hold(station)
    with pytest.raises(ValidationFailed) as caught:
        pay_hold(hold=hold, method="cash", reference="R-1", amount_cents=9_999, by=manager, at=NOW)
    assert [error.pointer for error in caught.value.errors] == ["/amount_cents"]
    with pytest.raises(exceptions.Overpayment):
        pay_hold(hold=hold, method="cash", reference="R-1", amount_cents=59_539, by=manager, at=NOW)
    assert not Booking.objects.exists()
    assert pay_hold(hold=hold, method="cash", reference="R-1", amount_cents=59_538, by=manager, at=NOW)


def test_d3_a_hold_without_its_claim_cannot_convert(station, manager):
    hold = signed_hold(station)
    SlotClaim.objects.all().delete()
    with pytest.raises(exceptions.SlotTaken):
        convert_hold(hold=hold, by=manager, at=NOW)
    assert not Booking.objects.exists()


def test_holds_of_other_stations_are_out_of_reach(station, manager):
    hold, token = hold_slot(station)
    foreign, _token = hold_slot(make_selling_station())
    assert list(list_holds(manager)) == [hold]
    assert get_hold(manager, hold.pk) == hold
    with pytest.raises(NotFound):
        get_hold(manager, foreign.pk)
    assert not list_holds(GUEST).exists()
    with pytest.raises(NotFound):
        get_hold_by_token(token=token + "x", at=NOW)


def test_requests_survive_their_journey_through_json(station):
    request = make_request(
        station,
        latitude=Decimal("37.5"),
        longitude=Decimal("-121.9"),
        requested_time=NOON,
        requested_chef_id=station.pk,
        menu=MenuChoice(proteins={"chicken": 16}, addons={"gyoza": 2}),
    )
    assert BookingRequest.from_json(request.as_json()) == request
    bare = replace(request, station_id=None, latitude=None, longitude=None, requested_time=None)
    assert BookingRequest.from_json(bare.as_json()) == bare
