"""The error and operations log that operators read; append-only, without personal data."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from bookings.enums import SystemEventSeverity
from bookings.models import SystemEvent


def record_system_event(
    *,
    service: str,
    action: str,
    at: datetime,
    severity: SystemEventSeverity = SystemEventSeverity.INFO,
    entity_type: str | None = None,
    entity_id: UUID | None = None,
    user_id: UUID | None = None,
    data: Mapping[str, Any] | None = None,
) -> SystemEvent:
    """Append one system event; `data` holds codes, ids and amounts only."""
    return SystemEvent.objects.create(
        service=service,
        action=action,
        severity=severity,
        entity_type=entity_type,
        entity_id=entity_id,
        user_id=user_id,
        event_data=dict(data or {}),
        timestamp=at,
    )
