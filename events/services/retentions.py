"""How long messages on their way and kept answers live (section 14); domain events stay for ever."""

from events.enums import SETTLED, InboxStatus
from events.models import IdempotencyKey, InboxMessage, OutboxMessage
from events.retention import Retention

RETENTIONS = (
    Retention(
        name="events.outbox",
        model=OutboxMessage,
        days=30,
        does="deletes messages that were delivered or cancelled",
        due=lambda before: OutboxMessage.objects.filter(status__in=SETTLED, updated_at__lt=before),
    ),
    Retention(
        name="events.inbox",
        model=InboxMessage,
        days=180,
        does="deletes messages that were dealt with",
        due=lambda before: InboxMessage.objects.filter(
            status__in=(InboxStatus.PROCESSED, InboxStatus.IGNORED), processed_at__lt=before
        ),
    ),
    Retention(
        name="events.idempotency_keys",
        model=IdempotencyKey,
        days=7,
        does="deletes keys with the answers kept under them",
        due=lambda before: IdempotencyKey.objects.filter(created_at__lt=before),
    ),
)
