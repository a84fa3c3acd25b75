import pytest

from identity.enums import UserRole
from tests.factories.identity import StationFactory, make_staff
from tests.pages import enter


@pytest.fixture
def station(db):
    return StationFactory()


@pytest.fixture
def support(station):
    return enter(make_staff(UserRole.CUSTOMER_SUPPORT, station))


@pytest.fixture
def manager(station):
    return enter(make_staff(UserRole.STATION_MANAGER, station))
