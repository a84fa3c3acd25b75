import pytest

from identity.enums import UserRole
from tests.factories.identity import StationFactory, make_staff
from tests.pages import enter


@pytest.fixture
def station(db):
    return StationFactory(timezone="America/Los_Angeles")


@pytest.fixture
def admin(station):
    return enter(make_staff(UserRole.ADMIN, station))


@pytest.fixture
def support(station):
    return enter(make_staff(UserRole.CUSTOMER_SUPPORT, station))
