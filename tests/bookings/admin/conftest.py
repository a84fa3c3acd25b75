import pytest

from tests.common.admin.world import build_world


@pytest.fixture
def world(db):
    return build_world()


@pytest.fixture
def booking(world):
    return world.a.rows["booking"]


@pytest.fixture
def confirmed(world):
    return world.a.rows["confirmed"]


@pytest.fixture
def client(client, world):
    client.force_login(world.manager, backend="identity.backends.StaffBackend")
    return client
