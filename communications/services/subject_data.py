"""A person's call recordings (P-6): purged as M-4 purges them; a legal hold blocks."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db.models import Q, QuerySet

from communications.models import CallRecording
from communications.services.purge import purge_recording
from events.subjects import Blocker, Erasing, Moment, Overwrite, Subject, SubjectTable, empty


def list_recordings(subject: Subject) -> QuerySet[CallRecording]:
    """Return the recordings of the person's calls: by customer, else by party or escalation."""
    linked = Q(booking__customer__in=subject.customers) | Q(escalation__customer__in=subject.customers)
    return CallRecording.objects.filter(Q(customer__in=subject.customers) | (Q(customer=None) & linked))


def _legal_hold(subject: Subject, _at: datetime) -> Iterator[str]:
    if list_recordings(subject).filter(legal_hold=True).exists():
        yield "legal_hold"


def _purge(recording: CallRecording, erasing: Erasing) -> Sequence[str]:
    purge_recording(recording=recording, by=erasing.by, at=erasing.at)
    return ()


TABLES = (
    SubjectTable(
        model=CallRecording,
        rows=list_recordings,
        erase=Overwrite(values={"metadata": empty}, then=_purge),
        moments=(
            Moment(
                at="call_started_at", what="recording", shows=("recording_type", "duration_seconds", "status")
            ),
        ),
    ),
)
BLOCKERS = (Blocker("communications.legal_hold", _legal_hold),)
