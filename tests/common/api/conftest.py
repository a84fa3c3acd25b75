import json

import pytest
from django.test import Client

from tests.common.api import kit

KEY = "0123456789abcdef"


class API(Client):
    """A client that speaks JSON; `auth` is what it says it is."""

    def __init__(self, auth: str = "", **kwargs) -> None:
        super().__init__(raise_request_exception=False, **kwargs)
        self.auth = auth

    def call(self, method: str, path: str, body: object = None, *, key: str = "", **headers: str):
        extra = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.auth:
            extra["Authorization"] = self.auth
        if key:
            extra["Idempotency-Key"] = key
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        return self.generic(
            method, path, data, content_type=extra.pop("content-type", "application/json"), headers=extra
        )


@pytest.fixture(autouse=True)
def kit_urls(settings) -> None:
    settings.ROOT_URLCONF = "tests.common.api.kit"
    kit.Effects.calls = 0


@pytest.fixture
def guest() -> API:
    return API()


@pytest.fixture
def staff() -> API:
    return API("Test admin hook.read,hook.create,hook.update")
