"""API-2: one error shape for whatever goes wrong."""

import json

import pytest
from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    ValidationError,
)
from django.db import DatabaseError, DataError, IntegrityError, InterfaceError, OperationalError
from django.db.models import ProtectedError
from django.http import Http404, UnreadablePostError
from rest_framework import exceptions as drf

from common.api.problems import server_error
from common.exceptions import (
    FieldError,
    InternalError,
    InvalidTransition,
    ServiceUnavailable,
    ValidationFailed,
)
from events.models import DomainEvent
from tests.common.api.kit import AccidentView

pytestmark = pytest.mark.django_db


def caused(error, state):
    class Cause(Exception):
        sqlstate = state

    error.__cause__ = Cause()
    return error


ACCIDENTS = {
    "domain": (InvalidTransition(from_="new", allowed=["confirmed"]), 409, "invalid_transition"),
    "http404": (Http404("secret"), 404, "not_found"),
    "absent": (DomainEvent.DoesNotExist(), 404, "not_found"),
    "forbidden": (PermissionDenied(), 403, "permission_denied"),
    "too-big": (RequestDataTooBig(), 413, "payload_too_large"),
    "unreadable": (UnreadablePostError(), 400, "malformed_json"),
    "suspicious": (SuspiciousOperation("x"), 400, "validation_error"),
    "bad-request": (BadRequest("x"), 400, "validation_error"),
    "invalid": (ValidationError({"name": "Too long."}), 400, "validation_error"),
    "protected": (ProtectedError("x", set()), 409, "in_use"),
    "parse": (drf.ParseError(), 400, "malformed_json"),
    "unauthenticated": (drf.NotAuthenticated(), 401, "not_authenticated"),
    "drf-forbidden": (drf.PermissionDenied(), 403, "permission_denied"),
    "drf-absent": (drf.NotFound(), 404, "not_found"),
    "media": (drf.UnsupportedMediaType("text/html"), 415, "unsupported_media_type"),
    "method": (drf.MethodNotAllowed("PUT"), 405, "method_not_allowed"),
    "drf-other": (drf.APIException(), 500, "internal_error"),
    "unique": (caused(IntegrityError("jane@example.com"), "23505"), 409, "duplicate"),
    "restrict": (caused(IntegrityError("x"), "23503"), 409, "in_use"),
    "check": (caused(IntegrityError("x"), "23514"), 400, "validation_error"),
    "data": (DataError("x"), 400, "validation_error"),
    "down": (OperationalError("x"), 503, "service_unavailable"),
    "interface": (InterfaceError("x"), 503, "service_unavailable"),
    "database": (DatabaseError("x"), 500, "internal_error"),
    "unavailable": (ServiceUnavailable(), 503, "service_unavailable"),
    "accident": (RuntimeError("jane@example.com"), 500, "internal_error"),
}


@pytest.mark.parametrize("name", ACCIDENTS)
def test_every_exception_becomes_a_problem_document(name, guest):
    error, status, code = ACCIDENTS[name]
    AccidentView.accidents = {name: error}
    response = guest.call("GET", f"/api/v1/accidents/{name}", x_request_id="request-1")
    body = response.json()
    assert (response.status_code, body["code"]) == (status, code)
    assert response["Content-Type"] == "application/problem+json"
    assert {key: body[key] for key in ("type", "status", "instance", "request_id")} == {
        "type": f"/problems/{code}",
        "status": status,
        "instance": f"/api/v1/accidents/{name}",
        "request_id": "request-1",
    }
    assert body["title"]
    assert body["detail"]
    assert ("errors" in body) == (status == 400)
    assert "jane" not in response.content.decode()
    assert ("WWW-Authenticate" in response) == (status == 401)
    assert ("Retry-After" in response) == (status == 503)


def test_extra_members_and_headers_of_a_refusal_are_told(guest):
    error = InvalidTransition(from_="new", allowed=["confirmed"])
    AccidentView.accidents = {"x": error}
    body = guest.call("GET", "/api/v1/accidents/x").json()
    assert (body["from"], body["allowed"]) == ("new", ["confirmed"])


