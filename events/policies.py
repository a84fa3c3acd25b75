"""What operators may do with a message in its state; one truth for services, admin and API (E-5, E-7)."""

from events.enums import SETTLED, InboxStatus, OutboxStatus
from events.models import InboxMessage, OutboxMessage

OPEN = frozenset({OutboxStatus.PENDING, OutboxStatus.FAILED})
UNPROCESSED = frozenset({InboxStatus.PENDING, InboxStatus.FAILED})
REPLAYABLE = UNPROCESSED | {InboxStatus.IGNORED}


def may_retry(message: OutboxMessage, *, force: bool = False) -> bool:
    """Tell whether a delivery may be made due now; `force` takes settled ones too."""
    return message.status in OPEN or (force and message.status in SETTLED)


def may_edit(message: OutboxMessage) -> bool:
    """Tell whether the payload of a delivery may be corrected."""
    return message.status in OPEN


def may_cancel(message: OutboxMessage) -> bool:
    """Tell whether a delivery may be given up."""
    return message.status in OPEN


def may_replay(message: InboxMessage, *, force: bool = False) -> bool:
    """Tell whether a received message may be made due now; `force` takes processed ones too."""
    return message.status in REPLAYABLE or (force and message.status == InboxStatus.PROCESSED)


def may_drop(message: InboxMessage) -> bool:
    """Tell whether a received message may be kept as ignored."""
    return message.status in UNPROCESSED
