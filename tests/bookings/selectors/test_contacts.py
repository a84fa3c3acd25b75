import pytest

from bookings.models import Chef, Customer
from bookings.selectors.chefs import get_chef, list_assignable_chefs, list_chefs, search_chefs
from bookings.selectors.contacts import find_contact_condition
from bookings.selectors.customers import get_customer, list_customers, search_customers
from common.exceptions import NotFound
from identity.enums import UserRole
from tests.bookings.parties import NOW, make_actor, make_chef, make_customer, make_station, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def station():
    return make_station()


@pytest.mark.parametrize("text", ["ann", "MH-0A1B2C3D", "12345", "", "+", "@", "555-not-a-number", "0000000"])
def test_p2_other_words_are_no_contact(text):
    assert find_contact_condition(text) is None or text == "@"


def test_p2_finds_a_customer_by_pasted_contact_or_name(station):
    ann = make_customer(
        station, first_name="Ann", last_name="Lee", email="ann@example.com", phone="+15105550111"
    )
    bob = make_customer(station, first_name="Bob", last_name="Leeds", phone="+15105550112")
    everybody = Customer.objects.order_by("created_at")

    def found(text):
        return list(search_customers(everybody, text))

    assert found(" ANN@example.com ") == found("(510) 555-0111") == found("+1 510 555 0111") == [ann]
    assert found("ann le") == [ann]
    assert found("lee") == [ann, bob]
    assert found("nobody@example.com") == found("zoe") == []


def test_r4_customers_within_reach(station):
    mine, other = make_customer(station), make_customer(make_station())
    gone = make_customer(station, deleted_at=NOW, delete_reason="Asked for it")
    manager = make_actor(stations=[station])
    assert list(list_customers(manager)) == [mine]
    assert get_customer(manager, mine.pk) == mine
    for hidden in (other, gone):
        with pytest.raises(NotFound):
            get_customer(manager, hidden.pk)


def test_r4_a_customer_finds_own_rows_of_every_station_by_verified_email(station):
    user = make_user(UserRole.CUSTOMER, email="ann@example.com", email_verified_at=NOW)
    mine = {make_customer(place, email="Ann@example.com").pk for place in (station, make_station())}
    make_customer(station)
    actor = make_actor(UserRole.CUSTOMER, user=user)
    assert set(list_customers(actor).values_list("pk", flat=True)) == mine
    user.email_verified_at = None
    user.save()
    assert list(list_customers(actor)) == []


def test_r4_chefs_within_reach(station):
    mine, company, other = make_chef(station), make_chef(None), make_chef(make_station())
    manager = make_actor(stations=[station])
    assert mine in list_chefs(manager)
    assert other not in list_chefs(manager)
    assert get_chef(manager, mine.pk) == mine
    with pytest.raises(NotFound):
        get_chef(manager, other.pk)
    user = make_user(UserRole.CHEF, email=company.email, email_verified_at=NOW)
    assert list(list_chefs(make_actor(UserRole.CHEF, user=user))) == [company]


def test_bk15_chefs_to_choose_from(station):
    mine, company = make_chef(station, name="A"), make_chef(None, name="B")
    make_chef(make_station())
    make_chef(station, is_active=False)
    make_chef(station, deleted_at=NOW, delete_reason="Left the company")
    assert set(list_assignable_chefs(station)) == {mine, company}


def test_p2_finds_a_chef_by_email_or_part_of_the_name(station):
    ken = make_chef(station, name="Ken Ito", email="ken@example.com")
    make_chef(station, name="Mia")
    everybody = Chef.objects.all()
    assert list(search_chefs(everybody, "KEN@example.com")) == list(search_chefs(everybody, "ito")) == [ken]
