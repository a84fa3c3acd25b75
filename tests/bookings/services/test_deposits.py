import pytest

from bookings.enums import BookingStatus, DepositStatus, PaymentMethod, PaymentType, ReminderType
from bookings.models import BookingReminder, Deposit, Payment, SlotClaim
from bookings.services.deposits import confirm_deposit, request_deposit
from common.exceptions import InvalidTransition, NotFound, PermissionDenied, ValidationFailed, VersionConflict
from events.models import OutboxMessage
from identity.enums import UserRole
from identity.models import StationAuditLog
from tests.bookings.parties import NOW, events_of, make_actor, make_booking, make_customer, make_station

pytestmark = pytest.mark.django_db


@pytest.fixture
def station():
    return make_station()


@pytest.fixture
def manager(station):
    return make_actor(stations=[station])


def test_t2_asks_for_the_deposit_and_sends_the_link(station, manager):
    customer = make_customer(station, email="ann@example.com", phone="+15105550111")
    booking = make_booking(
        station, customer=customer, status="new", sms_consent=True, sms_consent_timestamp=NOW
    )
    Deposit.objects.update(requested_at=None)

    changed = request_deposit(booking=booking, expected_version=1, by=manager, at=NOW)

    assert (changed.status, changed.version) == (BookingStatus.DEPOSIT_PENDING, 2)
    assert Deposit.objects.get(booking=booking).requested_at == NOW
    assert events_of(booking.pk) == [
        ("booking.deposit_requested", {"reference": booking.reference, "deposit_cents": 10_000})
    ]
    rows = OutboxMessage.objects.order_by("target")
    assert [(row.target, row.destination, row.private_payload["to"]) for row in rows] == [
        ("email", "deposit_request", "ann@example.com"),
        ("sms", "deposit_request", "+15105550111"),
    ]
    assert "ann@example.com" not in str([row.payload for row in rows])


def test_t2_needs_a_deposit(station, manager):
    booking = make_booking(station, status="new", deposit_due_cents=0)
    with pytest.raises(InvalidTransition) as refusal:
        request_deposit(booking=booking, expected_version=1, by=manager, at=NOW)
    assert refusal.value.extra == {"from": "new", "allowed": ["deposit_pending", "confirmed", "cancelled"]}


def test_t2_only_from_new(station, manager):
    booking = make_booking(station)
    with pytest.raises(InvalidTransition) as refusal:
        request_deposit(booking=booking, expected_version=1, by=manager, at=NOW)
    assert refusal.value.extra == {"from": "deposit_pending", "allowed": ["confirmed", "cancelled"]}


@pytest.mark.parametrize("status", ["new", "deposit_pending"])
def test_t3_confirms_and_records_the_deposit(station, manager, status):
    booking = make_booking(
        station,
        status=status,
        hold_on_request=True,
        held_at=NOW,
        held_by_id=manager.id,
        hold_reason="Waits for a check",
    )

    changed = confirm_deposit(
        booking=booking, method="zelle", reference="Z-77", expected_version=1, by=manager, at=NOW
    )

    booking.refresh_from_db()
    assert (changed.status, changed.version) == (booking.status, booking.version) == ("confirmed", 2)
    assert (booking.deposit_confirmed_at, booking.deposit_confirmed_by_id) == (NOW, manager.id)
    assert (booking.hold_on_request, booking.held_at, booking.held_by, booking.hold_reason) == (
        False,
        None,
        None,
        None,
    )
    payment = Payment.objects.get()
    assert (payment.booking, payment.amount_cents, payment.payment_type, payment.payment_method) == (
        booking,
        10_000,
        PaymentType.DEPOSIT,
        PaymentMethod.ZELLE,
    )
    deposit = Deposit.objects.get()
    assert (
        deposit.status,
        deposit.payment,
        deposit.payment_method,
        deposit.reference,
        deposit.paid_at,
        deposit.settled_at,
        deposit.settled_by_id,
        deposit.settle_reason,
    ) == (DepositStatus.CONFIRMED, payment, "zelle", "Z-77", NOW, NOW, manager.id, None)
    assert list(
        BookingReminder.objects.order_by("scheduled_for").values_list("reminder_type", flat=True)
    ) == [ReminderType.EMAIL, ReminderType.EMAIL, ReminderType.BOTH]
    assert events_of(booking.pk) == [
        (
            "booking.confirmed",
            {
                "reference": booking.reference,
                "from": status,
                "to": "confirmed",
                "deposit_cents": 10_000,
                "total_cents": 60_000,
                "waived": False,
            },
        )
    ]
    audit = StationAuditLog.objects.get(resource_type="booking")
    assert (audit.user_id, audit.station_id, audit.action, audit.permissions_used) == (
        manager.id,
        station.pk,
        "update",
        ["booking.confirm_deposit"],
    )


