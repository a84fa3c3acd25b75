"""API-9: what the document promises of every operation, asked of every operation."""

import json
import re

import pytest

from tests.api_schema.fuzz_world import FuzzWorld
from tests.bookings.api.clients import fresh_key
from tests.supply.world import NOWHERE, undone

pytestmark = pytest.mark.django_db

METHODS = ("get", "post", "put", "patch", "delete")


def path_of(operation):
    """A path of the operation that leads nowhere."""
    return re.sub(r"\{\w+\}", NOWHERE, operation.path)


def example_of(operation):
    """The body that the document shows, if it takes one."""
    media = next(iter(operation.bodies.values()), None)
    return None if media is None else next(iter(media["examples"].values()))["value"]


def ask(client, method, path, *, body=None, **headers):
    """Status and code of an answer; the world stays as it was."""
    with undone():
        response = client.generic(
            method.upper(),
            path,
            b"" if body is None else json.dumps(body).encode(),
            content_type="application/json",
            headers={name.replace("_", "-"): value for name, value in headers.items()},
        )
    code = response.json().get("code") if response.content.startswith(b"{") else None
    return response, response.status_code, code


@pytest.fixture
def staff():
    return FuzzWorld().headers["super_admin"]


def test_without_credentials_nobody_gets_past_what_is_not_public(client, operations):
    for operation in operations:
        if operation.body["x-permission"] != "public":
            _, *refused = ask(client, operation.method, path_of(operation), body=example_of(operation))
            assert refused == [401, "not_authenticated"], str(operation)


def test_api10_other_methods_are_told_which_there_are(client, operations):
    offered: dict[str, set[str]] = {}
    for operation in operations:
        offered.setdefault(operation.path, set()).add(operation.method)
    for path, methods in offered.items():
        url = re.sub(r"\{\w+\}", NOWHERE, path)
        for method in set(METHODS) - methods:
            response, *refused = ask(client, method, url)
            assert refused == [405, "method_not_allowed"], f"{method} {path}"
            allowed = {word.strip().lower() for word in response.headers["Allow"].split(",")}
            assert allowed - {"head", "options"} == methods, path


def test_headers_that_are_needed_are_asked_for(client, operations, staff):
    for operation in operations:
        key, seen = (
            operation.parameters.get(name, {}).get("required") for name in ("Idempotency-Key", "If-Match")
        )
        asked = {"body": example_of(operation), **staff}
        if key:
            given = {"If-Match": "*"} if seen else {}
            _, *refused = ask(client, operation.method, path_of(operation), **asked, **given)
            assert refused == [400, "idempotency_key_required"], str(operation)
        if seen:
            given = {"Idempotency-Key": fresh_key()} if key else {}
            _, *refused = ask(client, operation.method, path_of(operation), **asked, **given)
            assert refused == [428, "precondition_required"], str(operation)


def test_api1_unknown_parameters_are_refused(client, operations, staff):
    for operation in operations:
        path = f"{path_of(operation)}?colour=red"
        given = {"If-Match": "*", "Idempotency-Key": fresh_key(), **staff}
        _, *refused = ask(client, operation.method, path, body=example_of(operation), **given)
        assert refused == [400, "unknown_parameter"], str(operation)
