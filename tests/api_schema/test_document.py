"""API-9: what the document has to say about every operation of the product."""

import json
import re
from pathlib import Path

import jsonschema_rs
import pytest
from drf_spectacular import validation
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator

from identity.permissions import CODES

pytestmark = pytest.mark.django_db

WRITES = {"post", "put", "patch", "delete"}
MADE_BY_PUT = ("/api/v1/stations/{station_pk}/travel-fee",)
"""The first PUT finds no version that it could name; every later one without If-Match is refused."""
WITHOUT_IF_MATCH = ("/api/v1/auth/", "/api/v1/supply/", "/api/v1/public/")
"""API-7: token links, /auth and /supply need none."""
ONCE = {
    "bookings_checkout_post",
    "bookings_create",
    "holds_convert",
    "holds_create",
    "payments_create",
    "payments_refund",
    "public_bookings_post",
    "public_holds_pay_post",
    "public_holds_post",
}
"""API-6: what books, holds, pays or refunds needs a key."""


def wrong(operations, is_right):
    return [str(operation) for operation in operations if not is_right(operation)]


def test_it_is_made_without_warnings_and_is_openapi_3_1(document):
    GENERATOR_STATS.reset()
    SchemaGenerator().get_schema(request=None, public=True)
    assert not GENERATOR_STATS
    assert document["openapi"] == "3.1.1"
    rules = json.loads((Path(validation.__file__).parent / "openapi_3_1_schema.json").read_text())
    jsonschema_rs.validator_for(rules).validate(
        document
    )  # as validate_schema does, in a thousandth of the time


def test_ids_are_unique_names(operations):
    ids = [operation.body["operationId"] for operation in operations]
    assert len(ids) == len(set(ids))
    assert [name for name in ids if not re.fullmatch(r"[a-z][a-z0-9_]*", name)] == []
    assert wrong(operations, lambda operation: operation.body["summary"]) == []


def test_each_says_who_may_and_how_he_identifies_himself(operations):
    known = {"public", "signed_in", *CODES}
    assert wrong(operations, lambda operation: operation.body["x-permission"] in known) == []

    def is_secured(operation):
        bearer = [{"bearer": []}, {"bearer": [], "stationToken": []}]
        if operation.body["x-permission"] == "public":
            return operation.body["security"] in ([{}, {"bearer": []}], [{}])
        return operation.body["security"] == bearer

    assert wrong(operations, is_secured) == []


def needed_codes(operation):
    """Status and code of every refusal that follows from the shape of an operation."""
    yield from ((400, "unknown_parameter"), (500, "internal_error"), (503, "service_unavailable"))
    key = operation.parameters.get("Idempotency-Key", {})
    seen = operation.parameters.get("If-Match", {})
    for applies, codes in (
        (operation.is_limited, ((429, "rate_limited"),)),
        (
            operation.body["x-permission"] != "public",
            ((401, "not_authenticated"), (403, "permission_denied")),
        ),
        ("{" in operation.path, ((404, "not_found"),)),
        ("cursor" in operation.parameters, ((400, "validation_error"), (400, "invalid_cursor"))),
        (key, ((400, "idempotency_key_invalid"), (409, "idempotency_in_flight"))),
        (key, ((422, "idempotency_mismatch"),)),
        (key.get("required"), ((400, "idempotency_key_required"),)),
        (seen, ((412, "version_conflict"),)),
        (seen.get("required"), ((428, "precondition_required"),)),
        (operation.bodies, needed_codes_of_bodies(operation)),
    ):
        if applies:
            yield from codes


def needed_codes_of_bodies(operation):
    yield from ((400, "malformed_json"), (413, "payload_too_large"), (415, "unsupported_media_type"))
    if not operation.path.startswith("/webhooks/"):
        yield 422 if operation.path.startswith("/api/v1/supply/") else 400, "validation_error"


