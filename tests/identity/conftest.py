from datetime import UTC, datetime

import pytest

from identity.services.reference_data import load_roles
from tests.factories.identity import StationFactory


@pytest.fixture
def at():
    """Return the instant at which the tests of this app happen."""
    return datetime(2026, 3, 2, 18, 30, 0, 123456, tzinfo=UTC)


@pytest.fixture
def roles(db):
    """Load the reference data of section 1."""
    load_roles()


@pytest.fixture
def station(roles):
    return StationFactory()


@pytest.fixture
def other_station(roles):
    return StationFactory()
