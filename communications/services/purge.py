"""M-4: the file and the transcript of a recording go, its row stays as deleted."""

from datetime import datetime

from common.actors import Actor
from communications.enums import RecordingStatus
from communications.models import CallRecording
from events.services import publish
from events.services.files import removal_of
from events.subjects import StoredFile

COLUMNS = (
    "status",
    "deleted_at",
    "storage_bucket",
    "storage_key",
    "rc_recording_uri",
    "transcript",
    "next_attempt_at",
    "updated_at",
)


def purge_recording(*, recording: CallRecording, by: Actor, at: datetime) -> bool:
    """Purge one recording that no legal hold keeps, the file by outbox; emits recording.purged.

    In the caller's transaction; False when it is on legal hold or purged already.
    """
    locked = CallRecording.objects.select_for_update(no_key=True, of=("self",)).get(pk=recording.pk)
    if locked.legal_hold or locked.deleted_at is not None:
        return False
    files = file_of(locked)
    locked.status, locked.deleted_at = RecordingStatus.DELETED, at
    locked.storage_bucket = locked.storage_key = locked.rc_recording_uri = locked.transcript = None
    locked.next_attempt_at = None
    locked.save(update_fields=COLUMNS)
    publish(
        "recording.purged",
        subject=locked,
        by=by,
        at=at,
        payload={"files": len(files)},
        station_id=locked.station_id,
        deliveries=removal_of(files),
    )
    return True


def file_of(recording: CallRecording) -> list[StoredFile]:
    """Return the stored file of a recording, if there is one."""
    if not recording.storage_key:
        return []
    return [StoredFile(bucket=recording.storage_bucket or "", key=recording.storage_key)]
