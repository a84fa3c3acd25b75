"""Bases of every endpoint: who asks is known, counted and allowed before a handler runs.

A view declares, it does not decide:

    class PartyViewSet(ListMixin, RetrieveMixin, HouseViewSet):
        permission_codes = {"list": "party.read", "retrieve": "party.read", "create": "party.create"}
        idempotent_actions = frozenset({"create"})      # or @requires_idempotency_key on the handler
        throttle_scopes = {"create": "public_booking"}  # an extra limit per address
        body_serializers = {"create": PartyInput}       # validated: self.body
        query_serializers = {"free": FreeQuery}         # validated: self.query
        serializer_class = PartyOutput                  # answer_serializers = {action: …} where it differs
        success_statuses = {"create": 201}
        conditional_actions = frozenset({"confirm"})    # need If-Match; then self.expected_version(record)
        refusals = {"create": (SlotTaken,)}             # for the API documentation

Keys are actions of a view set, or lower-case methods of a plain view.
"""

from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from common.actors import Actor, GuestActor
from common.api.etag import etag_of, expected_version, is_unchanged
from common.api.exceptions import (
    MethodNotAllowed,
    PreconditionRequired,
    RateLimited,
    UnknownParameter,
    pointer,
)
from common.api.filters import HouseFilterBackend, OrderingBackend, list_parameters
from common.api.idempotency import Handler, answer_once
from common.api.pagination import PARAMETERS, CursorPagination
from common.api.permissions import PUBLIC, Access
from common.api.problems import log_problem, problem_of
from common.api.serializers import EmptyInput, QuerySerializer
from common.api.throttling import TALLY, Tally
from common.exceptions import DomainError, FieldError, NotFound, ValidationFailed

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet

    BaseViewSet = GenericViewSet[Any]
else:
    BaseViewSet = GenericViewSet

METHODS = ("get", "post", "put", "patch", "delete")


@cache
def _field_names(serializer: type[QuerySerializer]) -> frozenset[str]:
    return frozenset(serializer().fields)


class JSONOnly(DefaultContentNegotiation):
    """Answers JSON, whatever `Accept` says; a body still has to say what it is."""

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        renderer: BaseRenderer = next(iter(renderers))
        return renderer, str(renderer.media_type)


