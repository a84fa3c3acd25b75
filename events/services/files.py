"""Files that go with rows: removed from the object store by outbox, after the commit (P-6)."""

from collections.abc import Sequence
from datetime import datetime

from common.gateways import object_store
from events.enums import OutboxTarget
from events.models import OutboxMessage
from events.services.facts import Delivery
from events.subjects import StoredFile

DESTINATION = "object_store"


def removal_of(files: Sequence[StoredFile]) -> list[Delivery]:
    """Return the outbox row that removes the files; none when there are none. Names of files are personal."""
    if not files:
        return []
    listed = [{"bucket": file.bucket, "key": file.key} for file in files]
    return [Delivery(target=OutboxTarget.PROJECTION, destination=DESTINATION, private={"files": listed})]


def remove_files(message: OutboxMessage, _at: datetime) -> int | None:
    """Remove the files of one row, then forget their names; a repetition finds nothing left to do."""
    store = object_store()
    for file in (message.private_payload or {}).get("files", ()):
        store.remove(file["bucket"], file["key"])
    OutboxMessage.objects.filter(pk=message.pk).update(private_payload=None)
    return None
