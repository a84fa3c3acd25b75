"""/webhook-endpoints: receivers of outgoing webhooks (E-9), for the owner."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from common.api.filters import HouseFilterSet
from common.api.serializers import ReasonInput
from common.api.views import HouseViewSet, ListMixin
from common.exceptions import Duplicate
from events.api.endpoint_bodies import (
    EndpointChangesInput,
    EndpointInput,
    EndpointOutput,
    EndpointSecretOutput,
    RotationInput,
)
from events.models import WebhookEndpoint
from events.services.webhooks import (
    EndpointChanges,
    create_endpoint,
    delete_endpoint,
    rotate_secret,
    update_endpoint,
)

CODE = "system.config"


class EndpointFilter(HouseFilterSet):
    class Meta:
        model = WebhookEndpoint
        fields = {"name": ["exact", "in"], "is_active": ["exact"], "created_at": ["gte", "lt"]}


class WebhookEndpointViewSet(ListMixin, HouseViewSet):
    """Endpoints are the company's: events of all stations go to each.

    Of the two answers that hold a secret no Idempotency-Key keeps a copy; a repeated creation is refused by
    its name, a repeated rotation by the If-Match that was sent with it.
    """

    permission_codes = dict.fromkeys(("list", "create", "partial_update", "destroy", "rotate"), CODE)
    keeps_answers = False
    conditional_actions = frozenset({"partial_update", "destroy"})
    tolerant_actions = frozenset({"rotate"})
    tagged_actions = frozenset({"create", "partial_update", "rotate"})
    body_serializers = {
        "create": EndpointInput,
        "partial_update": EndpointChangesInput,
        "destroy": ReasonInput,
        "rotate": RotationInput,
    }
    serializer_class = EndpointOutput
    answer_serializers = {"create": EndpointSecretOutput, "rotate": EndpointSecretOutput, "destroy": None}
    success_statuses = {"create": 201, "destroy": 204}
    refusals = {"create": (Duplicate,)}
    filterset_class = EndpointFilter
    ordering = ("name",)
    ordering_fields = ("name", "created_at")
    examples = {
        "create": {
            "name": "accounting",
            "url": "https://accounting.example/hooks/hibachi",
            "event_types": ["booking.*", "payment.recorded"],
        },
        "partial_update": {"is_active": False, "disabled_reason": "Moves to another host"},
        "destroy": {"reason": "The receiver is not used any more"},
        "rotate": {"keep_previous": True},
    }

    def get_queryset(self) -> QuerySet[WebhookEndpoint]:
        return WebhookEndpoint.objects.all()

    def create(self, request: Request) -> Response:
        """Name a receiver; the answer shows its secret, this once."""
        return self.answer(create_endpoint(**self.body, by=self.actor))

    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change a receiver, switch it off or on, end a rotation."""
        endpoint = self.get_object()
        self.expected_version(endpoint)
        changed = update_endpoint(
            endpoint=endpoint,
            changes=EndpointChanges(**self.body),
            by=self.actor,
            at=timezone.now(),
            expected=endpoint.updated_at,
        )
        return self.answer(changed)

    def destroy(self, request: Request, pk: Any) -> Response:
        """Delete a receiver, with a reason in the body; what waits for it is cancelled."""
        endpoint = self.get_object()
        self.expected_version(endpoint)
        delete_endpoint(
            endpoint=endpoint,
            reason=self.body["reason"],
            by=self.actor,
            at=timezone.now(),
            expected=endpoint.updated_at,
        )
        return Response(status=204)

    def rotate(self, request: Request, pk: Any) -> Response:
        """Make a fresh secret, shown this once; the one before signs too for a while."""
        endpoint = self.get_object()
        self.check_version(endpoint)
        seen = endpoint.updated_at if "If-Match" in request.headers else None
        rotated = rotate_secret(endpoint=endpoint, by=self.actor, expected=seen, **self.body)
        return self.answer(rotated)
