"""API-9: the API describes itself."""

import json

import jsonschema
import pytest
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from common.api.schema_parts import codes_of
from tests.common.api import kit
from tests.common.api.conftest import KEY

pytestmark = pytest.mark.django_db


@pytest.fixture
def document():
    GENERATOR_STATS.reset()
    found = SchemaGenerator(patterns=kit.urlpatterns).get_schema(request=None, public=True)
    assert not GENERATOR_STATS, "the schema is made without warnings"
    return json.loads(json.dumps(found, default=str))


def test_the_document_is_valid_openapi_3_1(document):
    assert document["openapi"] == "3.1.1"
    validate_schema(document)


def test_operations_carry_id_permission_and_security(document):
    found = {
        operation["operationId"]: operation["x-permission"]
        for methods in document["paths"].values()
        for operation in methods.values()
    }
    assert found == {
        "accidents_get": "public",
        "accidents_post": "public",
        "echo_get": "public",
        "echo_post": "public",
        "health_live": "public",
        "health_ready": "public",
        "holds_sign_get": "public",
        "holds_sign_post": "public",
        "hooks_create": "hook.create",
        "hooks_list": "hook.read",
        "hooks_partial_update": "hook.update",
        "hooks_refuse": "hook.create",
        "hooks_retrieve": "hook.read",
        "hooks_signed_in_undeclared_scope": "signed_in",
    }
    hooks = document["paths"]["/api/v1/hooks"]
    assert hooks["get"]["security"] == [{"bearer": []}, {"bearer": [], "stationToken": []}]
    assert document["paths"]["/api/v1/echo"]["get"]["security"] == [{}, {"bearer": []}]
    assert document["paths"]["/health/live"]["get"]["security"] == [{}]
    assert set(document["components"]["securitySchemes"]) == {"bearer", "stationToken"}


def parameters(operation) -> dict:
    return {found["name"]: found for found in operation.get("parameters", [])}


def test_headers_and_queries_are_documented(document):
    hooks, hook = document["paths"]["/api/v1/hooks"], document["paths"]["/api/v1/hooks/{id}"]
    assert parameters(hooks["post"])["Idempotency-Key"]["required"] is True
    assert "required" not in parameters(document["paths"]["/api/v1/echo"]["post"])["Idempotency-Key"]
    assert parameters(hook["patch"])["If-Match"]["required"] is True
    assert set(parameters(hooks["get"])) == {
        "limit",
        "cursor",
        "ordering",
        "q",
        "name",
        "name__in",
        "is_active",
        "id",
        "id__in",
        "created_at__gte",
        "created_at__lt",
    }
    assert set(parameters(document["paths"]["/api/v1/echo"]["get"])) == {"day", "party"}
    headers = hook["get"]["responses"]["200"]["headers"]
    assert set(headers) == {"X-Request-ID", "RateLimit", "RateLimit-Policy", "ETag"}
    assert "Retry-After" in hook["get"]["responses"]["429"]["headers"]


def test_problems_are_documented_by_status_and_code(document):
    responses = document["paths"]["/api/v1/hooks"]["post"]["responses"]
    codes = {
        status: codes_of(response["content"]["application/problem+json"], document["components"]["schemas"])
        for status, response in responses.items()
        if int(status) >= 400
    }
    assert codes == {
        "400": [
            "unknown_parameter",
            "validation_error",
            "malformed_json",
            "idempotency_key_invalid",
            "idempotency_key_required",
        ],
        "401": ["not_authenticated"],
        "403": ["permission_denied"],
        "409": ["slot_taken", "slot_contended", "idempotency_in_flight"],
        "413": ["payload_too_large"],
        "415": ["unsupported_media_type"],
        "422": ["idempotency_mismatch"],
        "429": ["rate_limited"],
        "500": ["internal_error"],
        "503": ["service_unavailable"],
    }
    body = document["paths"]["/api/v1/hooks"]["post"]["requestBody"]["content"]["application/json"]
    assert body["examples"]["Example"]["value"] == {"name": "hook"}
    assert document["components"]["schemas"]["EndpointInput"]["additionalProperties"] is False


def check(document, path: str, method: str, response) -> None:
    """Validate a response against the schema of its operation."""
    described = document["paths"][path][method]["responses"][str(response.status_code)]
    schema = described["content"][response["Content-Type"]]["schema"]
    jsonschema.Draft202012Validator(
        {**schema, "components": document["components"]},
        format_checker=jsonschema.FormatChecker(),
    ).validate(response.json())


def test_responses_validate_against_it(document, staff, guest):
    created = staff.call("POST", "/api/v1/hooks", {"name": "hook"}, key=KEY)
    check(document, "/api/v1/hooks", "post", created)
    check(document, "/api/v1/hooks", "get", staff.call("GET", "/api/v1/hooks?limit=1"))
    check(document, "/api/v1/hooks/{id}", "get", staff.call("GET", f"/api/v1/hooks/{created.json()['id']}"))
    check(document, "/api/v1/hooks", "post", staff.call("POST", "/api/v1/hooks", {"name": 1}, key=KEY + "1"))
    check(
        document,
        "/api/v1/hooks",
        "post",
        staff.call("POST", "/api/v1/hooks", {"name": "taken"}, key=KEY + "2"),
    )
    check(document, "/api/v1/hooks", "get", guest.call("GET", "/api/v1/hooks"))
    check(document, "/health/live", "get", guest.call("GET", "/health/live"))


def test_schema_and_page_are_served_from_here(guest):
    response = guest.call("GET", "/api/v1/schema")
    assert (response.status_code, response["Content-Type"]) == (200, "application/json")
    assert "/api/v1/hooks" in response.json()["paths"]
    assert not [where for where in response.json()["paths"] if "schema" in where or "docs" in where]
    page = guest.call("GET", "/api/v1/docs")
    text = page.content.decode()
    assert (page.status_code, page["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "/static/drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-bundle.js" in text
    assert "/api/v1/schema" in text
    assert "https://" not in text
