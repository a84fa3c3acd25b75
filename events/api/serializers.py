"""Bodies and answers; contact data of a message never leaves its encrypted column here."""

from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework import serializers

from common.api.serializers import ReasonInput, StrictSerializer
from events.chain import plain
from events.models import DomainEvent, InboxMessage, OutboxMessage


class ReplayInput(StrictSerializer):
    force = serializers.BooleanField(
        default=False, help_text="Also what was delivered or processed; its effect may then come twice."
    )


class EditInput(ReasonInput):
    payload = serializers.DictField(help_text="The whole open payload: names, codes and whole numbers.")

    def validate_payload(self, value: dict[str, Any]) -> Any:
        """Refuse what no payload can hold."""
        try:
            return plain(value)
        except TypeError as error:
            raise serializers.ValidationError(str(error)) from error


class EventOutput(serializers.ModelSerializer[DomainEvent]):
    examples: ClassVar[Mapping[str, Any]] = {"event_type": "booking.created", "aggregate_type": "booking"}

    class Meta:
        model = DomainEvent
        fields = (
            "id",
            "sequence",
            "event_type",
            "event_version",
            "aggregate_type",
            "aggregate_id",
            "version",
            "station_id",
            "actor_type",
            "actor_id",
            "payload",
            "request_id",
            "correlation_id",
            "causation_id",
            "occurred_at",
            "hash_previous",
            "hash_current",
        )


class OutboxOutput(serializers.ModelSerializer[OutboxMessage]):
    examples: ClassVar[Mapping[str, Any]] = {
        "aggregate_type": "booking",
        "destination": "deposit_request",
        "error": "The gateway did not answer.",
    }

    class Meta:
        model = OutboxMessage
        fields = (
            "id",
            "event_id",
            "sequence",
            "target",
            "destination",
            "aggregate_type",
            "aggregate_id",
            "payload",
            "status",
            "attempts",
            "max_attempts",
            "next_attempt_at",
            "completed_at",
            "response_status_code",
            "error",
            "created_at",
            "updated_at",
        )


class InboxOutput(serializers.ModelSerializer[InboxMessage]):
    examples: ClassVar[Mapping[str, Any]] = {
        "source": "stripe",
        "message_id": "evt_1QX",
        "message_type": "charge.refunded",
        "error": "No such payment.",
    }

    class Meta:
        model = InboxMessage
        fields = (
            "id",
            "source",
            "message_id",
            "message_type",
            "status",
            "attempts",
            "next_attempt_at",
            "processed_at",
            "error",
            "created_at",
            "updated_at",
        )


class FindingOutput(serializers.Serializer[Any]):
    examples: ClassVar[Mapping[str, Any]] = {
        "chain": "event_log",
        "subject": "booking",
        "row": "018f6b2e-5c1d-7a40-9f3b-2d6c8e1a4b70",
        "problem": "The hash does not fit.",
    }

    chain = serializers.CharField()
    subject = serializers.CharField()
    row = serializers.CharField()
    problem = serializers.CharField()


class VerificationOutput(serializers.Serializer[Any]):
    verified = serializers.DictField(child=serializers.IntegerField(), help_text="Rows read, by chain.")
    findings = FindingOutput(many=True)
