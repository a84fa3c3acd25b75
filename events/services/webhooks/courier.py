"""Outbox target `webhook`: one signed post per event and endpoint, by the same id at each try (E-6, E-9)."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

import orjson

from common.actors import SystemActor
from common.gateways import ReceiverForbidden, WebhookPost, webhook_gateway
from events.exceptions import DeliveryRefused, Undeliverable, UnexpectedAnswer
from events.models import OutboxMessage, WebhookEndpoint
from events.services.webhooks.endpoints import switch_off
from events.signatures import sign
from events.upcasters import newest_shape, newest_version

COURIER = SystemActor("webhooks")
AGENT = "MyHibachi-Webhooks/1"


def send_webhook(message: OutboxMessage, at: datetime) -> int | None:
    """Post one event to the endpoint it is addressed to; the courier of target `webhook`.

    410 switches the endpoint off; any other answer but 2xx, a redirect too, is worth another attempt.
    """
    endpoint = WebhookEndpoint.objects.filter(name=message.destination).first()
    if endpoint is None:
        raise DeliveryRefused("endpoint deleted")
    if not endpoint.is_active:
        raise DeliveryRefused("endpoint switched off")
    try:
        status = webhook_gateway().post(post_of(message, endpoint, at=at))
    except ReceiverForbidden as forbidden:
        raise Undeliverable(str(forbidden)) from forbidden
    if status == HTTPStatus.GONE and switch_off(endpoint=endpoint, by=COURIER, at=at):
        raise DeliveryRefused("HTTP 410, endpoint switched off")
    if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        raise UnexpectedAnswer(status)
    return status


def post_of(message: OutboxMessage, endpoint: WebhookEndpoint, *, at: datetime) -> WebhookPost:
    """Return a row as it is posted: the event in JSON, signed by every live secret of the endpoint."""
    body = orjson.dumps(body_of(message))
    timestamp = int(at.timestamp())
    live = [secret for secret in (endpoint.secret, endpoint.previous_secret) if secret is not None]
    headers = {
        "Content-Type": "application/json",
        "User-Agent": AGENT,
        "webhook-id": str(message.pk),
        "webhook-timestamp": str(timestamp),
        "webhook-signature": sign(live, message_id=str(message.pk), timestamp=timestamp, body=body),
    }
    return WebhookPost(url=endpoint.url, headers=headers, body=body)


def body_of(message: OutboxMessage) -> dict[str, Any]:
    """Return the event as receivers read it, in the newest shape (E-3); nothing personal is in it (E-1)."""
    event = message.event
    return {
        "id": str(event.pk),
        "type": event.event_type,
        "version": newest_version(event.event_type, event.event_version),
        "occurred_at": event.occurred_at.isoformat().replace("+00:00", "Z"),
        "aggregate": {
            "type": event.aggregate_type,
            "id": str(event.aggregate_id),
            "version": event.version,
        },
        "station_id": None if event.station_id is None else str(event.station_id),
        "payload": newest_shape(event.event_type, event.event_version, message.payload),
    }
