"""The boxes of this floor, as replay_messages, health_report and the readiness probe see them."""

from django.db.models import Q

from events.enums import InboxStatus, OutboxStatus
from events.models import InboxMessage, OutboxMessage
from events.registry import Box
from events.services.inbox import replay_message
from events.services.outbox import retry_message

OUTBOX = Box(
    name="outbox",
    rows=OutboxMessage.objects.all,
    waiting=Q(status=OutboxStatus.PENDING),
    parked=Q(status=OutboxStatus.FAILED),
    replay=retry_message,
)
INBOX = Box(
    name="inbox",
    rows=InboxMessage.objects.all,
    waiting=Q(status__in=(InboxStatus.PENDING, InboxStatus.PROCESSING)),
    parked=Q(status=InboxStatus.FAILED),
    replay=replay_message,
)
