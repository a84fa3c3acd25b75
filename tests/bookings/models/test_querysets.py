"""R-2 to R-4, R-9: which rows an actor reaches; every case has rows of others that could leak."""

import pytest

from bookings.models import Booking, Chef, Customer, Payment, ReservationHold
from bookings.selectors.bookings import get_booking, list_bookings
from bookings.services.bookings import create_booking
from bookings.services.holds import create_hold
from common.actors import GuestActor, SystemActor
from common.exceptions import NotFound
from identity.enums import UserRole
from identity.selectors import actor_for
from identity.services.accounts import confirm_email, create_user
from tests.factories.bookings import NOW, make_request, make_selling_station
from tests.factories.identity import make_actor

pytestmark = pytest.mark.django_db
GUEST = GuestActor()


@pytest.fixture
def mine():
    return make_selling_station(slot_capacity=4)


@pytest.fixture
def theirs():
    return make_selling_station(slot_capacity=4)


def book(station, **fields):
    return create_booking(request=make_request(station, **fields), by=GUEST, at=NOW)


def pay(**owner):
    return Payment.objects.create(
        payment_type="deposit", payment_method="cash", amount_cents=100, status="pending", **owner
    )


@pytest.fixture
def world(mine, theirs):
    """The same rows at both stations."""
    rows = {}
    for name, station in (("mine", mine), ("theirs", theirs)):
        booking = book(station)
        hold, _token = create_hold(request=make_request(station), by=GUEST, at=NOW)
        chef = Chef.objects.create(station=station, name=name, email=f"{name}@chefs.example")
        rows[name] = {
            Booking: {booking},
            Customer: {booking.customer},
            ReservationHold: {hold},
            Chef: {chef},
            Payment: {pay(booking=booking), pay(hold=hold)},
        }
    return rows


MODELS = [Booking, Customer, ReservationHold, Chef, Payment]


@pytest.mark.parametrize("model", MODELS)
def test_r2_a_station_link_reaches_its_station_only(world, mine, model):
    manager = make_actor(UserRole.STATION_MANAGER, mine)
    assert set(model.objects.visible_to(manager)) == world["mine"][model]


@pytest.mark.parametrize("model", MODELS)
def test_r2_owner_and_system_reach_everything(world, model):
    everything = world["mine"][model] | world["theirs"][model]
    assert set(model.objects.visible_to(make_actor(UserRole.SUPER_ADMIN))) == everything
    assert set(model.objects.visible_to(SystemActor("job"))) == everything


@pytest.mark.parametrize("model", MODELS)
def test_r4_guests_reach_nothing(world, model):
    assert not model.objects.visible_to(GUEST).exists()


def test_r9_company_chefs_are_open_to_staff_of_the_company(world, mine):
    anywhere = Chef.objects.create(name="Mai", email="mai@chefs.example")
    assert set(Chef.objects.visible_to(make_actor(UserRole.STATION_MANAGER, mine))) == {
        *world["mine"][Chef],
        anywhere,
    }


def test_a_customer_reaches_what_hangs_on_the_verified_email_in_every_station(world, mine, theirs):
    here, there = book(mine, email="me@people.example"), book(theirs, email="Me@people.example")
    payment = pay(booking=here)
    me = make_actor(UserRole.CUSTOMER, email="me@people.example")
    assert set(Booking.objects.visible_to(me)) == {here, there}
    assert set(Customer.objects.visible_to(me)) == {here.customer, there.customer}
    assert set(Payment.objects.visible_to(me)) == {payment}
    assert not Chef.objects.visible_to(me).exists()
    assert not ReservationHold.objects.visible_to(me).exists()
    Customer.objects.filter(pk=there.customer_id).update(deleted_at=NOW, delete_reason="Asked for it")
    assert set(Booking.objects.visible_to(me)) == {here}


def test_an_unverified_email_opens_nothing(world, mine):
    book(mine, email="me@people.example")
    me = make_actor(UserRole.CUSTOMER, email="me@people.example", email_verified_at=None)
    assert not Booking.objects.visible_to(me).exists()


def test_a_chef_reaches_own_parties_and_own_row(world, mine):
    ken = Chef.objects.get(name="mine")
    party = book(mine)
    Booking.objects.filter(pk=party.pk).update(chef=ken)
    me = make_actor(UserRole.CHEF, email="mine@chefs.example")
    assert set(Booking.objects.visible_to(me)) == {party}
    assert set(Chef.objects.visible_to(me)) == {ken}
    assert not Customer.objects.visible_to(me).exists()


def test_r7_a_chef_account_opens_nothing_before_its_email_is_verified(world, mine, theirs):
    """An admin makes chef accounts, but the address of a chef elsewhere does not open that station."""
    party = book(theirs)
    Booking.objects.filter(pk=party.pk).update(chef=Chef.objects.get(name="theirs"))
    account = create_user(
        email="theirs@chefs.example", role="chef", by=make_actor(UserRole.ADMIN, mine), at=NOW
    )
    for model in MODELS:
        assert not model.objects.visible_to(actor_for(account)).exists()
    confirm_email(user=account, by=SystemActor("test"), at=NOW)
    assert set(Booking.objects.visible_to(actor_for(account))) == {party}


def test_a_code_for_own_rows_opens_no_table_that_people_do_not_own(world, mine):
    customer = make_actor(UserRole.CUSTOMER, email="me@people.example")
    assert not ReservationHold.objects.visible_to(customer, "booking.read").exists()


def test_live_hides_deleted_and_occupying_keeps_lanes(mine):
    kept, deleted, done = book(mine), book(mine), book(mine)
    Booking.objects.filter(pk=deleted.pk).update(deleted_at=NOW, delete_reason="planted")
    Booking.objects.filter(pk=done.pk).update(status="completed")
    assert set(Booking.objects.live()) == {kept, done}
    assert set(Booking.objects.occupying()) == {kept}


def test_r4_bookings_out_of_reach_are_not_found(world, mine):
    manager = make_actor(UserRole.STATION_MANAGER, mine)
    (own,), (foreign,) = world["mine"][Booking], world["theirs"][Booking]
    assert get_booking(manager, own.pk) == own
    with pytest.raises(NotFound):
        get_booking(manager, foreign.pk)
    Booking.objects.filter(pk=own.pk).update(deleted_at=NOW, delete_reason="planted")
    assert not list_bookings(manager).exists()
