"""BK-9, BK-10, BK-12, T5: asking, deciding, and what follows."""

from datetime import timedelta

import pytest

from bookings.enums import BookingStatus, DepositStatus
from bookings.exceptions import CancellationAlreadyRequested, CancellationTooLate, SelfApprovalForbidden
from bookings.models import BookingReminder, Deposit, Payment, SlotClaim
from bookings.ports import coupons
from bookings.services.cancellations import approve_cancellation, reject_cancellation, request_cancellation
from bookings.services.payments import record_payment
from common.actors import SystemActor
from common.exceptions import InvalidTransition, ValidationFailed, VersionConflict
from events.models import OutboxMessage
from identity.enums import UserRole
from identity.models import StationAuditLog
from tests.bookings.parties import (
    NOW,
    events_of,
    make_actor,
    make_booking,
    make_customer,
    make_station,
    make_user,
)

pytestmark = pytest.mark.django_db
REASON = "The birthday was moved"
SYSTEM = SystemActor("test")


@pytest.fixture
def station():
    return make_station()


@pytest.fixture
def manager(station):
    return make_actor(stations=[station])


@pytest.fixture
def other(station):
    return make_actor(stations=[station])


@pytest.fixture
def host():
    return make_actor(
        UserRole.CUSTOMER,
        user=make_user(UserRole.CUSTOMER, email="ann@example.com", email_verified_at=NOW),
    )


def ask(booking, by, *, at=NOW, code="customer_request", version=None):
    return request_cancellation(
        booking=booking, reason=REASON, reason_code=code, expected_version=version, by=by, at=at
    )


def approve(booking, by, *, at=NOW, version=None, note=""):
    return approve_cancellation(booking=booking, expected_version=version, by=by, at=at, note=note)


def pay(booking, cents):
    return record_payment(
        booking=booking, amount_cents=cents, method="zelle", reference="Z-1", by=SYSTEM, at=NOW
    )


def messages():
    rows = OutboxMessage.objects.filter(target__in=("email", "sms")).order_by("sequence", "id")
    return [(row.target, row.destination) for row in rows]


def test_bk9_a_request_is_kept_and_the_slot_stays(station, manager):
    booking = make_booking(station, status="confirmed")
    asked = ask(booking, manager, version=1)
    asked.refresh_from_db()
    assert (
        asked.status,
        asked.version,
        asked.cancellation_status,
        asked.cancellation_requested_at,
        asked.cancellation_requested_by_id,
        asked.cancellation_reason_code,
        asked.cancellation_reason,
    ) == ("confirmed", 2, "requested", NOW, manager.id, "customer_request", REASON)
    assert SlotClaim.objects.filter(booking=booking).exists()
    assert events_of(booking.pk) == [
        (
            "booking.cancellation_requested",
            {"reference": booking.reference, "reason_code": "customer_request", "status": "confirmed"},
        )
    ]
    row = StationAuditLog.objects.get()
    assert (row.permissions_used, row.reason) == (["booking.request_cancel"], REASON)
    with pytest.raises(CancellationAlreadyRequested):
        ask(booking, manager)


@pytest.mark.parametrize("code", ["deposit_timeout", "boredom", ""])
def test_bk9_kinds_of_reasons(station, manager, code):
    with pytest.raises(ValidationFailed) as refusal:
        ask(make_booking(station), manager, code=code)
    assert [error.pointer for error in refusal.value.errors] == ["/reason_code"]


def test_bk9_a_reason_has_ten_characters(station, manager):
    with pytest.raises(ValidationFailed):
        request_cancellation(
            booking=make_booking(station),
            reason="too short",
            reason_code="other",
            expected_version=1,
            by=manager,
            at=NOW,
        )


@pytest.mark.parametrize("status", ["completed", "no_show"])
def test_bk9_nothing_to_cancel_after_the_end(station, manager, status):
    with pytest.raises(InvalidTransition):
        ask(make_booking(station, status=status), manager)