def test_each_names_the_codes_of_its_refusals(operations):
    missing = [
        f"{operation}: {status} {code}"
        for operation in operations
        for status, code in needed_codes(operation)
        if code not in operation.codes(status)
    ]
    assert missing == []
    kinds = {
        media
        for operation in operations
        for status, response in operation.responses.items()
        if status >= "400"
        for media in response.get("content", {"none": None})
    }
    assert kinds == {"application/problem+json"}


def test_one_code_has_one_status(operations):
    statuses: dict[str, set[int]] = {}
    for operation in operations:
        for status in map(int, operation.responses):
            for code in operation.codes(status):
                statuses.setdefault(code, set()).add(status)
    assert {code: found for code, found in statuses.items() if len(found) > 1} == {
        "validation_error": {400, 422},  # the exchange refuses wrong values by 422
    }


def test_answers_carry_request_id_and_limits(operations):
    for operation in operations:
        for status, response in operation.responses.items():
            headers = response["headers"]
            assert headers["X-Request-ID"]["required"] is True
            assert ("RateLimit" in headers, "RateLimit-Policy" in headers) == (operation.is_limited,) * 2
            assert ("Retry-After" in headers) == (status in {"423", "429", "503"})
            assert ("WWW-Authenticate" in headers) == (status == "401")
            assert ("Idempotency-Replayed" in headers) == (operation.method == "post")


def test_posts_take_a_key_and_those_about_money_and_slots_need_one(operations):
    posts = [operation for operation in operations if operation.method == "post"]
    assert wrong(posts, lambda operation: "Idempotency-Key" in operation.parameters) == []
    keyed = [operation for operation in operations if "Idempotency-Key" in operation.parameters]
    assert wrong(keyed, lambda operation: operation.method == "post") == []
    needed = {
        operation.body["operationId"]
        for operation in operations
        if operation.parameters.get("Idempotency-Key", {}).get("required")
    }
    assert needed >= ONCE


def test_details_show_a_version_that_writes_name(operations):
    tagged = {
        operation.path
        for operation in operations
        if operation.method == "get" and "ETag" in operation.responses.get("200", {}).get("headers", {})
    }
    lists = {operation.path for operation in operations if "cursor" in operation.parameters}
    details = {
        operation.path
        for operation in operations
        if operation.method == "get" and operation.path.endswith("}")
    }
    assert sorted(details - tagged - lists) == ["/api/v1/public/holds/{token}"]

    def is_guarded(operation):
        on_detail = operation.path in tagged and operation.method in WRITES
        on_booking = operation.path.startswith("/api/v1/bookings/{id}/") and operation.method == "post"
        if operation.path.startswith(WITHOUT_IF_MATCH) or operation.path.endswith("/reminders"):
            return True
        if operation.path in MADE_BY_PUT and operation.method == "put":
            return operation.codes(428) == ["precondition_required"]
        return not (on_detail or on_booking) or operation.parameters["If-Match"]["required"]

    assert wrong(operations, is_guarded) == []


def test_links_lead_to_operations_with_parameters_they_have(operations):
    by_id = {operation.body["operationId"]: operation for operation in operations}
    links = [
        (operation, link)
        for operation in operations
        for response in operation.responses.values()
        for link in response.get("links", {}).values()
    ]
    for _operation, link in links:
        target = by_id[link["operationId"]]
        names = {name.removeprefix("header.") for name in link["parameters"]}
        assert names <= set(target.parameters)
        assert set(re.findall(r"\{(\w+)\}", target.path)) <= names
    walks = {(str(operation), link["operationId"]) for operation, link in links}
    assert walks >= {
        ("post /api/v1/bookings", "bookings_retrieve"),
        ("get /api/v1/bookings", "bookings_retrieve"),
        ("get /api/v1/bookings/{id}", "bookings_confirm_deposit"),
        ("post /api/v1/public/holds", "public_holds_get"),
        ("post /api/v1/supply/orders", "supply_orders_retrieve"),
        ("get /api/v1/supply/orders/{id}", "supply_orders_status"),
    }
