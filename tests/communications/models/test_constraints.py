"""What the table of recordings refuses, whoever writes; each case breaks one named constraint."""

import pytest
from django.db import connection

from communications.enums import RecordingStatus
from communications.models import CallRecording
from support.models import Escalation
from tests.factories.communications import CALLED_AT, CallRecordingFactory
from tests.factories.support import EscalationFactory
from tests.refusals import broken_by, update

pytestmark = pytest.mark.django_db
DELETED = {"status": RecordingStatus.DELETED, "deleted_at": CALLED_AT}

REFUSED_UPDATES = [
    ({"status": RecordingStatus.AVAILABLE}, "ck_recordings_available"),
    ({"status": RecordingStatus.ARCHIVED}, "ck_recordings_available"),
    ({"status": RecordingStatus.DELETED}, "ck_recordings_deleted"),
    ({"deleted_at": CALLED_AT}, "ck_recordings_deleted"),
    ({**DELETED, "legal_hold": True}, "ck_recordings_deleted"),
    ({**DELETED, "storage_key": "calls/1.mp3"}, "ck_recordings_deleted"),
    ({**DELETED, "transcript": "Hello."}, "ck_recordings_deleted"),
    ({"status": "lost"}, "ck_communications_call_recordings_status"),
    ({"recording_type": "sideways"}, "ck_communications_call_recordings_recording_type"),
    ({"transcript_confidence": "1.01"}, "ck_communications_call_recordings_transcript_confidence"),
]


@pytest.mark.parametrize(("values", "name"), REFUSED_UPDATES)
def test_m4_a_recording_cannot_be_brought_into_an_impossible_state(values, name):
    assert broken_by(update(CallRecordingFactory(), **values)) == name


def test_m4_a_purged_recording_keeps_its_row():
    row = CallRecordingFactory(storage_key="calls/1.mp3", transcript="Hello.", status="available")
    assert update(row, **DELETED, storage_key=None, transcript=None)() == 1
    row.refresh_from_db()
    assert (row.status, row.transcript, row.retention_days) == (RecordingStatus.DELETED, None, 90)


def test_m4_a_recording_is_known_once():
    CallRecordingFactory(rc_recording_id="r1", rc_call_id="c1")
    CallRecordingFactory(rc_recording_id="r2", rc_call_id="c1")
    assert broken_by(lambda: CallRecordingFactory(rc_recording_id="r1")) == "uq_recordings_recording"


def test_a_recording_outlives_its_escalation():
    row = CallRecordingFactory(escalation=EscalationFactory())
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {Escalation._meta.db_table}")
    assert CallRecording.objects.get().escalation is None
    assert str(row) == f"call recording {row.pk}"
