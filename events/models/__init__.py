from events.models.counter import Counter
from events.models.domain_event import GENESIS, DomainEvent
from events.models.idempotency_key import IdempotencyKey
from events.models.inbox import InboxMessage
from events.models.outbox import OutboxMessage
from events.models.webhook_endpoint import WebhookEndpoint

__all__ = [
    "GENESIS",
    "Counter",
    "DomainEvent",
    "IdempotencyKey",
    "InboxMessage",
    "OutboxMessage",
    "WebhookEndpoint",
]
