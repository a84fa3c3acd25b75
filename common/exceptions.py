"""Refusals that every floor of the house may raise.

A `DomainError` carries a stable `code` and an HTTP status: the API renders it as a problem document, the
admin shows its detail, a command prints it. `extra` become members of the problem document.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, cast


class DomainError(Exception):
    """A refusal by a rule of the house; never an accident."""

    code: ClassVar[str] = "domain_error"
    status: ClassVar[int] = 400
    title: ClassVar[str] = "Request refused"

    def __init__(self, detail: str = "", *, headers: Mapping[str, str] | None = None, **extra: Any) -> None:
        self.detail = detail or self.title
        self.headers = dict(headers or {})
        self.extra = extra
        super().__init__(self.detail)


@dataclass(frozen=True, slots=True)
class FieldError:
    """One wrong member of a request; `pointer` is an RFC 6901 JSON pointer."""

    pointer: str
    code: str
    message: str


class ValidationFailed(DomainError):
    code = "validation_error"
    status = 400
    title = "The request has wrong values"

    def __init__(self, errors: Sequence[FieldError], detail: str = "") -> None:
        self.errors = tuple(errors)
        super().__init__(detail or "; ".join(f"{e.pointer or '/'}: {e.message}" for e in self.errors))


class NotAuthenticated(DomainError):
    code = "not_authenticated"
    status = 401
    title = "No valid credentials were given"


class PermissionDenied(DomainError):
    code = "permission_denied"
    status = 403
    title = "You may not do this"


class NotFound(DomainError):
    code = "not_found"
    status = 404
    title = "Not found"


class LinkExpired(DomainError):
    """A signed link that was used, made void, or is too old."""

    code = "link_expired"
    status = 410
    title = "The link was used before or is too old"


class Duplicate(DomainError):
    code = "duplicate"
    status = 409
    title = "Such a record exists already"


class InUse(DomainError):
    code = "in_use"
    status = 409
    title = "The record is in use"


class InvalidTransition(DomainError):
    """A move that the state machine does not know."""

    code = "invalid_transition"
    status = 409
    title = "This move is not possible in the present state"

    def __init__(self, *, from_: str, allowed: Sequence[str], detail: str = "") -> None:
        self.from_, self.allowed = from_, list(allowed)
        words = ", ".join(self.allowed) or "none"
        super().__init__(
            detail or f"Not possible from {from_!r}; possible next states: {words}.",
            **cast("dict[str, Any]", {"from": from_, "allowed": self.allowed}),
        )


class VersionConflict(DomainError):
    code = "version_conflict"
    status = 412
    title = "The record was changed meanwhile"

    def __init__(self, *, current_version: int | str) -> None:
        super().__init__(
            "Someone changed this record meanwhile; load it again.", current_version=current_version
        )


class ServiceUnavailable(DomainError):
    code = "service_unavailable"
    status = 503
    title = "The service is not available right now"


class InternalError(DomainError):
    """An accident that a service has turned into a refusal, after it stored what must survive its rollback.

    Raise it `from` the accident: the API logs the cause and tells nothing of it.
    """

    code = "internal_error"
    status = 500
    title = "Something went wrong on our side"


class IdempotencyMismatch(DomainError):
    code = "idempotency_mismatch"
    status = 422
    title = "The Idempotency-Key was used with another body or other rights"


class IdempotencyInFlight(DomainError):
    code = "idempotency_in_flight"
    status = 409
    title = "A request with this Idempotency-Key is still running"

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "1"})
