"""API-9: what operations have in common in the document: problem, headers, refusals of the kit."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import OpenApiParameter

from common.api import exceptions
from common.exceptions import DomainError, IdempotencyInFlight, IdempotencyMismatch

Parameter = OpenApiParameter
BODY_REFUSALS: tuple[type[DomainError], ...] = (
    exceptions.MalformedJSON,
    exceptions.PayloadTooLarge,
    exceptions.UnsupportedMediaType,
)
KEY_REFUSALS: tuple[type[DomainError], ...] = (
    exceptions.IdempotencyKeyInvalid,
    IdempotencyInFlight,
    IdempotencyMismatch,
)
PROBLEM_TYPE = "application/problem+json"
PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "Problem details (RFC 9457); a refusal may add members of its own.",
    "required": ["type", "title", "status", "detail", "instance", "code", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "examples": ["/problems/not_found"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "code": {"type": "string", "description": "Stable; what programs decide by."},
        "request_id": {"type": ["string", "null"]},
        "errors": {
            "type": "array",
            "description": "Wrong members.",
            "items": {"$ref": "#/components/schemas/ProblemError"},
        },
    },
}
PROBLEM_ERROR: dict[str, Any] = {
    "type": "object",
    "description": "One wrong member of a request.",
    "required": ["pointer", "code", "message"],
    "properties": {
        "pointer": {"type": "string", "description": "JSON pointer (RFC 6901) or /parameter."},
        "code": {"type": "string"},
        "message": {"type": "string"},
    },
}


def codes_of(media: Mapping[str, Any], schemas: Mapping[str, Any]) -> list[str]:
    """Return the codes that a problem of the document may have."""
    schema = media["schema"]
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rpartition("/")[2]]
    codes: list[str] = schema["allOf"][1]["properties"]["code"]["enum"]
    return codes


REQUEST_ID = Parameter(
    "X-Request-ID",
    {"type": "string", "minLength": 8, "maxLength": 64, "pattern": "^[A-Za-z0-9-]+$"},
    Parameter.HEADER,
    response=True,
    required=True,
    description="Id of this request: the one that was sent, else a new one.",
)
LIMITS = (
    Parameter(
        "RateLimit-Policy", str, Parameter.HEADER, response=True, description="Limits: q per w seconds."
    ),
    Parameter(
        "RateLimit", str, Parameter.HEADER, response=True, description="r left, window ends in t seconds."
    ),
)
RETRY_AFTER = (
    Parameter(
        "Retry-After",
        int,
        Parameter.HEADER,
        response=[423, 429, 503],
        required=True,
        description="Seconds to wait.",
    ),
)
CHALLENGE = Parameter(
    "WWW-Authenticate",
    str,
    Parameter.HEADER,
    response=[401],
    required=True,
    description="`Bearer`: how to identify oneself.",
)
LOCATION = Parameter(
    "Location",
    {"type": "string", "format": "uri"},
    Parameter.HEADER,
    response=[302],
    required=True,
    description="Where the browser goes on.",
)
IF_NONE_MATCH = Parameter(
    "If-None-Match", str, Parameter.HEADER, description="An ETag seen before: 304 while it still holds."
)
ETAG = Parameter(
    "ETag",
    {"type": "string", "pattern": '^"[0-9]+"$'},
    Parameter.HEADER,
    response=[200, 201],
    required=True,
    description="Strong tag of the record's version.",
)
REPLAYED = Parameter(
    "Idempotency-Replayed",
    {"type": "string", "enum": ["true"]},
    Parameter.HEADER,
    response=True,
    description="`true` on a replayed answer.",
)


def idempotency_key(*, required: bool) -> OpenApiParameter:
    """Return the key that a POST may or must carry."""
    return Parameter(
        "Idempotency-Key",
        {"type": "string", "pattern": "^[A-Za-z0-9_-]{16,128}$"},
        Parameter.HEADER,
        required=required,
        description="The effect happens once per key; the answer is replayed for 7 days.",
    )


def if_match(*, required: bool) -> OpenApiParameter:
    """Return the header that names the version a write has seen."""
    return Parameter(
        "If-Match",
        str,
        Parameter.HEADER,
        required=required,
        description="The ETag of the record as last seen.",
    )
