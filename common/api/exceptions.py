"""Refusals of the API itself; those of the rules stand in `common.exceptions`."""

from common.exceptions import DomainError, FieldError, ValidationFailed


class MalformedJSON(DomainError):
    code = "malformed_json"
    status = 400
    title = "The body is no valid JSON"


class PayloadTooLarge(DomainError):
    code = "payload_too_large"
    status = 413
    title = "The body is too large"


class UnsupportedMediaType(DomainError):
    code = "unsupported_media_type"
    status = 415
    title = "The body must be application/json"


class MethodNotAllowed(DomainError):
    code = "method_not_allowed"
    status = 405
    title = "This method is not possible here"


class UnknownParameter(ValidationFailed):
    code = "unknown_parameter"
    title = "The query has unknown parameters"

    def __init__(self, names: list[str]) -> None:
        super().__init__(
            [
                FieldError(pointer(name), "unknown_parameter", "This parameter is not known here.")
                for name in names
            ]
        )


class InvalidCursor(DomainError):
    code = "invalid_cursor"
    status = 400
    title = "The cursor does not belong to this list"


class IdempotencyKeyRequired(DomainError):
    code = "idempotency_key_required"
    status = 400
    title = "This call needs an Idempotency-Key header"


class IdempotencyKeyInvalid(DomainError):
    code = "idempotency_key_invalid"
    status = 400
    title = "An Idempotency-Key has 16 to 128 characters of A-Z, a-z, 0-9, _ and -"


class PreconditionRequired(DomainError):
    code = "precondition_required"
    status = 428
    title = "This call needs an If-Match header with the ETag of the record"


class RateLimited(DomainError):
    code = "rate_limited"
    status = 429
    title = "Too many requests"


def pointer(*path: str | int) -> str:
    """Return the RFC 6901 pointer of a member."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)
