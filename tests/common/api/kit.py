"""A tiny API built on the kit, over webhook endpoints; what the tests of the kit talk to."""

import threading
import time
from typing import ClassVar
from uuid import UUID

from django.contrib import admin
from django.db import transaction
from django.db.models import Q
from django.urls import include, path
from django_filters import CharFilter
from rest_framework import serializers
from rest_framework.authentication import BaseAuthentication
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from common.actors import Scope
from common.api.filters import HouseFilterSet
from common.api.health import LiveView, ReadyView
from common.api.idempotency import requires_idempotency_key
from common.api.permissions import PUBLIC, SIGNED_IN
from common.api.routers import HouseRouter
from common.api.serializers import QuerySerializer, StrictSerializer
from common.api.urls import api_urls
from common.api.views import HouseAPIView, HouseViewSet, ListMixin, RetrieveMixin
from common.exceptions import DomainError, InternalError, NotAuthenticated
from events.models import WebhookEndpoint

USER_ID = UUID("00000000-0000-4000-8000-000000000001")


class Account:
    """Stands for an identity user."""

    def __init__(self, role: str) -> None:
        self.pk, self.role = USER_ID, role


class AccountActor:
    type, id, label = "user", USER_ID, "user:1"

    def __init__(self, codes: set[str], stations: frozenset[UUID] = frozenset()) -> None:
        self.codes, self.stations = codes, stations

    def may(self, code: str, station_id: UUID | None = None) -> bool:
        return code in self.codes

    def scope(self, code: str) -> Scope:
        held = code in self.codes
        return Scope(everywhere=held and not self.stations, stations=self.stations if held else frozenset())


class TestAuthentication(BaseAuthentication):
    """`Authorization: Test <role> <code>,<code> <station> <station>`; no station: all of them."""

    def authenticate(self, request: Request):
        scheme, _, rest = request.headers.get("Authorization", "").partition(" ")
        if not scheme:
            return None
        if scheme != "Test":
            raise NotAuthenticated("That token cannot be read.")
        role, codes, *stations = rest.split(" ")
        return Account(role), AccountActor(set(codes.split(",")), frozenset(map(UUID, stations)))


class Taken(DomainError):
    code, status, title = "slot_taken", 409, "Taken"


class Contended(DomainError):
    code, status, title = "slot_contended", 409, "Contended"


class EndpointInput(StrictSerializer):
    name = serializers.CharField(max_length=100)
    url = serializers.URLField(max_length=500, default="https://example.com/hook")


class EndpointOutput(serializers.ModelSerializer):
    class Meta:
        model = WebhookEndpoint
        fields = ("id", "name", "url", "is_active", "disabled_at", "created_at")


class EndpointFilter(HouseFilterSet):
    q = CharFilter(method="search")

    class Meta:
        model = WebhookEndpoint
        fields: ClassVar = {
            "name": ["exact", "in"],
            "is_active": ["exact"],
            "id": ["exact", "in"],
            "created_at": ["gte", "lt"],
        }

    def search(self, rows, name, value):
        return rows.filter(Q(name__icontains=value))


class Effects:
    """What happened, over all threads."""

    lock = threading.Lock()
    calls = 0

    @classmethod
    def happen(cls) -> None:
        with cls.lock:
            cls.calls += 1


@transaction.atomic
def create_endpoint(*, name: str, url: str) -> WebhookEndpoint:
    Effects.happen()
    if name.startswith("slow"):
        time.sleep(0.3)
    endpoint = WebhookEndpoint.objects.create(name=name, url=url, secret="s")
    match name:
        case "taken":
            raise Taken(alternatives=[{"slot": "12:00"}])
        case "contended":
            raise Contended(headers={"Retry-After": "1"})
        case "crash":
            raise RuntimeError("jane@example.com")
    return endpoint


def refuse_and_tell(*, name: str) -> None:
    """Refuses like a booking: its own rows are undone, the fact about the refusal stays."""
    try:
        create_endpoint(name=name, url="https://example.com")
    except (Taken, RuntimeError) as error:
        WebhookEndpoint.objects.create(name="fact", url="https://example.com", secret="s")
        if isinstance(error, RuntimeError):
            raise InternalError from error
        raise


