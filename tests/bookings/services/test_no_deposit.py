"""T3 without money: a party that owes no deposit does not wait for one."""

import pytest

from bookings.models import Booking, BookingReminder, Deposit, Payment
from bookings.services.agreements import CURRENT
from bookings.services.bookings import create_booking
from bookings.services.holds import convert_hold, create_hold, pay_hold, sign_hold
from common.actors import GuestActor
from common.exceptions import ValidationFailed
from identity.enums import UserRole
from identity.models import StationAuditLog
from tests.bookings.parties import events_of
from tests.factories.bookings import NOW, make_request, make_selling_station, signature_of
from tests.factories.identity import make_actor

pytestmark = pytest.mark.django_db
GUEST = GuestActor()


@pytest.fixture
def station():
    return make_selling_station(settings={"deposit_cents": 0})


@pytest.fixture
def manager(station):
    return make_actor(UserRole.STATION_MANAGER, station)


@pytest.fixture
def hold(station):
    hold, _token = create_hold(request=make_request(station), by=GUEST, at=NOW)
    return sign_hold(
        hold=hold,
        **signature_of(hold.station),
        by=GUEST,
        at=NOW,
    )


def names(booking):
    return [name for name, _payload in events_of(booking.pk)]


@pytest.mark.parametrize("ask_deposit", [True, False])
def test_t3_a_booking_is_confirmed_at_once(station, ask_deposit):
    booking = create_booking(request=make_request(station, ask_deposit=ask_deposit), by=GUEST, at=NOW)
    stored = Booking.objects.get()
    assert (booking.status, stored.status, stored.version) == ("confirmed", "confirmed", 2)
    assert (stored.deposit_due_cents, stored.deposit_confirmed_at) == (0, NOW)
    assert Deposit.objects.values_list("status", "amount_cents", "settled_at").get() == ("confirmed", 0, NOW)
    assert names(booking) == ["booking.created", "booking.confirmed"]
    assert BookingReminder.objects.count() == 3
    assert not Payment.objects.exists()


def test_h3_a_hold_is_paid_by_nothing(hold, manager):
    booking = pay_hold(hold=hold, method="", reference="", by=manager, at=NOW)
    hold.refresh_from_db()
    assert (hold.status, hold.converted_to_booking_id, hold.deposit_paid_at) == (
        "converted",
        booking.pk,
        None,
    )
    assert (Booking.objects.get().status, Payment.objects.count()) == ("confirmed", 0)
    assert names(booking) == ["booking.created", "booking.confirmed"]


def test_h3_money_for_such_a_hold_is_recorded_all_the_same(hold, manager):
    pay_hold(hold=hold, method="cash", reference=" R-1 ", amount_cents=500, by=manager, at=NOW)
    assert Payment.objects.values_list("amount_cents", "payment_reference").get() == (500, "R-1")
    assert Booking.objects.get().status == "confirmed"


def test_py6_no_hold_is_paid_by_less_than_nothing(hold, manager):
    with pytest.raises(ValidationFailed):
        pay_hold(hold=hold, method="cash", reference="R-1", amount_cents=-1, by=manager, at=NOW)


def test_h3_an_unpaid_hold_is_confirmed_too(hold, manager):
    booking = convert_hold(hold=hold, by=manager, at=NOW)
    assert (Booking.objects.get().status, names(booking)) == (
        "confirmed",
        ["booking.created", "booking.confirmed"],
    )
    rows = StationAuditLog.objects.filter(resource_type="booking").order_by("created_at", "pk")
    assert [row.permissions_used for row in rows] == [["hold.manage"], ["hold.manage"]]


def test_h2_the_version_of_the_agreement_is_trimmed(hold):
    hold.refresh_from_db()
    assert hold.agreement_version == CURRENT
