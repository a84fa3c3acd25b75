"""E-2: sealing the event log, hour by hour, so that a lost row or a lost aggregate shows.

Sequences are given at the insert, transactions commit later and in any order: a row may turn up below rows
that have been there for long. A seal must never count a range into which an open transaction may still
commit, or it would cry wolf. Whoever has inserted an event, or is about to, holds the table's lock for
writers until his transaction ends, and took it before his sequence. So the last row to be sealed is chosen
first; then every writer who is in a transaction at that moment is waited for. Writers who come later have
higher sequences. Nothing is locked and nobody waits for the seal.
"""

import time
from datetime import datetime, timedelta
from functools import partial

import structlog
from django.db import connection, transaction

from common.actors import SystemActor
from common.db.locks import advisory_xact_locks, lock_key
from events.models import DomainEvent
from events.registry import JobReport
from events.selectors.seals import CHAIN_ID, CHAIN_TYPE, DIGEST, SEALED, find_last_range
from events.services.facts import Aggregate
from events.services.publish import publish

SETTLING = timedelta(minutes=5)
"""How old events are before they are sealed."""
PATIENCE_SECONDS = 60.0
"""How long a publishing transaction may take; one that takes longer puts the seal off to the next run."""
POLL_SECONDS = 0.05
ROWS = 50_000
"""Rows under one seal at most: a long history gets many, each in a transaction of its own."""

# A prepared transaction has no process; the locks of our own are about rows that we see.
WRITERS = """
SELECT virtualtransaction FROM pg_locks
WHERE locktype = 'relation' AND relation = '"events"."domain_events"'::regclass AND granted
  AND mode = 'RowExclusiveLock' AND pid IS DISTINCT FROM pg_backend_pid()
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
MEASURE = f"""
SELECT max(sequence), count(*), {DIGEST} FROM (
    SELECT sequence, hash_current FROM "events"."domain_events"
    WHERE sequence BETWEEN %s AND %s ORDER BY sequence LIMIT %s
) AS sealed
"""  # noqa: S608 -- an expression of our own

log = structlog.get_logger(__name__)


def seal_event_chain(*, at: datetime, patience: float = PATIENCE_SECONDS, rows: int = ROWS) -> JobReport:
    """Seal all events that were stored five minutes ago or earlier; counts the seals.

    The seal itself is an event and lies under the next one; when nothing else has happened, none is written.
    A publishing transaction that outlasts `patience` seconds is a failed item: the next run catches up.
    """
    end = _last_row(at - SETTLING)
    if end is None:
        return JobReport()
    if not _writers_left(patience):
        log.warning("seal_put_off", seconds=patience)
        return JobReport(failed=1)
    seals = 0
    while _seal(end, at=at, rows=rows):
        seals += 1
    return JobReport(done=seals)


def _last_row(stored_by: datetime) -> int | None:
    old = DomainEvent.objects.filter(created_at__lte=stored_by).order_by("-sequence")
    return old.values_list("sequence", flat=True).first()


def _writers_left(patience: float) -> bool:
    """Wait for everybody who is writing now; False when somebody still is after that many seconds."""
    limit = time.monotonic() + patience
    waited_for = _writers()
    while waited_for:
        if time.monotonic() >= limit:
            return False
        time.sleep(POLL_SECONDS)
        waited_for &= _writers()
    return True


def _writers() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(WRITERS)
        return {name for (name,) in cursor.fetchall()}


@transaction.atomic
def _seal(end: int, *, at: datetime, rows: int) -> bool:
    """Write the next seal up to a sequence; False when nothing is left to seal."""
    advisory_xact_locks([lock_key(CHAIN_TYPE, str(CHAIN_ID))])
    sealed = find_last_range()
    start = 1 if sealed is None else sealed.last + 1
    unsealed = DomainEvent.objects.filter(sequence__gte=start, sequence__lte=end)
    if not unsealed.exclude(event_type=SEALED).exists():
        return False
    with connection.cursor() as cursor:
        cursor.execute(MEASURE, [start, end, rows])
        last, count, digest = cursor.fetchone()
    said = {"from_sequence": start, "to_sequence": last, "count": count, "digest": digest}
    publish(
        SEALED,
        subject=Aggregate(CHAIN_TYPE, CHAIN_ID),
        by=SystemActor("seal_event_chain"),
        at=at,
        payload=said,
    )
    # The log leaves the database: whoever rewrites both events and seals has not rewritten this line.
    transaction.on_commit(partial(log.info, "chain_sealed", **said))
    return True
