"""Recordings of calls."""

from datetime import UTC, datetime, timedelta

from factory import LazyAttribute, Sequence
from factory.django import DjangoModelFactory

from communications.models import CallRecording

CALLED_AT = datetime(2026, 3, 1, 18, tzinfo=UTC)


class CallRecordingFactory(DjangoModelFactory):
    """A recording that is still at the provider."""

    class Meta:
        model = CallRecording

    rc_call_id = Sequence(lambda n: f"call-{n}")
    rc_recording_id = Sequence(lambda n: f"recording-{n}")
    call_started_at = CALLED_AT
    delete_after = LazyAttribute(lambda recording: recording.call_started_at + timedelta(days=90))
