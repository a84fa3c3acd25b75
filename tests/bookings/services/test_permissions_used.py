"""P-7: an audit row names the codes that really let somebody in."""

from datetime import timedelta

import pytest

from bookings.models import Customer
from bookings.services.bookings import create_booking
from bookings.services.holds import cancel_hold, convert_hold, create_hold, sign_hold
from common.actors import GuestActor
from identity.enums import UserRole
from identity.models import StationAuditLog
from tests.bookings.parties import after_start
from tests.factories.bookings import NOW, make_request, make_selling_station, signature_of
from tests.factories.identity import make_actor

pytestmark = pytest.mark.django_db
GUEST = GuestActor()
LOS_ANGELES = {"address": "1 Palm Ave, Los Angeles", "postal_code": "90012"}


@pytest.fixture
def station():
    return make_selling_station()


@pytest.fixture
def manager(station):
    return make_actor(UserRole.STATION_MANAGER, station)


def codes(resource, **filters):
    rows = StationAuditLog.objects.filter(resource_type=resource, **filters).order_by("created_at", "pk")
    return [row.permissions_used for row in rows]


@pytest.mark.parametrize(
    ("fields", "used"),
    [
        ({}, ["booking.create"]),
        ({"adults": 50}, ["booking.create"]),
        ({"adults": 51}, ["booking.create", "booking.override"]),
        (LOS_ANGELES, ["booking.create", "booking.override"]),
        ({"override_reason": "An old friend of the house"}, ["booking.create"]),
    ],
)
def test_p7_a_booking_names_the_override_when_a_rule_was_waived(station, manager, fields, used):
    create_booking(request=make_request(station, **fields), by=manager, at=NOW)
    assert codes("booking", action="create") == [used]


def test_p7_a_short_lead_time_is_waived_by_override(station, manager):
    booking = create_booking(request=make_request(station), by=manager, at=NOW)
    request = make_request(
        station, date=booking.date + timedelta(days=1), override_reason="An old friend of the house"
    )
    create_booking(request=request, by=manager, at=after_start(booking, hours=12))
    assert codes("booking", action="create") == [["booking.create"], ["booking.create", "booking.override"]]


def test_p7_a_converted_hold_names_what_converted_it(station, manager):
    hold, _token = create_hold(request=make_request(station), by=GUEST, at=NOW)
    sign_hold(
        hold=hold,
        **signature_of(hold.station),
        by=GUEST,
        at=NOW,
    )
    convert_hold(hold=hold, by=manager, at=NOW)
    assert codes("booking") == [["hold.manage"], ["hold.manage"]]
    assert codes("customer") == [["hold.manage"]]
    assert codes("reservationhold") == [[], [], ["hold.manage"]]


def test_p7_staff_hold_beyond_the_rules_by_override(station, manager):
    create_hold(request=make_request(station, adults=60), by=manager, at=NOW)
    assert codes("reservationhold") == [["hold.manage", "booking.override"]]


def test_p7_a_signed_in_customer_gives_a_hold_up_by_its_token(station):
    customer = make_actor(UserRole.CUSTOMER)
    hold, _token = create_hold(request=make_request(station), by=customer, at=NOW)
    cancel_hold(hold=hold, by=customer, at=NOW)
    assert codes("reservationhold") == [[], []]


def test_p7_a_chef_books_as_anybody_does(station):
    create_booking(request=make_request(station), by=make_actor(UserRole.CHEF), at=NOW)
    assert codes("booking", action="create") == [[]]
    assert Customer.objects.count() == 1