class HouseAPIView(APIView):
    """A view whose methods are denied unless `permission_codes` names what they need."""

    permission_codes: ClassVar[Mapping[str, str | Access]] = {}
    idempotent_actions: ClassVar[frozenset[str]] = frozenset()
    throttle_scopes: ClassVar[Mapping[str, str]] = {}
    body_serializers: ClassVar[Mapping[str, type[BaseSerializer[Any]]]] = {}
    query_serializers: ClassVar[Mapping[str, type[QuerySerializer]]] = {}
    answer_serializers: ClassVar[Mapping[str, type[BaseSerializer[Any]] | None]] = {}
    answer_types: ClassVar[Mapping[str, str]] = {}
    """Media type of a text that is answered instead of JSON, such as `text/csv`."""
    success_statuses: ClassVar[Mapping[str, int]] = {}
    repeat_statuses: ClassVar[Mapping[str, int]] = {}
    """Status of the same answer where the thing had been done or made before."""
    refusals: ClassVar[Mapping[str, Sequence[type[DomainError]]]] = {}
    examples: ClassVar[Mapping[str, Any]] = {}
    conditional_actions: ClassVar[frozenset[str]] = frozenset()
    tolerant_actions: ClassVar[frozenset[str]] = frozenset()
    """Actions that honour If-Match where it is sent: their services are handed `check_version`."""
    tagged_actions: ClassVar[frozenset[str]] = frozenset({"retrieve"})
    composed_actions: ClassVar[frozenset[str]] = frozenset()
    """Reads that show more than the record of their ETag: it serves If-Match, never a 304."""
    content_negotiation_class = JSONOnly
    wrong_values: ClassVar[type[ValidationFailed]] = ValidationFailed
    """What wrong bodies and queries are refused with."""
    keeps_answers: ClassVar[bool] = True
    """False: bodies and answers are credentials, of which an Idempotency-Key must not leave a copy."""

    @property
    def operation(self) -> str:
        """The action of a view set, else the lower-case method; HEAD counts as GET."""
        action = getattr(self, "action", None)
        method = (self.request.method or "").lower()
        return action or ("get" if method == "head" else method)

    @property
    def actor(self) -> Actor:
        """Whoever calls; a guest when nobody has identified himself."""
        actor: Any = self.request.auth
        return GuestActor() if actor is None else cast("Actor", actor)

    @cached_property
    def body(self) -> Any:
        """The body, validated by the action's entry of `body_serializers`; 400 when it is wrong."""
        serializer = self.body_serializers[self.operation](data=self.request.data, context={"view": self})
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data

    @cached_property
    def query(self) -> Any:
        """The query string, validated by the action's entry of `query_serializers`; 400 when it is wrong."""
        serializer = self.query_serializers[self.operation](data=self.request.query_params.dict())
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data

    def expected_version(self, record: Any) -> int:
        """Return the version of If-Match; 428 without, 412 when the record has moved on."""
        return expected_version(self.request, record)

    def check_version(self, record: Any) -> None:
        """Raise VersionConflict when If-Match is sent and names another version than the record's."""
        if "If-Match" in self.request.headers:
            expected_version(self.request, record)

    @staticmethod
    def etag_headers(record: Any) -> dict[str, str]:
        """Return the ETag header of a detail response."""
        return {"ETag": etag_of(record)}

    def prepare(self) -> None:
        """Do, before the handler of a POST, what belongs into no transaction, such as calling a provider."""

    def needs_idempotency_key(self, handler: Handler) -> bool:
        """Tell whether a POST without Idempotency-Key is refused."""
        return self.operation in self.idempotent_actions or getattr(
            handler, "requires_idempotency_key", False
        )

    def allowed_parameters(self) -> frozenset[str]:
        """Return every query parameter this operation understands."""
        serializer = self.query_serializers.get(self.operation)
        return _field_names(serializer) if serializer else frozenset()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Run the request; every exception becomes a problem document."""
        self.args, self.kwargs = args, kwargs
        self.request = self.initialize_request(request, *args, **kwargs)
        self.headers = self.default_response_headers
        response: HttpResponseBase
        try:
            self.initial(self.request, *args, **kwargs)
            handler = self._handler(request.method or "")
            if request.method == "POST":
                response = answer_once(self, self.request, handler)
            else:
                response = handler(self.request, *args, **kwargs)
        except Exception as exception:  # noqa: BLE001 -- the edge of the API: problems.py answers everything
            response = self.handle_exception(exception)
        return self.finalize_response(self.request, response, *args, **kwargs)

    def _handler(self, method: str) -> Handler:
        handler: Handler | None = getattr(self, method.lower(), None)
        if handler is None or method.lower() not in self.http_method_names:
            raise MethodNotAllowed
        return handler

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Identify, count, authorise, check the query; strangers with bad tokens are counted too."""
        self.format_kwarg = None
        request.accepted_renderer, request.accepted_media_type = self.perform_content_negotiation(request)
        try:
            self.perform_authentication(request)
        except Exception:
            request.user = request.auth = None  # type: ignore[assignment]  # UNAUTHENTICATED_USER is None
            self.check_throttles(request)
            raise
        self.check_throttles(request)
        self.check_permissions(request)
        self._check_query(request)
        if self.operation in self.conditional_actions and "If-Match" not in request.headers:
            raise PreconditionRequired
        if self.body_serializers.get(self.operation) is EmptyInput:
            _nothing = self.body  # no handler would look at it

    def _check_query(self, request: Request) -> None:
        if not request.query_params:
            return
        unknown = sorted(set(request.query_params) - self.allowed_parameters())
        if unknown:
            raise UnknownParameter(unknown)
        doubled = [name for name, values in request.query_params.lists() if len(values) > 1]
        if doubled:
            raise ValidationFailed(
                [FieldError(pointer(name), "invalid", "Was given twice.") for name in doubled]
            )

    def throttled(self, request: Request, wait: float | None) -> None:  # type: ignore[override]  # REST framework says NoReturn
        """Refuse a request over its limits."""
        raise RateLimited(headers={"Retry-After": str(int(wait or 1))})

    def handle_exception(self, exc: Exception) -> Response:
        problem = problem_of(exc)
        if problem.code == ValidationFailed.code and self.wrong_values is not ValidationFailed:
            log_problem(exc, problem)
            exc = self.wrong_values(problem.errors, problem.detail)
        response: Response = self.get_exception_handler()(exc, self.get_exception_handler_context())
        response.exception = True
        return response

    def rendered(self, response: HttpResponseBase) -> HttpResponse:
        """Return the response as it will be sent."""
        final = self.finalize_response(self.request, response, *self.args, **self.kwargs)
        if isinstance(final, Response):
            final.render()
        if not isinstance(final, HttpResponse):
            raise TypeError("A streamed answer cannot be kept for an Idempotency-Key.")
        return final

    def finalize_response(  # type: ignore[override]  # a replay and a page are no Response
        self, request: Request, response: HttpResponseBase, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        final: HttpResponseBase = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[arg-type]  # same
        tally: Tally | None = getattr(request, TALLY, None)
        if tally is not None:
            for name, value in tally.headers().items():
                final.headers[name] = value
        final.headers.setdefault(
            "Cache-Control", "private, no-cache" if "ETag" in final.headers else "no-store"
        )
        if self.operation not in self.composed_actions and is_unchanged(request, final):
            kept = {name: value for name, value in final.headers.items() if name != "Content-Type"}
            return HttpResponseNotModified(headers=kept)
        return final

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]  # without a body
        """Answer with `Allow` and nothing else."""
        return HttpResponse(status=204)