def test_field_errors_are_listed_as_pointers(guest):
    AccidentView.accidents = {"x": ValidationFailed([FieldError("/a~1b/0", "invalid", "No.")])}
    assert guest.call("GET", "/api/v1/accidents/x").json()["errors"] == [
        {"pointer": "/a~1b/0", "code": "invalid", "message": "No."}
    ]
    AccidentView.accidents = {"x": ValidationError({"name": ["Bad.", "Worse."]})}
    assert guest.call("GET", "/api/v1/accidents/x").json()["errors"] == [
        {"pointer": "/name", "code": "invalid", "message": "Bad."},
        {"pointer": "/name", "code": "invalid", "message": "Worse."},
    ]
    AccidentView.accidents = {"x": ValidationError("Bad.", code="odd")}
    assert guest.call("GET", "/api/v1/accidents/x").json()["errors"] == [
        {"pointer": "", "code": "odd", "message": "Bad."}
    ]


def test_accidents_are_logged_without_their_words(guest, capsys, caplog):
    """P-4: messages of exceptions may quote personal data."""
    error = InternalError()
    error.__cause__ = RuntimeError("jane@example.com")
    AccidentView.accidents = {"x": error}
    with caplog.at_level("ERROR"):
        guest.call("GET", "/api/v1/accidents/x", x_request_id="request-2")
    [record] = [record for record in caplog.records if record.name == "api"]
    assert record.msg["event"] == "unexpected"
    assert record.msg["exception"][0]["kind"] == "builtins.RuntimeError"
    assert "jane" not in json.dumps(record.msg, default=str)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_unknown_paths_answer_404(method, guest):
    response = guest.call(method, "/api/v1/nothing/here?x=1")
    assert response.status_code == 404
    assert response.json()["code"] == "not_found"
    assert guest.call(method, "/api").status_code == 404


def test_unknown_paths_outside_the_api_are_pages(guest):
    response = guest.call("GET", "/nothing")
    assert (response.status_code, response["Content-Type"]) == (404, "text/html; charset=utf-8")
    response = guest.call("GET", "/webhooks/nothing")
    assert response.json()["code"] == "not_found"


@pytest.mark.parametrize("path", ["/api/v1/echo", "/admin/"])
def test_a_bad_host_is_a_bad_request(path, guest):
    response = guest.generic("GET", path, headers={"Host": "evil.example"})
    assert response.status_code == 400
    assert (response["Content-Type"] == "application/problem+json") == path.startswith("/api/")


def test_405_carries_allow(guest):
    """API-10."""
    response = guest.call("PUT", "/api/v1/echo", {})
    assert (response.status_code, response.json()["code"]) == (405, "method_not_allowed")
    assert response["Allow"] == "GET, POST, HEAD, OPTIONS"


def test_an_invented_method_is_not_allowed(guest):
    assert guest.call("BREW", "/api/v1/echo").json()["code"] == "method_not_allowed"


def test_options_and_head_are_sane(guest):
    options = guest.call("OPTIONS", "/api/v1/echo")
    assert (options.status_code, options["Allow"], options.content) == (204, "GET, POST, HEAD, OPTIONS", b"")
    head = guest.call("HEAD", "/api/v1/echo")
    assert (head.status_code, head.content) == (200, b"")


def test_tokens_in_paths_are_hidden(guest):
    body = guest.call("GET", "/api/v1/holds/secret-token-1/sign").json()
    assert body["instance"] == "/api/v1/holds/[hidden]/sign"


@pytest.mark.parametrize(
    ("path", "kind"), [("/api/v1/x", "application/problem+json"), ("/x", "text/html; charset=utf-8")]
)
def test_accidents_outside_of_views_have_a_document_or_a_page(path, kind, rf):
    request = rf.get(path)
    request.resolver_match = None
    response = server_error(request)
    assert (response.status_code, response["Content-Type"]) == (500, kind)