def test_bk9_hosts_until_a_day_before_staff_until_the_start(station, manager, host):
    customer = make_customer(station, email="ann@example.com")
    booking = make_booking(station, status="confirmed", customer=customer)
    with pytest.raises(CancellationTooLate) as refusal:
        ask(booking, host, at=booking.starts_at - timedelta(hours=24) + timedelta(microseconds=1))
    assert refusal.value.extra == {"cutoff_at": "2026-06-05T19:00:00+00:00"}
    with pytest.raises(CancellationTooLate):
        ask(booking, manager, at=booking.starts_at + timedelta(microseconds=1))
    assert ask(booking, host, at=booking.starts_at - timedelta(hours=24)).version == 2


def test_bk9_a_hosts_unpaid_booking_is_cancelled_at_once(station, host):
    booking = make_booking(station, customer=make_customer(station, email="ann@example.com"))
    gone = ask(booking, host)
    gone.refresh_from_db()
    assert (gone.status, gone.version, gone.cancelled_at, gone.cancelled_by_id, gone.cancellation_status) == (
        "cancelled",
        3,
        NOW,
        None,
        "approved",
    )
    assert Deposit.objects.get().status == DepositStatus.WAIVED
    assert not SlotClaim.objects.exists()
    assert [name for name, _payload in events_of(booking.pk)] == [
        "booking.cancellation_requested",
        "booking.cancelled",
    ]
    assert messages() == [("email", "booking_cancelled")]


def test_bk9_not_at_once_when_money_came_or_is_on_its_way_or_staff_ask(station, host, manager):
    station.slot_capacity = 5
    customer = make_customer(station, email="ann@example.com")
    paid, under_way, confirmed, by_staff = (
        make_booking(station, customer=customer, lane=lane, status=status)
        for lane, status in enumerate(
            ("deposit_pending", "deposit_pending", "confirmed", "deposit_pending"), start=1
        )
    )
    pay(paid, 4_000)
    Payment.objects.create(
        booking=under_way, payment_type="deposit", payment_method="card", status="processing", amount_cents=1
    )
    assert ask(paid, host).status == "deposit_pending"
    assert ask(under_way, host).status == "deposit_pending"
    assert ask(confirmed, host).status == "confirmed"
    assert ask(by_staff, manager).status == "deposit_pending"


def test_bk10_approver_is_not_requester_super_admins_exempt(station, manager, other):
    booking = make_booking(station, status="confirmed")
    with pytest.raises(InvalidTransition, match="Nobody has asked"):
        approve(booking, other)
    ask(booking, manager)
    with pytest.raises(SelfApprovalForbidden) as refusal:
        approve(booking, manager)
    assert (refusal.value.status, refusal.value.code) == (403, "self_approval_forbidden")
    with pytest.raises(SelfApprovalForbidden):
        reject_cancellation(booking=booking, reason=REASON, expected_version=None, by=manager, at=NOW)
    with pytest.raises(VersionConflict):
        approve(booking, other, version=1)
    assert approve(booking, other, version=2, note=" spoke on the phone ").status == "cancelled"
    booking.refresh_from_db()
    assert (booking.cancelled_by_id, booking.cancellation_note) == (other.id, "spoke on the phone")
    owner = make_actor(UserRole.SUPER_ADMIN)
    mine = make_booking(station, status="confirmed")
    ask(mine, owner)
    assert approve(mine, owner).status == "cancelled"


