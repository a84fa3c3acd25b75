"""API-9: what a view declares becomes its OpenAPI operation: permission, headers, bodies, problem codes."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from drf_spectacular.openapi import AutoSchema as SpectacularSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from rest_framework.serializers import BaseSerializer

from common.api import exceptions
from common.api.permissions import PUBLIC, Access
from common.api.serializers import StrictSerializer
from common.api.views import HouseAPIView, HouseViewSet
from common.exceptions import (
    DomainError,
    IdempotencyInFlight,
    IdempotencyMismatch,
    InternalError,
    NotAuthenticated,
    NotFound,
    PermissionDenied,
    ServiceUnavailable,
    ValidationFailed,
    VersionConflict,
)

Parameter = OpenApiParameter
STANDARD_ACTIONS = {"list", "retrieve", "create", "update", "partial_update", "destroy"}
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
            "description": "Wrong members, on status 400.",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "message"],
                "properties": {
                    "pointer": {"type": "string", "description": "JSON pointer (RFC 6901) or /parameter."},
                    "code": {"type": "string"},
                    "message": {"type": "string"},
                },
            },
        },
    },
}
RESPONSE_HEADERS = (
    Parameter("X-Request-ID", str, Parameter.HEADER, response=True, description="Id of this request."),
    Parameter(
        "RateLimit-Policy", str, Parameter.HEADER, response=True, description="Limits: q per w seconds."
    ),
    Parameter(
        "RateLimit", str, Parameter.HEADER, response=True, description="r left, window ends in t seconds."
    ),
)
RETRY_AFTER = Parameter(
    "Retry-After", int, Parameter.HEADER, response=[429, 503], description="Seconds to wait."
)


class AutoSchema(SpectacularSchema):
    """Reads the declarations of HouseAPIView; `@extend_schema` still overrides each of them."""

    view: HouseAPIView

    @property
    def operation(self) -> str:
        return getattr(self.view, "action", None) or self.method.lower()

    @property
    def access(self) -> str | Access | None:
        return self.view.permission_codes.get(self.operation)

    def get_operation_id(self) -> str:
        tokens = [token.replace("-", "_") for token in self._tokenize_path()]
        name = self.operation
        if name in STANDARD_ACTIONS or not tokens or tokens[-1] != name:
            tokens.append(name)
        return "_".join(tokens)

    def get_summary(self) -> str | None:
        handler = getattr(self.view, self.operation, None)
        words = (handler.__doc__ or "").strip() if handler else ""
        return (
            words.splitlines()[0].rstrip(".")
            if words
            else self.get_operation_id().replace("_", " ").capitalize()
        )

    def get_auth(self) -> list[dict[str, list[str]]]:
        bearer: list[dict[str, list[str]]] = [{"bearer": []}, {"bearer": [], "stationToken": []}]
        if self.access is not PUBLIC:
            return bearer
        return [{}, {"bearer": []}] if self.view.get_authenticators() else [{}]

    def get_extensions(self) -> dict[str, Any]:
        access = self.access
        return {"x-permission": access.value if isinstance(access, Access) else access}

    def get_request_serializer(self) -> type[BaseSerializer[Any]] | None:
        return self.view.body_serializers.get(self.operation)

    def get_response_serializers(self) -> dict[Any, Any]:
        status = self.view.success_statuses.get(self.operation, 204 if self.method == "DELETE" else 200)
        responses: dict[Any, Any] = {str(status): OpenApiResponse(self._answer(), description="Done.")}
        for problem_status, codes in sorted(self._problems().items()):
            responses[str(problem_status), PROBLEM_TYPE] = OpenApiResponse(
                self._problem_schema(codes),
                description="Problem: " + ", ".join(f"`{code}`" for code in codes),
            )
        return responses

    def _answer(self) -> Any:
        if self.operation in self.view.answer_serializers:
            return self.view.answer_serializers[self.operation]
        if self.method == "DELETE":
            return None
        return getattr(self.view, "serializer_class", None)

    def _problem_schema(self, codes: list[str]) -> dict[str, Any]:
        component = ResolvedComponent(
            name="Problem", type=ResolvedComponent.SCHEMA, schema=PROBLEM, object="Problem"
        )
        self.registry.register_on_missing(component)
        return {"allOf": [component.ref, {"properties": {"code": {"enum": codes}}}]}

    def _problems(self) -> Mapping[int, list[str]]:
        """Return status → codes of everything this operation may refuse with."""
        refusals: list[type[DomainError]] = [*self.view.refusals.get(self.operation, ())]
        refusals += [exceptions.UnknownParameter, InternalError, ServiceUnavailable]
        if self.view.get_throttles():
            refusals.append(exceptions.RateLimited)
        if self.access is not PUBLIC:
            refusals += [NotAuthenticated, PermissionDenied]
        if "{" in self.path:
            refusals.append(NotFound)
        if self.get_request_serializer() is not None:
            refusals += [ValidationFailed, exceptions.MalformedJSON]
            refusals += [exceptions.PayloadTooLarge, exceptions.UnsupportedMediaType]
        if self._is_list_view() or self.operation in self.view.query_serializers:
            refusals.append(ValidationFailed)
        if self._is_list_view():
            refusals.append(exceptions.InvalidCursor)
        if self.operation in self.view.conditional_actions:
            refusals += [exceptions.PreconditionRequired, VersionConflict]
        if self.method == "POST":
            refusals += [exceptions.IdempotencyKeyInvalid, IdempotencyInFlight, IdempotencyMismatch]
            if self._needs_key():
                refusals.append(exceptions.IdempotencyKeyRequired)
        found: dict[int, list[str]] = defaultdict(list)
        for refusal in refusals:
            if refusal.code not in found[refusal.status]:
                found[refusal.status].append(refusal.code)
        return found

    def _needs_key(self) -> bool:
        return self.operation in self.view.idempotent_actions or getattr(
            getattr(self.view, self.operation, None), "requires_idempotency_key", False
        )

    def _is_list_view(self, serializer: Any = None) -> bool:  # noqa: ARG002 -- contract
        return isinstance(self.view, HouseViewSet) and self.operation in self.view.list_actions

    def get_override_parameters(self) -> list[Any]:
        parameters: list[Any] = [*RESPONSE_HEADERS, RETRY_AFTER]
        if not self.view.get_throttles():
            parameters = [RESPONSE_HEADERS[0], RETRY_AFTER]
        if self.operation in self.view.query_serializers:
            parameters.append(self.view.query_serializers[self.operation])
        if self.method == "POST":
            parameters += [
                Parameter(
                    "Idempotency-Key",
                    {"type": "string", "pattern": "^[A-Za-z0-9_-]{16,128}$"},
                    Parameter.HEADER,
                    required=self._needs_key(),
                    description="The effect happens once per key; the answer is replayed for 7 days.",
                ),
                Parameter(
                    "Idempotency-Replayed",
                    str,
                    Parameter.HEADER,
                    response=True,
                    description="`true` on a replayed answer.",
                ),
            ]
        if self.operation in self.view.conditional_actions:
            words = "The ETag of the record as last seen."
            parameters.append(Parameter("If-Match", str, Parameter.HEADER, required=True, description=words))
        if self.operation in self.view.tagged_actions:
            words = "Strong tag of the record's version."
            parameters.append(
                Parameter("ETag", str, Parameter.HEADER, response=[200, 201], description=words)
            )
        return parameters

    def get_examples(self) -> list[OpenApiExample]:
        value = self.view.examples.get(self.operation)
        if value is None:
            return []
        is_request = self.method in {"POST", "PUT", "PATCH"}
        return [OpenApiExample("Example", value=value, request_only=is_request, response_only=not is_request)]

    def _map_serializer(self, serializer: Any, direction: Any, bypass_extensions: bool = False) -> Any:
        schema = super()._map_serializer(serializer, direction, bypass_extensions)
        if isinstance(serializer, StrictSerializer) and schema.get("type") == "object":
            schema["additionalProperties"] = False
        return schema
