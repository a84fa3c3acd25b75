"""Reactions to events of lower floors: load, one service call."""

from bookings.enums import SystemEventSeverity
from bookings.services.system_events import record_system_event
from events.models import OutboxMessage


def note_new_address(message: OutboxMessage) -> None:
    """AU-15: a log-in from an address new for the account is a warning in the operators' log."""
    event = message.event
    record_system_event(
        service="accounts",
        action=event.event_type,
        at=event.occurred_at,
        severity=SystemEventSeverity.WARNING,
        entity_type=event.aggregate_type,
        entity_id=event.aggregate_id,
        user_id=event.aggregate_id,
    )
