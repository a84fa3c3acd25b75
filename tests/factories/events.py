"""Rows of the events floor; events themselves are published, never made."""

from datetime import UTC, datetime

from factory import Sequence
from factory.django import DjangoModelFactory

from common.actors import SystemActor
from events.models import DomainEvent, WebhookEndpoint
from events.services import publish

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
SYSTEM = SystemActor("test")


class WebhookEndpointFactory(DjangoModelFactory):
    """An active receiver."""

    class Meta:
        model = WebhookEndpoint

    name = Sequence(lambda n: f"endpoint-{n:03}")
    url = "https://example.com/hook"
    secret = "not a secret"


def publish_about(subject, count: int = 1) -> list[DomainEvent]:
    """Publish events about a subject; the caller is in a transaction."""
    return [
        publish("endpoint.changed", subject=subject, by=SYSTEM, at=AT, payload={"step": step})
        for step in range(1, count + 1)
    ]
