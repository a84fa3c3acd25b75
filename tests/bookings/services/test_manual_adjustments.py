import pytest

from bookings.enums import BookingStatus, PriceAdjustmentKind
from bookings.models import Booking, Deposit, Payment, PriceAdjustment
from bookings.services.bookings import create_booking
from bookings.services.life_cycle import hold_booking
from bookings.services.manual_adjustments import adjust_price
from bookings.services.reference_data import load_price_list
from common.actors import GuestActor
from common.exceptions import InvalidTransition, PermissionDenied, ValidationFailed, VersionConflict
from identity.enums import UserRole
from tests.bookings.parties import events_of, make_booking
from tests.factories.bookings import NOW, make_request
from tests.factories.identity import StationFactory, make_actor

REASON = "The stove broke down."

pytestmark = pytest.mark.django_db


@pytest.fixture
def station():
    load_price_list()
    return StationFactory()


@pytest.fixture
def booking(station):
    return create_booking(request=make_request(station, adults=10), by=GuestActor(), at=NOW)


@pytest.fixture
def manager(station):
    return make_actor(UserRole.STATION_MANAGER, station)


def adjust(booking, by, cents=-5_000, reason=REASON, version=None):
    return adjust_price(
        booking=booking, amount_cents=cents, reason=reason, expected_version=version, by=by, at=NOW
    )


def test_q17_a_reduction_is_taxed_recorded_and_announced(booking, manager) -> None:
    before = booking.total_due_cents
    changed = adjust(booking, manager, version=booking.version)
    assert changed.total_due_cents == before - 5_413
    stored = Booking.objects.get()
    assert (stored.total_due_cents, stored.version) == (changed.total_due_cents, booking.version + 1)
    assert stored.metadata["quote"]["total_cents"] == changed.total_due_cents
    row = PriceAdjustment.objects.get()
    assert (row.kind, row.amount_cents, row.reason, row.applied_by_id) == (
        PriceAdjustmentKind.MANUAL,
        -5_000,
        REASON,
        manager.id,
    )
    assert events_of(booking.pk)[-1] == (
        "booking.adjusted",
        {
            "reference": booking.reference,
            "amount_cents": -5_000,
            "total_before_cents": before,
            "total_cents": changed.total_due_cents,
        },
    )


def test_q17_adjustments_add_up(booking, manager) -> None:
    before = booking.total_due_cents
    adjust(booking, manager, cents=10_000)
    adjust(booking, manager, cents=-10_000)
    assert Booking.objects.get().total_due_cents == before
    assert PriceAdjustment.objects.count() == 2


def test_q17_q8_the_deposit_follows_a_small_total(booking, manager) -> None:
    adjust(booking, manager, cents=-55_000)
    stored = Booking.objects.get()
    assert (stored.total_due_cents, stored.deposit_due_cents) == (0, 0)
    assert Deposit.objects.get().amount_cents == 0


def test_q17_the_base_never_falls_below_zero(booking, manager) -> None:
    with pytest.raises(ValidationFailed):
        adjust(booking, manager, cents=-55_001)
    assert not PriceAdjustment.objects.exists()
    assert Booking.objects.get().total_due_cents == booking.total_due_cents


@pytest.mark.parametrize(("cents", "reason"), [(0, REASON), (100, "too short"), (100, "   spaces   ")])
def test_q17_amount_and_reason_are_needed(booking, manager, cents, reason) -> None:
    with pytest.raises(ValidationFailed):
        adjust(booking, manager, cents=cents, reason=reason)


def test_q17_needs_the_right_at_this_station(booking) -> None:
    for by in (
        make_actor(UserRole.STATION_MANAGER, StationFactory()),
        make_actor(UserRole.CUSTOMER_SUPPORT, booking.station),
        GuestActor(),
    ):
        with pytest.raises(PermissionDenied):
            adjust(booking, by)


def test_a_finished_booking_keeps_its_price(station, manager) -> None:
    done = make_booking(station, status=BookingStatus.COMPLETED)
    with pytest.raises(InvalidTransition):
        adjust(done, manager)


def test_bk3_a_stale_version_is_refused(booking, manager) -> None:
    hold_booking(booking=booking, reason=REASON, expected_version=None, by=manager, at=NOW)
    with pytest.raises(VersionConflict):
        adjust(booking, manager, version=booking.version)


def test_t3_a_reduction_below_what_was_paid_confirms(booking, manager) -> None:
    Payment.objects.create(
        booking=booking,
        payment_type="deposit",
        payment_method="cash",
        status="completed",
        amount_cents=5_413,
        completed_at=NOW,
    )
    changed = adjust(booking, manager, cents=-50_000)
    stored = Booking.objects.get()
    assert (stored.total_due_cents, stored.deposit_due_cents) == (5_413, 5_413)
    assert (changed.status, stored.status) == (BookingStatus.CONFIRMED, BookingStatus.CONFIRMED)
    assert Deposit.objects.values_list("status", "amount_cents").get() == ("confirmed", 5_413)
    assert [name for name, _payload in events_of(booking.pk)][-2:] == [
        "booking.adjusted",
        "booking.confirmed",
    ]