class HouseViewSet(HouseAPIView, BaseViewSet):
    """A view set over rows in the caller's scope: `get_queryset` is scoped, eager and unordered."""

    pagination_class = CursorPagination
    filter_backends = (HouseFilterBackend, OrderingBackend)
    lookup_value_converter = "uuid"
    list_actions: ClassVar[frozenset[str]] = frozenset({"list"})
    ordering: ClassVar[Sequence[str]] = ("-created_at",)
    ordering_fields: ClassVar[Mapping[str, str] | Sequence[str]] = ()

    def allowed_parameters(self) -> frozenset[str]:
        if self.operation in self.list_actions:
            return list_parameters(self) | PARAMETERS
        return super().allowed_parameters()

    def get_serializer_class(self) -> Any:
        return self.answer_serializers.get(self.operation) or super().get_serializer_class()

    def get_object(self) -> Any:
        """Return the row of the URL; whatever the caller cannot see does not exist (R-4)."""
        rows: QuerySet[Model] = self.get_queryset()
        row = rows.filter(pk=self.kwargs[self.lookup_url_kwarg or self.lookup_field]).first()
        if row is None:
            raise NotFound
        return row

    def page_of(self, rows: "QuerySet[Any]") -> Response:
        """Return one page of the rows, filtered and ordered as the query asks."""
        page = self.paginate_queryset(self.filter_queryset(rows))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def answer(self, record: Any, *, status: int | None = None) -> Response:
        """Return a record with its ETag; the status is that of `success_statuses`, else 200."""
        return Response(
            self.get_serializer(record).data,
            status=status or self.success_statuses.get(self.operation, 200),
            headers=self.etag_headers(record),
        )


class ListMixin:
    """GET on the collection."""

    def list(self: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        response: Response = self.page_of(self.get_queryset())
        return response


class RetrieveMixin:
    """GET on one row."""

    def retrieve(self: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        response: Response = self.answer(self.get_object())
        return response


class UnknownPathView(HouseAPIView):
    """Last route below /api: an honest 404, counted like any other request."""

    permission_codes = dict.fromkeys(METHODS, PUBLIC)
    schema = None  # no operation of the API

    def allowed_parameters(self) -> frozenset[str]:
        return frozenset(self.request.query_params)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        raise NotFound

    post = put = patch = delete = get
