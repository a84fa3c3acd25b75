import pytest
from django.test import Client

from tests.common.admin.world import build_world


@pytest.fixture
def world(db):
    return build_world()


@pytest.fixture
def enter():
    """Return a client whose session belongs to the account."""

    def enter(user):
        client = Client()
        client.force_login(user, backend="identity.backends.StaffBackend")
        return client

    return enter
