import pytest

from identity.enums import UserRole
from tests.bookings.api.clients import Caller
from tests.bookings.parties import make_actor
from tests.factories.identity import StationFactory
from tests.privacy.people import known_everywhere


@pytest.fixture
def station():
    return StationFactory()


@pytest.fixture
def person(station):
    """Somebody whom every table knows."""
    return known_everywhere(station)


@pytest.fixture
def admin(station):
    return Caller(make_actor(UserRole.ADMIN, stations=[station], link="admin"))


@pytest.fixture
def host(person):
    """The person, signed in."""
    return Caller(make_actor(UserRole.CUSTOMER, user=person.account))
