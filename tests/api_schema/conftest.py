"""The document of the whole product, and its operations one by one."""

import json
from typing import Any, NamedTuple

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from common.api.documentation import openapi_document
from common.api.schema_parts import codes_of
from tests.api_schema.fuzzing import load


class Operation(NamedTuple):
    """One entry of the document."""

    method: str
    path: str
    body: dict[str, Any]
    schemas: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def parameters(self) -> dict[str, dict[str, Any]]:
        return {parameter["name"]: parameter for parameter in self.body.get("parameters", ())}

    @property
    def responses(self) -> dict[str, dict[str, Any]]:
        return self.body["responses"]

    @property
    def successes(self) -> dict[str, dict[str, Any]]:
        return {status: found for status, found in self.responses.items() if status < "300"}

    @property
    def bodies(self) -> dict[str, Any]:
        return self.body.get("requestBody", {}).get("content", {})

    @property
    def is_limited(self) -> bool:
        """Health alone is exempt from limits (API-8)."""
        return not self.path.startswith("/health/")

    def codes(self, status: int) -> list[str]:
        """The problem codes of one status."""
        content = self.responses.get(str(status), {}).get("content", {})
        if "application/problem+json" not in content:
            return []
        return codes_of(content["application/problem+json"], self.schemas)


@pytest.fixture(scope="session")
def document(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        return json.loads(openapi_document())


@pytest.fixture(scope="session")
def operations(document):
    return [
        Operation(method, path, body, document["components"]["schemas"])
        for path, methods in document["paths"].items()
        for method, body in methods.items()
    ]


@pytest.fixture
def undocumented(settings):
    """Without the tests' own doorkeeper: schemathesis is to find what does not fit."""
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.startswith("tests.")]
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)  # the test's transaction is theirs too
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def described(document, undocumented):
    """The document as schemathesis reads it, served by the product in this process."""
    return load(document)
