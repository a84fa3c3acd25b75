"""What lists of events and messages can be narrowed by (API-5)."""

from common.api.filters import HouseFilterSet
from events.models import DomainEvent, InboxMessage, OutboxMessage


class EventFilter(HouseFilterSet):
    class Meta:
        model = DomainEvent
        fields = {
            "event_type": ["exact", "in"],
            "aggregate_type": ["exact"],
            "aggregate_id": ["exact"],
            "station_id": ["exact"],
            "correlation_id": ["exact"],
            "occurred_at": ["gte", "lt"],
        }


class OutboxFilter(HouseFilterSet):
    class Meta:
        model = OutboxMessage
        fields = {
            "status": ["exact", "in"],
            "target": ["exact", "in"],
            "destination": ["exact"],
            "aggregate_type": ["exact"],
            "aggregate_id": ["exact"],
            "created_at": ["gte", "lt"],
        }


class InboxFilter(HouseFilterSet):
    class Meta:
        model = InboxMessage
        fields = {
            "status": ["exact", "in"],
            "source": ["exact"],
            "message_type": ["exact"],
            "created_at": ["gte", "lt"],
        }
