"""Rows of the events floor; an event itself is published, its factory only asks for that."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from django.db import transaction
from factory import LazyFunction, SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from common.actors import SystemActor
from events.enums import OutboxTarget
from events.models import (
    Counter,
    DomainEvent,
    IdempotencyKey,
    InboxMessage,
    OutboxMessage,
    WebhookEndpoint,
)
from events.services import publish

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
SYSTEM = SystemActor("test")


class WebhookEndpointFactory(DjangoModelFactory):
    """An active receiver."""

    class Meta:
        model = WebhookEndpoint

    name = Sequence(lambda n: f"endpoint-{n:03}")
    url = "https://example.com/hook"
    secret = "whsec_bm90IGEgc2VjcmV0LCBidXQgMzIgYnl0ZXMgbG9uZyE="


class DomainEventFactory(DjangoModelFactory):
    """The first event of some aggregate, or of `subject`."""

    class Meta:
        model = DomainEvent

    @classmethod
    def _create(cls, model_class: type[DomainEvent], *args: Any, **kwargs: Any) -> DomainEvent:
        del model_class, args  # what publish makes
        subject = kwargs.pop("subject", None) or WebhookEndpointFactory()
        with transaction.atomic():
            return publish("endpoint.changed", subject=subject, by=SYSTEM, at=AT, **kwargs)


class OutboxMessageFactory(DjangoModelFactory):
    """An e-mail that is due."""

    class Meta:
        model = OutboxMessage

    event = SubFactory(DomainEventFactory)
    target = OutboxTarget.EMAIL
    destination = "deposit_request"
    aggregate_type = SelfAttribute("event.aggregate_type")
    aggregate_id = SelfAttribute("event.aggregate_id")
    sequence = SelfAttribute("event.sequence")


class InboxMessageFactory(DjangoModelFactory):
    """A call of a provider that nobody has handled yet."""

    class Meta:
        model = InboxMessage

    source = "stripe"
    message_id = Sequence(lambda n: f"evt_made_{n}")


class IdempotencyKeyFactory(DjangoModelFactory):
    """A request that is being answered."""

    class Meta:
        model = IdempotencyKey

    actor = "guest"
    method = "POST"
    path = "/api/v1/public/bookings"
    key = LazyFunction(lambda: str(uuid4()))
    fingerprint = "0" * 64
    expires_at = AT


class CounterFactory(DjangoModelFactory):
    class Meta:
        model = Counter

    key = Sequence(lambda n: f"login:{n:064x}")
    window_start = AT
    hits = 1
    expires_at = AT


def publish_about(subject, count: int = 1) -> list[DomainEvent]:
    """Publish events about a subject; the caller is in a transaction."""
    return [
        publish("endpoint.changed", subject=subject, by=SYSTEM, at=AT, payload={"step": step})
        for step in range(1, count + 1)
    ]