def test_t5_in_time_everything_is_refunded(station, manager, other):
    booking = make_booking(station, sms_consent=True, sms_consent_timestamp=NOW)
    pay(booking, 10_000)
    pay(booking, 15_000)
    assert BookingReminder.objects.filter(status="pending").count() == 3
    cutoff = booking.starts_at - timedelta(days=4)
    ask(booking, manager, at=cutoff)
    approve(booking, other, at=cutoff + timedelta(days=2))
    booking.refresh_from_db()
    deposit = Deposit.objects.get()
    assert (booking.status, deposit.status, deposit.settle_reason, deposit.settled_by_id) == (
        BookingStatus.CANCELLED,
        DepositStatus.REFUNDED,
        "Cancelled in time: customer request",
        other.id,
    )
    assert not SlotClaim.objects.exists()
    assert set(BookingReminder.objects.values_list("status", flat=True)) == {"cancelled"}
    refunds = Payment.objects.filter(payment_type="refund").order_by("amount_cents")
    assert [(row.amount_cents, row.status, row.refund_reason) for row in refunds] == [
        (10_000, "pending", f"Cancellation of {booking.reference}"),
        (15_000, "pending", f"Cancellation of {booking.reference}"),
    ]
    name, payload = events_of(booking.pk)[-1]
    assert (name, payload) == (
        "booking.cancelled",
        {
            "reference": booking.reference,
            "from": "confirmed",
            "reason_code": "customer_request",
            "refund_cents": 25_000,
            "deposit": "refunded",
            "in_time": True,
        },
    )
    told = [row for row in messages() if row[1] == "booking_cancelled"]
    assert told == [("email", "booking_cancelled"), ("sms", "booking_cancelled")]


def test_t5_late_the_deposit_is_forfeited(station, manager, other):
    booking = make_booking(station)
    pay(booking, 10_000)
    pay(booking, 15_000)
    late = booking.starts_at - timedelta(days=4) + timedelta(seconds=1)
    ask(booking, manager, at=late)
    approve(booking, other, at=late)
    assert Deposit.objects.get().status == DepositStatus.FORFEITED
    assert list(Payment.objects.filter(payment_type="refund").values_list("amount_cents", flat=True)) == [
        15_000
    ]


def test_bk14_a_locked_deposit_counts_as_late(station, manager, other):
    booking = make_booking(station, metadata={"deposit_locked": True})
    pay(booking, 10_000)
    ask(booking, manager)
    approve(booking, other)
    assert Deposit.objects.get().status == DepositStatus.FORFEITED
    assert not Payment.objects.filter(payment_type="refund").exists()


def test_bk10_a_rejected_request_is_gone_and_the_host_is_told(station, host, manager):
    booking = make_booking(
        station, status="confirmed", customer=make_customer(station, email="ann@example.com")
    )
    ask(booking, host)
    left = reject_cancellation(
        booking=booking, reason="The menu is bought already", expected_version=2, by=manager, at=NOW
    )
    left.refresh_from_db()
    assert (
        left.status,
        left.version,
        left.cancellation_status,
        left.cancellation_requested_at,
        left.cancellation_requested_by_id,
        left.cancellation_reason_code,
        left.cancellation_reason,
        left.cancellation_rejected_by_id,
        left.cancellation_rejection_reason,
    ) == ("confirmed", 3, "rejected", None, None, None, None, manager.id, "The menu is bought already")
    assert events_of(booking.pk)[-1] == (
        "booking.cancellation_rejected",
        {"reference": booking.reference, "reason_code": "customer_request"},
    )
    assert messages() == [("email", "cancellation_rejected")]
    assert ask(booking, host).cancellation_status != "approved"


def test_bk10_staff_who_asked_need_no_mail(station, manager, other):
    booking = make_booking(station, status="confirmed")
    ask(booking, manager)
    reject_cancellation(booking=booking, reason=REASON, expected_version=None, by=other, at=NOW)
    assert messages() == []


class KeptCoupons:
    def __init__(self):
        self.returned = []

    def give_back(self, *, code, booking_id, by, at):
        self.returned.append((code, booking_id, at))


def test_t5_a_coupon_is_given_back(station, manager, other, monkeypatch):
    booking = make_booking(station, metadata={"quote": {"coupon_terms": {"code": "SUMMER"}}})
    ask(booking, manager)
    kept = KeptCoupons()
    monkeypatch.setattr(coupons, "_filler", kept)
    approve(booking, other)
    assert kept.returned == [("SUMMER", booking.pk, NOW)]
