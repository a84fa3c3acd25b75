"""/events, /events/verify and /queues: history and operations, for the owner."""

from dataclasses import asdict
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from common.api.serializers import QuerySerializer, ReasonInput
from common.api.views import HouseAPIView, HouseViewSet, ListMixin
from common.exceptions import InvalidTransition
from events.api.filters import EventFilter, InboxFilter, OutboxFilter
from events.api.serializers import (
    EditInput,
    EventOutput,
    InboxOutput,
    OutboxOutput,
    ReplayInput,
    VerificationOutput,
)
from events.models import DomainEvent, InboxMessage, OutboxMessage
from events.selectors import verify_chains
from events.services.inbox import cancel_inbox_message, replay_message
from events.services.outbox import cancel_message, edit_message, retry_message

READ, OPERATE = "event.read", "event.replay"


class EventViewSet(ListMixin, HouseViewSet):
    """Everything that happened, newest first."""

    permission_codes = {"list": READ}
    serializer_class = EventOutput
    filterset_class = EventFilter
    ordering = ("-sequence",)
    ordering_fields = ("sequence", "occurred_at")

    def get_queryset(self) -> QuerySet[DomainEvent]:
        return DomainEvent.objects.all()


class SinceQuery(QuerySerializer):
    since = serializers.DateTimeField(required=False, help_text="Only rows stored from this time on.")


class VerificationView(HouseAPIView):
    """Recomputes the hash chains, the registered ones of every app, and recounts what was sealed."""

    permission_codes = {"get": READ}
    query_serializers = {"get": SinceQuery}
    answer_serializers = {"get": VerificationOutput}

    @extend_schema(operation_id="events_verify", tags=["events"], summary="Recompute the hash chains")
    def get(self, request: Request) -> Response:
        """Name the first bad row of each subject (E-2)."""
        verified = list(verify_chains(self.query.get("since")))
        return Response(
            {
                "verified": {chain.name: chain.rows for chain in verified},
                "findings": [asdict(finding) for chain in verified for finding in chain.findings],
            }
        )


class OutboxViewSet(ListMixin, HouseViewSet):
    """Deliveries: list, retry, correct, give up (E-5)."""

    permission_codes = {"list": READ, "retry": OPERATE, "edit": OPERATE, "cancel": OPERATE}
    body_serializers = {"retry": ReplayInput, "edit": EditInput, "cancel": ReasonInput}
    serializer_class = OutboxOutput
    filterset_class = OutboxFilter
    ordering = ("-sequence",)
    ordering_fields = ("sequence", "created_at", "next_attempt_at")
    refusals = dict.fromkeys(("retry", "edit", "cancel"), (InvalidTransition,))

    def get_queryset(self) -> QuerySet[OutboxMessage]:
        return OutboxMessage.objects.all()

    def retry(self, request: Request, pk: Any) -> Response:
        """Make a delivery due now with all its attempts."""
        row = retry_message(
            message=self.get_object(), by=self.actor, at=timezone.now(), force=self.body["force"]
        )
        return self.answer(row)

    def edit(self, request: Request, pk: Any) -> Response:
        """Replace the payload of a delivery that has not arrived; the difference is audited."""
        row = edit_message(message=self.get_object(), by=self.actor, at=timezone.now(), **self.body)
        return self.answer(row)

    def cancel(self, request: Request, pk: Any) -> Response:
        """Give up a delivery; what waits behind it goes on."""
        row = cancel_message(
            message=self.get_object(), by=self.actor, at=timezone.now(), reason=self.body["reason"]
        )
        return self.answer(row)


class InboxViewSet(ListMixin, HouseViewSet):
    """Messages from outside: list, process again, give up (E-7)."""

    permission_codes = {"list": READ, "retry": OPERATE, "cancel": OPERATE}
    body_serializers = {"retry": ReplayInput, "cancel": ReasonInput}
    serializer_class = InboxOutput
    filterset_class = InboxFilter
    ordering_fields = ("created_at", "next_attempt_at")
    refusals = dict.fromkeys(("retry", "cancel"), (InvalidTransition,))

    def get_queryset(self) -> QuerySet[InboxMessage]:
        return InboxMessage.objects.all()

    def retry(self, request: Request, pk: Any) -> Response:
        """Make a message due now with all its attempts."""
        row = replay_message(
            message=self.get_object(), by=self.actor, at=timezone.now(), force=self.body["force"]
        )
        return self.answer(row)

    def cancel(self, request: Request, pk: Any) -> Response:
        """Keep a message as ignored."""
        row = cancel_inbox_message(
            message=self.get_object(), by=self.actor, at=timezone.now(), reason=self.body["reason"]
        )
        return self.answer(row)
