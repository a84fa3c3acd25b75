"""Shapes of what hangs on a booking: its events, its reminders, the chefs for it."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from rest_framework import serializers

from bookings.enums import ReminderPurpose, ReminderStatus, ReminderType
from bookings.policies import Audience
from bookings.selectors.chef_scores import Recommendation
from events.models import DomainEvent


class EventAnswer(serializers.Serializer[Any]):
    """A fact of the booking's history; who did it and the particulars are for staff."""

    examples: ClassVar[Mapping[str, Any]] = {"event_type": "booking.created", "actor_type": "guest"}

    id = serializers.UUIDField()
    version = serializers.IntegerField(help_text="Place in the history, from 1")
    event_type = serializers.CharField()
    occurred_at = serializers.DateTimeField()
    actor_type = serializers.CharField(help_text="user, guest, system or webhook")
    actor_id = serializers.UUIDField(allow_null=True)
    payload = serializers.JSONField(allow_null=True)

    def to_representation(self, instance: DomainEvent) -> dict[str, Any]:
        """Return plain values, the particulars as the audience may see them."""
        row = {name: getattr(instance, name) for name in self.fields.keys()}  # noqa: SIM118 -- the stubs say that fields iterate over fields
        row["payload"] = instance.newest_payload
        if self.context["view"].audience is not Audience.STAFF:
            row["actor_id"] = row["payload"] = None
        return row


class ReminderAnswer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    reminder_type = serializers.ChoiceField(choices=ReminderType.choices)
    purpose = serializers.ChoiceField(choices=ReminderPurpose.choices)
    scheduled_for = serializers.DateTimeField()
    status = serializers.ChoiceField(choices=ReminderStatus.choices)
    sent_at = serializers.DateTimeField(allow_null=True)
    message = serializers.CharField(allow_null=True, help_text="What staff wrote; null: the usual text")
    created_at = serializers.DateTimeField()


class PartsAnswer(serializers.Serializer[Any]):
    """Points as decimal text."""

    examples: ClassVar[Mapping[str, Any]] = {
        "travel": "30.0",
        "skill": "20.0",
        "workload": "15.0",
        "rating": "12.5",
        "preference": "5.0",
        "requested": "0.0",
    }

    travel = serializers.CharField()
    skill = serializers.CharField()
    workload = serializers.CharField()
    rating = serializers.CharField()
    preference = serializers.CharField()
    requested = serializers.CharField()


class RecommendationAnswer(serializers.Serializer[Any]):
    """A chef with score and parts, or with why they are no choice: too_far, full_day or same_slot."""

    chef_id = serializers.UUIDField()
    name = serializers.CharField()
    score = serializers.CharField(allow_null=True)
    parts = PartsAnswer(allow_null=True)
    excluded = serializers.ChoiceField(choices=["too_far", "full_day", "same_slot"], allow_null=True)
    travel_minutes = serializers.CharField()
    parties_that_day = serializers.IntegerField()


class RecommendationsAnswer(serializers.Serializer[Any]):
    """BK-16."""

    results = RecommendationAnswer(many=True)


PARTS = tuple(PartsAnswer().fields)


def recommendations_as_dict(found: Iterable[Recommendation]) -> dict[str, Any]:
    """Return the answer about the chefs for a party, in their order."""
    return {
        "results": [
            {
                "chef_id": item.chef.pk,
                "name": item.chef.name,
                "score": None if item.total is None else str(item.total),
                "parts": item.parts and {name: str(getattr(item.parts, name)) for name in PARTS},
                "excluded": item.excluded,
                "travel_minutes": f"{item.minutes:.1f}",
                "parties_that_day": item.parties_that_day,
            }
            for item in found
        ]
    }
