"""API-2: whatever goes wrong becomes a problem document (RFC 9457) with a stable code."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import structlog
from django.core.exceptions import (
    BadRequest,
    ObjectDoesNotExist,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    ValidationError,
)
from django.db import DataError, Error, IntegrityError, InterfaceError, OperationalError
from django.db.models import ProtectedError, RestrictedError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.views import defaults
from rest_framework import exceptions as drf
from rest_framework.response import Response

from common import context
from common.api.exceptions import (
    MalformedJSON,
    MethodNotAllowed,
    PayloadTooLarge,
    UnsupportedMediaType,
    pointer,
)
from common.api.renderers import dumps
from common.exceptions import (
    DomainError,
    Duplicate,
    FieldError,
    InternalError,
    InUse,
    NotAuthenticated,
    NotFound,
    ServiceUnavailable,
    ValidationFailed,
)
from common.exceptions import PermissionDenied as NotPermitted

CONTENT_TYPE = "application/problem+json"
API_PREFIXES = ("/api/", "/health/", "/webhooks/")
UNIQUE_VIOLATION = "23505"
FOREIGN_KEY_VIOLATIONS = {"23503", "23001"}

logger: structlog.stdlib.BoundLogger = structlog.get_logger("api")


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A problem document before it is rendered."""

    code: str
    status: int
    title: str
    detail: str
    errors: tuple[FieldError, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def body(self, instance: str) -> dict[str, Any]:
        """Return the members of the document; a 400 always lists its errors."""
        errors = self.errors
        if self.status == HTTPStatus.BAD_REQUEST and not errors:
            errors = (FieldError("", self.code, self.detail),)
        body: dict[str, Any] = {
            **self.extra,
            "type": f"/problems/{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "instance": instance,
            "code": self.code,
            "request_id": context.request_id(),
        }
        if errors:
            body["errors"] = [
                {"pointer": error.pointer, "code": error.code, "message": error.message} for error in errors
            ]
        return body


def problem_of(exception: BaseException) -> Problem:
    """Translate any exception; an unknown one becomes `internal_error` without details."""
    refusal = exception if isinstance(exception, DomainError) else _refusal_of(exception)
    headers = dict(refusal.headers)
    if refusal.status == HTTPStatus.UNAUTHORIZED:
        headers.setdefault("WWW-Authenticate", "Bearer")
    if isinstance(refusal, ServiceUnavailable):
        headers.setdefault("Retry-After", "1")
    return Problem(
        code=refusal.code,
        status=refusal.status,
        title=refusal.title,
        detail=refusal.detail,
        errors=refusal.errors if isinstance(refusal, ValidationFailed) else (),
        extra=refusal.extra,
        headers=headers,
    )


def _refusal_of(exception: BaseException) -> DomainError:  # noqa: PLR0911 -- one line per kind of accident
    match exception:
        case drf.APIException():
            return _refusal_of_drf(exception)
        case Http404() | ObjectDoesNotExist():
            return NotFound()
        case PermissionDenied():
            return NotPermitted()
        case RequestDataTooBig():
            return PayloadTooLarge()
        case UnreadablePostError():
            return MalformedJSON("The body could not be read to its end.")
        case SuspiciousOperation() | BadRequest():
            return ValidationFailed((), "The request could not be understood.")
        case ValidationError():
            return ValidationFailed(django_errors(exception))
        case ProtectedError() | RestrictedError():
            return InUse()
        case Error():
            return _refusal_of_database(exception)
        case _:
            return InternalError()


def _refusal_of_drf(exception: drf.APIException) -> DomainError:  # noqa: PLR0911 -- one line per kind of refusal
    match exception:
        case drf.ValidationError():
            return ValidationFailed(list(field_errors(exception.detail)))
        case drf.ParseError():
            return MalformedJSON()
        case drf.AuthenticationFailed() | drf.NotAuthenticated():
            return NotAuthenticated()
        case drf.PermissionDenied():
            return NotPermitted()
        case drf.NotFound():
            return NotFound()
        case drf.MethodNotAllowed():
            return MethodNotAllowed()
        case drf.UnsupportedMediaType():
            return UnsupportedMediaType()
        case _:
            return InternalError()


def _refusal_of_database(exception: Error) -> DomainError:
    match exception:
        case IntegrityError():
            state = getattr(exception.__cause__, "sqlstate", None)
            if state == UNIQUE_VIOLATION:
                return Duplicate()
            if state in FOREIGN_KEY_VIOLATIONS:
                return InUse()
            return ValidationFailed((), "A value breaks a rule of the data.")
        case DataError():
            return ValidationFailed((), "A value is out of range or holds characters that cannot be stored.")
        case OperationalError() | InterfaceError():
            return ServiceUnavailable()
        case _:
            return InternalError()


def field_errors(detail: Any, path: tuple[str | int, ...] = ()) -> list[FieldError]:
    """Flatten a REST framework error detail into pointers, in order of appearance."""
    if isinstance(detail, Mapping):
        return [
            error
            for name, inner in detail.items()
            for error in field_errors(inner, path if name == "non_field_errors" else (*path, name))
        ]
    if isinstance(detail, list | tuple):
        if any(isinstance(item, Mapping | list | tuple) for item in detail):
            return [
                error for index, item in enumerate(detail) for error in field_errors(item, (*path, index))
            ]
        return [error for item in detail for error in field_errors(item, path)]
    return [FieldError(pointer(*path), getattr(detail, "code", "invalid"), str(detail))]


def django_errors(exception: ValidationError) -> list[FieldError]:
    """Flatten a Django validation error into pointers."""
    by_field = exception.error_dict if hasattr(exception, "error_dict") else {"__all__": exception.error_list}
    return [
        FieldError("" if name == "__all__" else pointer(name), error.code or "invalid", message)
        for name, errors in by_field.items()
        for error in errors
        for message in error.messages
    ]


def log_problem(exception: BaseException, problem: Problem) -> None:
    """Log accidents with their trace; refusals are the request log's business."""
    if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR or isinstance(exception, Error):
        cause = exception.__cause__ if isinstance(exception, InternalError) else exception
        level = logging.WARNING if isinstance(exception, ServiceUnavailable) else logging.ERROR
        logger.log(level, "unexpected", code=problem.code, exc_info=cause or exception)


def exception_handler(exception: Exception, handler_context: Mapping[str, Any]) -> Response:
    """Answer of every API view to every exception."""
    problem = problem_of(exception)
    log_problem(exception, problem)
    request = handler_context["request"]
    return Response(
        problem.body(instance_of(request)),
        status=problem.status,
        headers=dict(problem.headers),
        content_type=CONTENT_TYPE,
    )


def instance_of(request: HttpRequest) -> str:
    """Return the path of the request with the tokens in it hidden."""
    match = request.resolver_match
    path = request.path
    if match is not None:
        for name, value in match.kwargs.items():
            if name.endswith("token"):
                path = path.replace(str(value), "[hidden]")
    return path


def problem_response(request: HttpRequest, exception: BaseException) -> HttpResponse:
    """Answer outside of API views, such as in middleware."""
    problem = problem_of(exception)
    return HttpResponse(
        dumps(problem.body(instance_of(request))),
        status=problem.status,
        headers=dict(problem.headers),
        content_type=CONTENT_TYPE,
    )


def is_api_path(path: str) -> bool:
    """Tell whether errors of this path are problem documents instead of pages."""
    return path.startswith(API_PREFIXES)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """`handler400` of the URLconf."""
    if is_api_path(request.path):
        return problem_response(request, exception)
    return defaults.bad_request(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """`handler404` of the URLconf."""
    if is_api_path(request.path):
        return problem_response(request, NotFound())
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """`handler500` of the URLconf; Django has logged the exception by then."""
    if is_api_path(request.path):
        return problem_response(request, InternalError())
    return defaults.server_error(request)
