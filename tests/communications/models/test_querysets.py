"""Which recordings the reads keep, and that they go by index on 100,000 rows."""

from datetime import timedelta

import pytest
from django.utils.dateparse import parse_datetime

from common.actors import GuestActor
from communications.enums import RecordingStatus
from communications.models import CallRecording
from identity.enums import UserRole
from tests.factories.communications import CallRecordingFactory
from tests.factories.identity import StationFactory, make_actor
from tests.plans import FIRST_INSTANT, fill, index_names, seq_scans, sorts

pytestmark = pytest.mark.django_db
AT = parse_datetime(FIRST_INSTANT) + timedelta(days=160)
MINUTE = timedelta(minutes=1)


def test_m5_recordings_are_for_whoever_may_listen():
    stations = StationFactory(), StationFactory()
    mine, _other = (CallRecordingFactory(station=station) for station in stations)
    company = CallRecordingFactory()
    seen = CallRecording.objects.visible_to
    assert set(seen(make_actor(UserRole.ADMIN, stations[0]))) == {mine, company}
    assert set(seen(make_actor(UserRole.CUSTOMER_SUPPORT, stations[0]))) == set()
    assert set(seen(GuestActor())) == set()


def test_m4_what_is_to_be_fetched_and_purged():
    fresh = CallRecordingFactory(delete_after=AT + MINUTE)
    retried = CallRecordingFactory(next_attempt_at=AT, delete_after=AT)
    CallRecordingFactory(next_attempt_at=AT + MINUTE, delete_after=AT, legal_hold=True)
    old = CallRecordingFactory(status=RecordingStatus.ERROR, delete_after=AT - MINUTE)
    CallRecordingFactory(status=RecordingStatus.DELETED, deleted_at=AT, delete_after=AT - MINUTE)
    rows = CallRecording.objects
    assert set(rows.to_fetch(AT)) == {fresh, retried}
    assert list(rows.to_purge(AT)) == [old, retried]


def test_recordings_of_a_call_and_of_a_state():
    first = CallRecordingFactory(rc_call_id="c1", call_started_at=AT)
    second = CallRecordingFactory(rc_call_id="c1", call_started_at=AT + MINUTE)
    CallRecordingFactory(status=RecordingStatus.ERROR)
    rows = CallRecording.objects
    assert set(rows.of_call("c1")) == {first, second}
    assert list(rows.in_state(RecordingStatus.PENDING)) == [second, first]


def test_the_reads_go_by_index():
    fill(
        CallRecording,
        status="CASE WHEN n % 500 = 0 THEN 'pending' WHEN n % 3 = 0 THEN 'deleted' ELSE 'archived' END",
        deleted_at="CASE WHEN n % 500 > 0 AND n % 3 = 0 THEN now() END",
        storage_key="CASE WHEN n % 500 = 0 OR n % 3 > 0 THEN 'calls/' || n END",
        delete_after=f"timestamptz '{FIRST_INSTANT}' + interval '150 days' + n * interval '5 minutes'",
    )
    rows = CallRecording.objects
    reads = {
        "ix_recordings_call": rows.of_call("rc_call_id 77"),
        "ix_recordings_started": rows.in_state(RecordingStatus.PENDING),
        "ix_recordings_purge": rows.to_purge(AT)[:100],
        "uq_recordings_recording": rows.filter(rc_recording_id="rc_recording_id 77"),
    }
    assert {name: (index_names(read), seq_scans(read)) for name, read in reads.items()} == {
        name: ({name}, set()) for name in reads
    }
    fetch = rows.to_fetch(AT)
    assert (index_names(fetch), seq_scans(fetch)) == ({"ix_recordings_started"}, set())
    newest = rows.filter(status=RecordingStatus.ARCHIVED).order_by("-call_started_at")[:50]
    assert (index_names(newest), sorts(newest)) == ({"ix_recordings_started"}, False)
