import pytest

from tests.supply.world import World


@pytest.fixture
def world():
    return World()
