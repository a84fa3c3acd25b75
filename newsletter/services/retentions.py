"""How long the texts of campaigns and the log of contacts are kept (section 14)."""

from datetime import datetime

from django.db.models import QuerySet

from common.actors import SystemActor
from events.retention import Retention
from events.subjects import Erasing, Overwrite, gone, sealed
from newsletter.enums import SmsQueueStatus
from newsletter.models import ContactLog, SmsQueueItem

SENT_TEXT = Overwrite(values={"message": sealed, "phone": sealed, "phone_bidx": gone, "last_error": gone})


def _sent(before: datetime) -> QuerySet[SmsQueueItem]:
    """Return sent messages that still hold their words; the index goes with them."""
    return SmsQueueItem.objects.filter(
        status=SmsQueueStatus.SENT, sent_at__lt=before, phone_bidx__isnull=False
    )


def _forget_text(rows: QuerySet[SmsQueueItem], at: datetime) -> int:
    return SENT_TEXT(rows, Erasing(by=SystemActor("purge_retention"), at=at))


RETENTIONS = (
    Retention(
        name="newsletter.sms_send_queue",
        model=SmsQueueItem,
        days=90,
        does="forgets words and numbers of sent messages",
        due=_sent,
        end=_forget_text,
    ),
    Retention(
        name="newsletter.contact_log",
        model=ContactLog,
        days=90,
        does="deletes old entries",
        due=lambda before: ContactLog.objects.filter(occurred_at__lt=before),
    ),
)
