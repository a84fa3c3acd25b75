"""Shapes of payment events: what arrived, from whom (masked), and what it may be for."""

from typing import Any

from rest_framework import serializers

from bookings.enums import PaymentMethod
from common.crypto.mask import mask_email, mask_phone
from integra.enums import MatchMethod, MatchStatus, PaymentEventStatus, PaymentProvider
from integra.models import PaymentEvent, PaymentMatch
from integra.scoring import FULL, Score, find_references


class PartAnswer(serializers.Serializer[Any]):
    code = serializers.CharField()
    points = serializers.FloatField()


class CandidateAnswer(serializers.Serializer[Any]):
    """A booking that may be meant; the parts sum up to the score, at most 1.00."""

    booking_id = serializers.UUIDField()
    reference = serializers.CharField()
    score = serializers.FloatField()
    parts = PartAnswer(many=True)


class MatchAnswer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    booking_id = serializers.UUIDField()
    reference = serializers.CharField()
    payment_id = serializers.UUIDField(allow_null=True)
    status = serializers.ChoiceField(choices=MatchStatus.choices)
    match_method = serializers.ChoiceField(choices=MatchMethod.choices)
    score = serializers.FloatField()
    parts = PartAnswer(many=True)
    reviewed_by_id = serializers.UUIDField(allow_null=True)
    reviewed_at = serializers.DateTimeField(allow_null=True)


class PaymentEventRow(serializers.Serializer[Any]):
    """Money that arrived; of the memo only the booking references in it are shown."""

    id = serializers.UUIDField()
    provider = serializers.ChoiceField(choices=PaymentProvider.choices)
    method = serializers.ChoiceField(choices=PaymentMethod.choices)
    status = serializers.ChoiceField(choices=PaymentEventStatus.choices)
    station_id = serializers.UUIDField(allow_null=True)
    amount_cents = serializers.IntegerField()
    currency = serializers.CharField()
    occurred_at = serializers.DateTimeField()
    references = serializers.ListField(child=serializers.CharField())
    sender_name = serializers.CharField(allow_null=True, help_text="Initials")
    sender_email = serializers.CharField(allow_null=True)
    sender_phone = serializers.CharField(allow_null=True)
    ignored_at = serializers.DateTimeField(allow_null=True)
    match = MatchAnswer(allow_null=True)
    candidates = CandidateAnswer(many=True)
    updated_at = serializers.DateTimeField()

    def to_representation(self, instance: PaymentEvent) -> dict[str, Any]:
        """Return plain values; candidates stand with events that wait, scored now."""
        event: Any = instance
        names = ("id", "provider", "method", "status", "station_id", "amount_cents", "currency")
        found = self.context["found"].get(event.pk)
        return {
            **{name: getattr(event, name) for name in (*names, "occurred_at", "ignored_at", "updated_at")},
            "references": sorted(find_references(event.memo or "")),
            "sender_name": _initials(event.sender_name),
            "sender_email": event.sender_email and mask_email(event.sender_email),
            "sender_phone": event.sender_phone and mask_phone(event.sender_phone),
            "match": next((_match(match) for match in event.live_matches), None),
            "candidates": [_candidate(*item) for item in found.best] if found else [],
        }


def _candidate(score: Score, booking: Any) -> dict[str, Any]:
    return {
        "booking_id": booking.pk,
        "reference": booking.reference,
        "score": score.points / FULL,
        "parts": _parts(score.parts),
    }


def _match(match: PaymentMatch) -> dict[str, Any]:
    return {
        "id": match.pk,
        "booking_id": match.booking.pk,
        "reference": match.booking.reference,
        "payment_id": match.payment_id,
        "status": match.status,
        "match_method": match.match_method,
        "score": float(match.confidence),
        "parts": _parts(match.evidence),
        "reviewed_by_id": match.reviewed_by_id,
        "reviewed_at": match.reviewed_at,
    }


def _parts(parts: Any) -> list[dict[str, Any]]:
    return [{"code": name, "points": points / FULL} for name, points in parts.items()]


def _initials(name: str | None) -> str | None:
    return None if not name else " ".join(f"{word[0].upper()}." for word in name.split())
