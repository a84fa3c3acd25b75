"""API-9: every answer that any test gets from the API is held against the API's own document."""

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from jsonschema import Draft202012Validator, FormatChecker

from common.api.documentation import openapi_document

VARIABLE = re.compile(r"<[^>]+>|\{[^}]+\}")
UNDOCUMENTED = frozenset({"schema", "docs", "unknown-path"})
"""Routes that describe themselves to people: the document, its page, and the 404 of every other path."""


class Undocumented(AssertionError):
    """An answer that the document does not foresee."""


class DocumentedMiddleware:
    """Outermost in the tests: refuses to hand out what the document does not promise."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        match = request.resolver_match
        of_house = settings.ROOT_URLCONF == "config.urls" and request.path.startswith(
            ("/api/", "/webhooks/", "/health/")
        )
        if of_house and match is not None and match.url_name not in UNDOCUMENTED:
            require_documented(request.method or "", match.route, response)
        return response


def require_documented(method: str, route: str, response: HttpResponseBase) -> None:
    """Raise Undocumented for an answer of the route that its operation does not describe."""
    operations = described_paths().get(VARIABLE.sub("{}", f"/{route}"))
    said = f"{method} /{route} answered {response.status_code}"
    if operations is None:
        raise Undocumented(f"{said}: the document has no such path.")
    method = "get" if method == "HEAD" else method.lower()
    if method == "options":
        return
    if method not in operations:
        if response.status_code not in {401, 403, 405, 429}:
            raise Undocumented(f"{said}: the document has no such method.")
        return
    promised = operations[method]["responses"].get(str(response.status_code))
    if promised is None:
        raise Undocumented(f"{said}, which is not documented: {response.getvalue()[:500]!r}")  # type: ignore[attr-defined]  # answers of the API are no streams
    for name, header in promised.get("headers", {}).items():
        if header.get("required") and name not in response.headers:
            raise Undocumented(f"{said} without {name}.")
        if name in response.headers and not _fits(header["schema"], response.headers[name]):
            raise Undocumented(f"{said} with {name}: {response.headers[name]}")
    errors = _wrong_body(promised.get("content", {}), response)
    if errors:
        raise Undocumented(f"{said}: {'; '.join(errors)}")


@cache
def described_paths() -> Mapping[str, Any]:
    """Return the operations of the document by path, its variables blank."""
    paths = _document()["paths"]
    return {VARIABLE.sub("{}", path): operations for path, operations in paths.items()}


@cache
def _document() -> Any:
    return json.loads(openapi_document())


def _wrong_body(content: Mapping[str, Any], response: HttpResponseBase) -> list[str]:
    body: bytes = response.getvalue()  # type: ignore[attr-defined]  # answers of the API are no streams
    if not content:
        return ["a body where none is documented"] if body else []
    media_type = response.headers.get("Content-Type", "").partition(";")[0]
    if media_type not in content:
        return [f"{media_type} is not documented"]
    if not media_type.endswith("json") or not body:
        return []
    errors = _validator(json.dumps(content[media_type]["schema"])).iter_errors(json.loads(body))
    return [f"{error.json_path}: {error.message}" for error in errors]


@cache
def _validator(schema: str) -> Draft202012Validator:
    whole = {**json.loads(schema), "components": _document()["components"]}
    return Draft202012Validator(whole, format_checker=FormatChecker())


def _fits(schema: Mapping[str, Any], text: str) -> bool:
    value = int(text) if schema.get("type") == "integer" and text.isdigit() else text
    return Draft202012Validator(schema).is_valid(value)
