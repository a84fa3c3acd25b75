"""API-9: what a view declares becomes its OpenAPI operation: permission, headers, bodies, problem codes."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, cast

from drf_spectacular.openapi import AutoSchema as SpectacularSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.utils import OpenApiExample, OpenApiResponse
from rest_framework.serializers import CharField, JSONField

from common.api import exceptions
from common.api.examples import example_of_problem
from common.api.filters import HouseFilterBackend
from common.api.permissions import PUBLIC, Access
from common.api.schema_parts import (
    BODY_REFUSALS,
    CHALLENGE,
    ETAG,
    IF_NONE_MATCH,
    KEY_REFUSALS,
    LIMITS,
    LOCATION,
    PROBLEM,
    PROBLEM_ERROR,
    PROBLEM_TYPE,
    REPLAYED,
    REQUEST_ID,
    RETRY_AFTER,
    idempotency_key,
    if_match,
)
from common.api.serializers import StrictSerializer
from common.api.views import HouseAPIView, HouseViewSet
from common.exceptions import (
    DomainError,
    InternalError,
    NotAuthenticated,
    NotFound,
    PermissionDenied,
    ServiceUnavailable,
    VersionConflict,
)

STANDARD_ACTIONS = {"list", "retrieve", "create", "update", "partial_update", "destroy"}


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

    def _get_request_body(self, direction: Any = "request") -> Any:
        """Describe a body of DELETE too, such as the reason for it."""
        if self.method != "DELETE" or self.get_request_serializer() is None:
            return super()._get_request_body(direction)  # type: ignore[no-untyped-call]  # drf-spectacular
        schema, required = self._get_request_for_media_type(self.get_request_serializer(), direction)  # type: ignore[no-untyped-call]  # same
        return {"content": {"application/json": {"schema": schema}}, "required": required}

    def get_response_serializers(self) -> Any:
        status = self.house.success_statuses.get(self.operation, 204 if self.method == "DELETE" else 200)
        media = self.house.answer_types.get(self.operation)
        key = (str(status), media) if media else str(status)
        answer = str if media else self._answer()
        responses: dict[Any, Any] = {key: OpenApiResponse(answer, description="Done.")}
        if self.operation in self.house.repeat_statuses:
            repeat = str(self.house.repeat_statuses[self.operation])
            responses[repeat] = OpenApiResponse(answer, description="It had been done before.")
        if self.shows_versions:
            responses["304"] = OpenApiResponse(description="Unchanged since If-None-Match.")
        for problem_status, refusals in sorted(self._problems().items()):
            codes = list(refusals)
            self._register_examples(refusals)
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
        """Return the problem with its codes; one of a single code has a name of its own."""
        problem = self._component("Problem", PROBLEM)
        self._component("ProblemError", PROBLEM_ERROR)
        narrowed = {"allOf": [problem, {"properties": {"code": {"type": "string", "enum": codes}}}]}
        if len(codes) > 1:
            return narrowed
        name = "".join(word.capitalize() for word in codes[0].split("_"))
        return self._component(f"{name}Problem", narrowed)

    def _component(
        self, name: str, schema: dict[str, Any], kind: str = ResolvedComponent.SCHEMA
    ) -> dict[str, Any]:
        component = ResolvedComponent(name=name, type=kind, schema=schema, object=name)  # type: ignore[no-untyped-call]  # drf-spectacular
        self.registry.register_on_missing(component)
        return dict(component.ref)

    def _register_examples(self, refusals: Mapping[str, type[DomainError]]) -> None:
        for code, refusal in refusals.items():
            example = {"summary": refusal.title, "value": example_of_problem(refusal)}
            self._component(code, example, ResolvedComponent.EXAMPLE)

    def _problems(self) -> Mapping[int, dict[str, type[DomainError]]]:
        """Return status → code → refusal of everything this operation may refuse with."""
        found: dict[int, dict[str, type[DomainError]]] = defaultdict(dict)
        for refusal in [*self.house.refusals.get(self.operation, ()), *self._common_refusals()]:
            found[refusal.status].setdefault(refusal.code, refusal)
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
        parameters: list[Any] = [REQUEST_ID, *RETRY_AFTER, CHALLENGE, LOCATION]
        if self.house.get_throttles():
            parameters += LIMITS
        if self.operation in self.house.query_serializers:
            parameters.append(self.house.query_serializers[self.operation])
        if self.method == "POST":
            parameters += [idempotency_key(required=self._needs_key()), REPLAYED]
        if self.operation in self.house.conditional_actions | self.house.tolerant_actions:
            parameters.append(if_match(required=self.operation in self.house.conditional_actions))
        if self.operation in self.house.tagged_actions:
            parameters.append(ETAG)
        if self.shows_versions:
            parameters.append(IF_NONE_MATCH)
        return parameters

    @property
    def shows_versions(self) -> bool:
        """A read that answers 304 to whoever has seen its version."""
        tagged = self.house.tagged_actions - self.house.composed_actions
        return self.method == "GET" and self.operation in tagged

    def get_filter_backends(self) -> list[Any]:
        backends: list[Any] = super().get_filter_backends()
        if getattr(self.view, "filterset_class", None) is None:
            # Without a filter set there is nothing to ask a queryset of nobody's for.
            return [backend for backend in backends if backend is not HouseFilterBackend]
        return backends

    def get_examples(self) -> list[OpenApiExample]:
        value = self.house.examples.get(self.operation)
        if value is None:
            return []
        is_request = self.method in {"POST", "PUT", "PATCH"}
        return [OpenApiExample("Example", value=value, request_only=is_request, response_only=not is_request)]

    def _map_serializer_field(
        self, field: Any, direction: Any, bypass_extensions: bool = False
    ) -> dict[str, Any]:
        schema: dict[str, Any] = super()._map_serializer_field(field, direction, bypass_extensions)  # type: ignore[no-untyped-call]  # drf-spectacular
        if isinstance(field, JSONField):
            schema.pop("oneOf", None)  # any JSON is null as well: an alternative would match twice
        return schema

    def _map_serializer(self, serializer: Any, direction: Any, bypass_extensions: bool = False) -> Any:
        schema = super()._map_serializer(serializer, direction, bypass_extensions)  # type: ignore[no-untyped-call]  # drf-spectacular
        if type(serializer).__doc__ is None:
            schema.pop("description", None)  # the words of a base class say nothing about this one
        strict = isinstance(serializer, StrictSerializer) and not serializer.ignores_unknown
        if strict and schema.get("type") == "object":
            schema["additionalProperties"] = False
            for name, field in serializer.fields.items():
                if isinstance(field, CharField) and not field.allow_blank:
                    schema["properties"].get(name, {}).setdefault("minLength", 1)
        for name, value in getattr(serializer, "examples", {}).items():
            schema["properties"][name] = {**schema["properties"][name], "examples": [value]}
        return schema