def test_t3_records_only_what_the_ledger_lacks(station, manager):
    booking = make_booking(station)
    Payment.objects.create(
        booking=booking,
        payment_type="deposit",
        payment_method="cash",
        status="completed",
        amount_cents=4_000,
        completed_at=NOW,
    )
    confirm_deposit(booking=booking, method="cash", reference="R", expected_version=1, by=manager, at=NOW)
    assert sorted(Payment.objects.values_list("amount_cents", flat=True)) == [4_000, 6_000]


def test_t3_without_deposit_needs_neither_method_nor_reference(station, manager):
    booking = make_booking(station, deposit_due_cents=0)
    assert confirm_deposit(booking=booking, expected_version=1, by=manager, at=NOW).status == "confirmed"
    assert not Payment.objects.exists()


def test_t3_wants_method_and_reference(station, manager):
    booking = make_booking(station)
    with pytest.raises(ValidationFailed) as refusal:
        confirm_deposit(booking=booking, expected_version=1, by=manager, at=NOW)
    assert [error.pointer for error in refusal.value.errors] == ["/method", "/reference"]
    booking.refresh_from_db()
    assert (booking.status, booking.version) == ("deposit_pending", 1)


def test_t3_waive_leaves_the_ledger_empty(station, manager):
    booking = make_booking(station)
    confirm_deposit(
        booking=booking, waive=True, reason="  Regular of ten years ", expected_version=1, by=manager, at=NOW
    )
    deposit = Deposit.objects.get()
    assert (deposit.status, deposit.settle_reason, deposit.paid_at, deposit.payment, deposit.settled_at) == (
        DepositStatus.WAIVED,
        "Regular of ten years",
        None,
        None,
        NOW,
    )
    assert not Payment.objects.exists()
    assert events_of(booking.pk)[0][1]["waived"] is True
    audit = StationAuditLog.objects.get(resource_type="booking")
    assert (audit.permissions_used, audit.reason) == (["booking.override"], "Regular of ten years")


def test_t3_waive_needs_the_override_at_this_station(station):
    booking = make_booking(station)
    for actor in (
        make_actor(UserRole.CUSTOMER_SUPPORT, stations=[station], link="customer_support"),
        make_actor(stations=[make_station()]),
    ):
        with pytest.raises(PermissionDenied):
            confirm_deposit(
                booking=booking,
                waive=True,
                reason="Regular of ten years",
                expected_version=1,
                by=actor,
                at=NOW,
            )


def test_t3_waive_needs_a_reason(station, manager):
    with pytest.raises(ValidationFailed):
        confirm_deposit(
            booking=make_booking(station), waive=True, reason="no", expected_version=1, by=manager, at=NOW
        )


@pytest.mark.parametrize(
    ("status", "allowed"),
    [
        ("confirmed", ["completed", "no_show", "cancelled", "deposit_pending"]),
        ("completed", ["no_show"]),
        ("no_show", []),
    ],
)
def test_t3_refuses_other_states(station, manager, status, allowed):
    booking = make_booking(station, status=status)
    with pytest.raises(InvalidTransition) as refusal:
        confirm_deposit(booking=booking, method="cash", reference="R", expected_version=1, by=manager, at=NOW)
    assert refusal.value.extra == {"from": status, "allowed": allowed}


def test_t3_needs_its_claim(station, manager):
    booking = make_booking(station)
    SlotClaim.objects.all().delete()
    with pytest.raises(InvalidTransition, match="not claimed"):
        confirm_deposit(booking=booking, method="cash", reference="R", expected_version=1, by=manager, at=NOW)
    assert not Payment.objects.exists()


def test_bk3_stale_version_is_refused(station, manager):
    booking = make_booking(station, version=4)
    with pytest.raises(VersionConflict) as refusal:
        confirm_deposit(booking=booking, method="cash", reference="R", expected_version=3, by=manager, at=NOW)
    assert refusal.value.extra == {"current_version": 4}


def test_deleted_booking_is_not_there(station, manager):
    booking = make_booking(station, status="completed", deleted_at=NOW, delete_reason="Entered twice")
    with pytest.raises(NotFound):
        confirm_deposit(booking=booking, method="cash", reference="R", expected_version=1, by=manager, at=NOW)