class EndpointViewSet(ListMixin, RetrieveMixin, HouseViewSet):
    """Webhook endpoints."""

    authentication_classes = (TestAuthentication,)
    permission_codes = {
        "list": "hook.read",
        "retrieve": "hook.read",
        "create": "hook.create",
        "partial_update": "hook.update",
        "refuse": "hook.create",
        "undeclared_scope": SIGNED_IN,
    }
    idempotent_actions = frozenset({"create"})
    conditional_actions = frozenset({"partial_update"})
    tagged_actions = frozenset({"retrieve", "create", "partial_update"})
    body_serializers = {"create": EndpointInput, "partial_update": EndpointInput, "refuse": EndpointInput}
    serializer_class = EndpointOutput
    filterset_class = EndpointFilter
    success_statuses = {"create": 201}
    ordering_fields = ("name", "created_at", "disabled_at")
    refusals = {"create": (Taken, Contended)}
    examples = {"create": {"name": "hook"}}
    queryset = WebhookEndpoint.objects.all()

    def create(self, request: Request) -> Response:
        """Create an endpoint."""
        return self.answer(create_endpoint(**self.body))

    def partial_update(self, request: Request, pk: UUID) -> Response:
        endpoint = self.get_object()
        self.expected_version(endpoint)
        endpoint.name = self.body["name"]
        endpoint.save()
        return self.answer(endpoint)

    @action(detail=False, methods=["post"])
    @requires_idempotency_key
    def refuse(self, request: Request) -> Response:
        refuse_and_tell(name=self.body["name"])
        return Response({})

    @action(detail=False, methods=["get"], url_path="signed-in")
    def undeclared_scope(self, request: Request) -> Response:
        return Response({"actor": self.actor.label})


class EchoInput(StrictSerializer):
    class InnerInput(StrictSerializer):
        day = serializers.DateField(required=False)

    number = serializers.IntegerField(required=False, max_value=100)
    price = serializers.FloatField(required=False)
    exact = serializers.DecimalField(required=False, max_digits=10, decimal_places=7)
    text = serializers.CharField(required=False)
    flag = serializers.BooleanField(required=False)
    day = serializers.DateField(required=False)
    slot = serializers.TimeField(required=False)
    moment = serializers.DateTimeField(required=False)
    key = serializers.UUIDField(required=False)
    choice = serializers.ChoiceField(choices=["a", "b"], required=False)
    several = serializers.MultipleChoiceField(choices=["a", "b"], required=False)
    words = serializers.ListField(child=serializers.CharField(), required=False)
    counts = serializers.DictField(child=serializers.IntegerField(), required=False)
    inner = InnerInput(required=False)
    inners = InnerInput(many=True, required=False)


class EchoQuery(QuerySerializer):
    day = serializers.DateField(required=False)
    party = serializers.IntegerField(required=False)


class EchoView(HouseAPIView):
    authentication_classes = (TestAuthentication,)
    permission_codes = {"get": PUBLIC, "post": PUBLIC}
    body_serializers = {"post": EchoInput}
    query_serializers = {"get": EchoQuery}
    answer_serializers = {"get": None, "post": None}
    throttle_scopes = {"post": "public_booking"}

    def get(self, request: Request) -> Response:
        """Echo the query."""
        return Response(self.query)

    def post(self, request: Request) -> Response:
        """Echo the body."""
        return Response({name: str(value) for name, value in self.body.items()})


class AccidentView(HouseAPIView):
    """Raises what it is asked for."""

    authentication_classes = (TestAuthentication,)
    permission_codes = {"get": PUBLIC, "post": PUBLIC}
    accidents: ClassVar[dict[str, Exception]] = {}

    def get(self, request: Request, name: str) -> Response:
        raise self.accidents[name]

    post = get


class TokenView(HouseAPIView):
    authentication_classes = (TestAuthentication,)
    permission_codes = {"get": PUBLIC, "post": PUBLIC}

    def get(self, request: Request, token: str) -> Response:
        raise Taken

    def post(self, request: Request, token: str) -> Response:
        Effects.happen()
        return Response(status=204) if token == "empty" else Response({"token": token})


router = HouseRouter()
router.register("hooks", EndpointViewSet, basename="hook")

urlpatterns = [
    path("admin/", admin.site.urls),
    path("health/live", LiveView.as_view()),
    path("health/ready", ReadyView.as_view()),
    path("api/v1/", include(router.urls)),
    path("api/v1/echo", EchoView.as_view()),
    path("api/v1/accidents/<str:name>", AccidentView.as_view()),
    path("api/v1/holds/<str:token>/sign", TokenView.as_view()),
    *api_urls,
]
handler400 = "common.api.problems.bad_request"
handler404 = "common.api.problems.not_found"
handler500 = "common.api.problems.server_error"
