"""Reactions of support to what happens below."""

from events.models import OutboxMessage
from support.services.erasure_requests import open_for


def open_erasure_request(message: OutboxMessage) -> None:
    """Have a person act on somebody's wish to be forgotten (P-6)."""
    event, told = message.event, message.private_payload or {}
    customers = message.payload["customer_ids"]
    open_for(
        account_id=message.payload["account_id"],
        customer_id=customers[-1] if customers else None,
        station_id=event.station_id,
        name=told["name"],
        email=told["email"],
        phone=told["phone"],
        at=event.occurred_at,
    )
