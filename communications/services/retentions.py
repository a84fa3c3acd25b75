"""How long recordings are kept (section 14, M-4): each row says it itself."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from common.actors import SystemActor
from communications.models import CallRecording
from communications.services.purge import purge_recording
from events.retention import Retention

PURGER = SystemActor("purge_retention")
DAYS = 90


def _due(before: datetime) -> QuerySet[CallRecording]:
    """Return the recordings past their own `delete_after`; the 90 days are counted in it already."""
    return (
        CallRecording.objects.to_purge(before + timedelta(days=DAYS))
        .order_by()
        .exclude(customer__legal_hold=True)
    )


def _purge(rows: QuerySet[CallRecording], at: datetime) -> int:
    return sum(purge_recording(recording=row, by=PURGER, at=at) for row in rows.order_by("pk"))


RETENTIONS = (
    Retention(
        name="communications.call_recordings",
        model=CallRecording,
        days=DAYS,
        does="removes files and transcripts, not on legal hold",
        due=_due,
        end=_purge,
    ),
)
