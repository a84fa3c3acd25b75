"""The document of the whole product, and its operations one by one."""

import json
from typing import Any, NamedTuple

import pytest

from common.api.documentation import openapi_document


class Operation(NamedTuple):
    """One entry of the document."""

    method: str
    path: str
    body: dict[str, Any]

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
        return content["application/problem+json"]["schema"]["allOf"][1]["properties"]["code"]["enum"]


@pytest.fixture(scope="session")
def document(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        return json.loads(openapi_document())


@pytest.fixture(scope="session")
def operations(document):
    return [
        Operation(method, path, body)
        for path, methods in document["paths"].items()
        for method, body in methods.items()
    ]
