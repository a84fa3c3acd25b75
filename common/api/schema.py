"""API-9: what a view declares becomes its OpenAPI operation: permission, headers, bodies, problem codes."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, cast

from drf_spectacular.openapi import AutoSchema as SpectacularSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

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
    VersionConflict,
)

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
            "description": "Wrong members.",
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

    @property
    def house(self) -> HouseAPIView:
        """The described view."""
        return cast("HouseAPIView", self.view)

    @property
    def operation(self) -> str:
        return getattr(self.view, "action", None) or self.method.lower()

    @property
    def access(self) -> str | Access | None:
        return self.house.permission_codes.get(self.operation)

    def get_operation_id(self) -> str:
        tokens = [token.replace("-", "_") for token in self._tokenize_path()]
        name = self.operation
        if name in STANDARD_ACTIONS or not tokens or tokens[-1] != name:
            tokens.append(name)
        return "_".join(tokens)

    def get_summary(self) -> str | None:
        handler = getattr(self.house, self.operation, None)
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
        return [{}, {"bearer": []}] if self.house.get_authenticators() else [{}]

    def get_extensions(self) -> dict[str, Any]:
        access = self.access
        return {"x-permission": access.value if isinstance(access, Access) else access}

    def get_request_serializer(self) -> Any:
        return self.house.body_serializers.get(self.operation)

    def get_response_serializers(self) -> Any:
        status = self.house.success_statuses.get(self.operation, 204 if self.method == "DELETE" else 200)
        media = self.house.answer_types.get(self.operation)
        key = (str(status), media) if media else str(status)
        answer = str if media else self._answer()
        responses: dict[Any, Any] = {key: OpenApiResponse(answer, description="Done.")}
        for problem_status, codes in sorted(self._problems().items()):
            responses[str(problem_status), PROBLEM_TYPE] = OpenApiResponse(
                self._problem_schema(codes),
                description="Problem: " + ", ".join(f"`{code}`" for code in codes),
            )
        return responses

    def _answer(self) -> Any:
        if self.operation in self.house.answer_serializers:
            return self.house.answer_serializers[self.operation]
        if self.method == "DELETE":
            return None
        return getattr(self.view, "serializer_class", None)

    def _problem_schema(self, codes: list[str]) -> dict[str, Any]:
        component = ResolvedComponent(  # type: ignore[no-untyped-call]  # drf-spectacular
            name="Problem", type=ResolvedComponent.SCHEMA, schema=PROBLEM, object="Problem"
        )
        self.registry.register_on_missing(component)
        return {"allOf": [component.ref, {"properties": {"code": {"enum": codes}}}]}

    def _problems(self) -> Mapping[int, list[str]]:
        """Return status → codes of everything this operation may refuse with."""
        found: dict[int, list[str]] = defaultdict(list)
        for refusal in [*self.house.refusals.get(self.operation, ()), *self._common_refusals()]:
            if refusal.code not in found[refusal.status]:
                found[refusal.status].append(refusal.code)
        return found

    def _common_refusals(self) -> Iterator[type[DomainError]]:
        """Yield what the kit itself may refuse with, and what its authentication does to a bad token."""
        for authentication in self.house.get_authenticators():
            yield from getattr(authentication, "refusals", ())
        listing, reads = self._is_list_view(), self.operation in self.house.query_serializers
        cases: tuple[tuple[bool, tuple[type[DomainError], ...]], ...] = (
            (True, (exceptions.UnknownParameter, InternalError, ServiceUnavailable)),
            (bool(self.house.get_throttles()), (exceptions.RateLimited,)),
            (self.access is not PUBLIC, (NotAuthenticated, PermissionDenied)),
            ("{" in self.path, (NotFound,)),
            (self.get_request_serializer() is not None, (self.house.wrong_values, *BODY_REFUSALS)),
            (listing or reads, (self.house.wrong_values,)),
            (listing, (exceptions.InvalidCursor,)),
            (
                self.operation in self.house.conditional_actions,
                (exceptions.PreconditionRequired, VersionConflict),
            ),
            (self.operation in self.house.tolerant_actions, (VersionConflict,)),
            (self.method == "POST", KEY_REFUSALS),
            (self._needs_key(), (exceptions.IdempotencyKeyRequired,)),
        )
        for applies, refusals in cases:
            if applies:
                yield from refusals

    def _needs_key(self) -> bool:
        return self.operation in self.house.idempotent_actions or getattr(
            getattr(self.house, self.operation, None), "requires_idempotency_key", False
        )

    def _is_list_view(self, serializer: Any = None) -> bool:
        return isinstance(self.view, HouseViewSet) and self.operation in self.view.list_actions

    def get_override_parameters(self) -> list[Any]:
        parameters: list[Any] = [*RESPONSE_HEADERS, RETRY_AFTER]
        if not self.house.get_throttles():
            parameters = [RESPONSE_HEADERS[0], RETRY_AFTER]
        if self.operation in self.house.query_serializers:
            parameters.append(self.house.query_serializers[self.operation])
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
        if self.operation in self.house.conditional_actions | self.house.tolerant_actions:
            required = self.operation in self.house.conditional_actions
            words = "The ETag of the record as last seen."
            parameters.append(
                Parameter("If-Match", str, Parameter.HEADER, required=required, description=words)
            )
        if self.operation in self.house.tagged_actions:
            words = "Strong tag of the record's version."
            parameters.append(
                Parameter("ETag", str, Parameter.HEADER, response=[200, 201], description=words)
            )
        return parameters

    def get_examples(self) -> list[OpenApiExample]:
        value = self.house.examples.get(self.operation)
        if value is None:
            return []
        is_request = self.method in {"POST", "PUT", "PATCH"}
        return [OpenApiExample("Example", value=value, request_only=is_request, response_only=not is_request)]

    def _map_serializer(self, serializer: Any, direction: Any, bypass_extensions: bool = False) -> Any:
        schema = super()._map_serializer(serializer, direction, bypass_extensions)  # type: ignore[no-untyped-call]  # drf-spectacular
        strict = isinstance(serializer, StrictSerializer) and not serializer.ignores_unknown
        if strict and schema.get("type") == "object":
            schema["additionalProperties"] = False
        return schema
