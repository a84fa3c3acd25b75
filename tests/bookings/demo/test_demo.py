"""The demo is a long play: it is performed once, and one test looks at all of it."""

from collections import Counter
from datetime import UTC, datetime

import pytest
from django.contrib.auth.hashers import check_password
from django.db.models import Q

from bookings.demo import load_demo
from bookings.demo.cast import STATIONS
from bookings.enums import BookingStatus, HoldStatus
from bookings.models import Booking, Chef, Customer, Deposit, Payment, ReservationHold
from bookings.selectors.slot_proof import prove_slots
from bookings.services.reference_data import load_price_list
from identity.enums import UserRole
from identity.models import Station, User
from identity.selectors import actor_for
from identity.services.reference_data import load_roles
from tests.factories.identity import StationFactory, UserFactory

NOW = datetime(2026, 5, 1, 19, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def test_the_demo_fills_an_empty_database() -> None:
    load_roles()
    load_price_list()
    demo = load_demo(at=NOW)
    assert demo is not None
    assert (demo.stations, demo.chefs, demo.customers, demo.bookings, demo.holds) == (3, 8, 60, 200, 7)
    check_stations()
    check_bookings()
    check_accounts(demo)
    assert load_demo(at=NOW) is None
    assert Booking.objects.count() == 200


def check_stations():
    stations = list(Station.objects.select_related("travel_fee_configuration").order_by("code"))
    assert [station.code for station in stations] == [
        "ST-FREMONT-001",
        "ST-SACRAMENTO-001",
        "ST-SANDIEGO-001",
    ]
    assert {station.state for station in stations} == {"CA"}
    assert {station.timezone for station in stations} == {"America/Los_Angeles"}
    assert len({station.travel_fee_configuration.max_service_distance for station in stations}) == len(
        STATIONS
    )
    assert Chef.objects.filter(station=None).count() == 1


def check_bookings():
    states = Counter(Booking.objects.values_list("status", flat=True))
    assert states == {
        BookingStatus.COMPLETED: 74,
        BookingStatus.NO_SHOW: 8,
        BookingStatus.CANCELLED: 27,
        BookingStatus.CONFIRMED: 67,
        BookingStatus.NEW: 7,
        BookingStatus.DEPOSIT_PENDING: 17,
    }
    assert Booking.objects.filter(hold_on_request=True).count() == 5
    assert Booking.objects.filter(cancellation_status="requested").count() == 5
    assert Counter(ReservationHold.objects.values_list("status", flat=True)) == {
        HoldStatus.PENDING: 4,
        HoldStatus.SIGNED: 3,
    }
    # Nothing that happened lies ahead of the clock, nothing that is over is still to come.
    over = Q(status__in=[BookingStatus.COMPLETED, BookingStatus.NO_SHOW])
    assert not Booking.objects.filter(over, starts_at__gt=NOW).exists()
    assert (
        not Booking.objects.filter(~over, starts_at__lt=NOW).exclude(status=BookingStatus.CANCELLED).exists()
    )
    assert not Booking.objects.filter(Q(created_at__gt=NOW) | Q(cancelled_at__gt=NOW)).exists()
    waiting = Booking.objects.filter(status__in=[BookingStatus.NEW, BookingStatus.DEPOSIT_PENDING])
    assert not waiting.filter(internal_deadline__lt=NOW).exists()
    assert Deposit.objects.count() == 200
    assert Payment.objects.count() == 2 * 74 + 8 + 67
    proof = prove_slots(station=None, start=None, end=None)
    assert (proof.bookings, proof.holds, proof.findings) == (91, 7, ())


def check_accounts(demo):
    assert [login.role for login in demo.logins] == list(UserRole.values)
    users = {user.role: user for user in User.objects.all()}
    assert all(check_password(login.password, users[login.role].password) for login in demo.logins)
    assert len({login.password for login in demo.logins}) == len(demo.logins)
    fremont = Station.objects.get(code="ST-FREMONT-001")
    manager = actor_for(users[UserRole.STATION_MANAGER])
    assert manager.scope("booking.read").stations == frozenset({fremont.pk})
    assert actor_for(users[UserRole.ADMIN]).scope("booking.read").stations == frozenset(
        Station.objects.values_list("pk", flat=True)
    )
    assert Booking.objects.visible_to(actor_for(users[UserRole.CHEF])).exists()
    assert Customer.objects.visible_to(actor_for(users[UserRole.CUSTOMER])).exists()


@pytest.mark.parametrize("inhabitant", [StationFactory, UserFactory])
def test_a_database_somebody_uses_stays_as_it_is(inhabitant) -> None:
    load_roles()
    load_price_list()
    inhabitant(**({"roles": []} if inhabitant is UserFactory else {}))
    assert load_demo(at=NOW) is None
    assert Station.objects.count() + User.objects.count() == 1
