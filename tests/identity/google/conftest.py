import pytest
from rest_framework.test import APIClient

from identity.openid import _fetched_metadata
from tests.identity.google.provider import CLIENT_ID, CLIENT_SECRET, Provider


@pytest.fixture
def provider(settings, roles):
    """Run a provider of our own that the settings name."""
    _fetched_metadata.cache_clear()
    running = Provider()
    settings.GOOGLE_ISSUER = running.issuer
    settings.GOOGLE_CLIENT_ID, settings.GOOGLE_CLIENT_SECRET = CLIENT_ID, CLIENT_SECRET
    settings.SIGN_IN_RETURN_URLS = ["https://site.example/signed-in", "https://staff.example/in?app=1"]
    yield running
    running.stop()


@pytest.fixture
def client():
    return APIClient()
