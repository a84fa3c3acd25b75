"""How long calls, transcripts, raw social notices and the ledger of money events are kept (section 14)."""

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from bookings.services.privacy.retentions import BOOKING_DAYS
from common.actors import SystemActor
from events.enums import InboxStatus
from events.retention import Retention
from events.subjects import Erasing, Overwrite, gone
from integra.models import CallSession, PaymentEvent, PaymentMatch, SocialInboxMessage

PURGER = SystemActor("purge_retention")
TRANSCRIPT = Overwrite(values={"transcript": gone})


def _calls(before: datetime) -> QuerySet[CallSession]:
    return (
        CallSession.objects.filter(started_at__lt=before)
        .exclude(recording__legal_hold=True)
        .exclude(customer__legal_hold=True)
    )


def _unmatched(before: datetime) -> QuerySet[PaymentEvent]:
    """Return old money events; those of a party go after its matches."""
    matches = PaymentMatch.objects.filter(payment_event=OuterRef("pk"))
    return PaymentEvent.objects.filter(~Exists(matches), occurred_at__lt=before)


def _forget_transcript(rows: QuerySet[CallSession], at: datetime) -> int:
    return TRANSCRIPT(rows, Erasing(by=PURGER, at=at))


RETENTIONS = (
    Retention(
        name="integra.call_sessions.transcript",
        model=CallSession,
        days=90,
        does="forgets transcripts, not on legal hold",
        due=lambda before: _calls(before).filter(transcript__isnull=False),
        end=_forget_transcript,
    ),
    Retention(
        name="integra.call_sessions",
        model=CallSession,
        days=1_095,
        does="deletes old calls, not on legal hold",
        due=_calls,
    ),
    Retention(
        name="integra.social_inbox",
        model=SocialInboxMessage,
        days=180,
        does="deletes notices that were dealt with",
        due=lambda before: SocialInboxMessage.objects.filter(
            status__in=(InboxStatus.PROCESSED, InboxStatus.IGNORED), processed_at__lt=before
        ),
    ),
    Retention(
        name="integra.payment_matches",
        model=PaymentMatch,
        days=BOOKING_DAYS,
        does="deletes the matches of parties that are purged",
        due=lambda before: PaymentMatch.objects.filter(booking__ends_at__lt=before).exclude(
            booking__customer__legal_hold=True
        ),
        is_frozen=True,
    ),
    Retention(
        name="integra.payment_events",
        model=PaymentEvent,
        days=BOOKING_DAYS,
        does="deletes old money events",
        due=_unmatched,
        is_frozen=True,
    ),
)
