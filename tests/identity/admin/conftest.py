import pytest

from tests.common.admin.world import build_world


@pytest.fixture
def world(db):
    return build_world()


@pytest.fixture
def owner(client, world):
    client.force_login(world.owner, backend="identity.backends.StaffBackend")
    return client


@pytest.fixture
def admin(client, world):
    client.force_login(world.admin, backend="identity.backends.StaffBackend")
    return client
