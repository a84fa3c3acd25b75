"""E-2: the seals over the event log, and whether what they sealed is still all there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_OID, uuid5

from django.db import connection
from django.db.models import QuerySet

from events.models import DomainEvent
from events.registry import Finding

SEALED = "chain.sealed"
CHAIN_TYPE = "chain"
CHAIN_ID = uuid5(NAMESPACE_OID, "events.domain_events")
"""The one aggregate whose facts are the seals."""

DIGEST = """encode(sha256(convert_to(
    COALESCE(string_agg(hash_current, '' ORDER BY sequence), ''), 'UTF8'
)), 'hex')"""
"""SHA-256 of the hashes of the rows, one after the other in the order of their sequence."""

RECOUNT = f"""
SELECT found.count, found.digest
FROM unnest(%s::bigint[], %s::bigint[]) WITH ORDINALITY AS sealed (first, last, place)
CROSS JOIN LATERAL (
    SELECT count(*) AS count, {DIGEST} AS digest
    FROM "events"."domain_events" WHERE sequence BETWEEN sealed.first AND sealed.last
) AS found
ORDER BY sealed.place
"""  # noqa: S608 -- an expression of our own
BATCH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """What one seal says: first and last sequence, how many rows lay there, the digest of their hashes."""

    first: int
    last: int
    count: int
    digest: str


def list_seals(since: datetime | None = None) -> QuerySet[DomainEvent]:
    """Return the seals stored from an instant on, oldest first."""
    seals = DomainEvent.objects.filter(aggregate_type=CHAIN_TYPE, aggregate_id=CHAIN_ID).order_by("version")
    return seals if since is None else seals.filter(created_at__gte=since)


def find_last_range() -> Range | None:
    """Return what the newest seal covers, None before the first."""
    newest = list_seals().last()
    return None if newest is None else range_of(newest)


def range_of(seal: DomainEvent) -> Range:
    """Return what a seal covers; raises KeyError for a payload that is no seal's."""
    said = seal.payload
    return Range(
        first=int(said["from_sequence"]),
        last=int(said["to_sequence"]),
        count=int(said["count"]),
        digest=str(said["digest"]),
    )


def count_seals(since: datetime | None = None) -> int:
    """Return how many seals `verify_seals` would check."""
    return list_seals(since).count()


def verify_seals(since: datetime | None = None, *, batch: int = BATCH) -> Iterator[Finding]:
    """Yield every seal whose range no longer holds what was sealed, the oldest first.

    Rows may be missing (lost aggregates show nowhere else), added, or there in the same number with other
    hashes. Each range must begin where the one before ended. With `since`, only seals stored from then on.
    """
    end = _end_before(since)
    checked = 0
    while seals := list(list_seals(since).filter(version__gt=checked)[:batch]):
        checked = seals[-1].version
        ranges = [_read(seal) for seal in seals]
        recounts = iter(_recount([sealed for sealed in ranges if sealed is not None]))
        for seal, sealed in zip(seals, ranges, strict=True):
            if sealed is None:
                yield _finding(seal, "its payload is not that of a seal")
                continue
            count, digest = next(recounts)
            problem = _problem(sealed, count=count, digest=digest)
            if end is not None and sealed.first != end + 1:
                problem = f"begins at sequence {sealed.first}, the seal before ended at {end}"
            end = sealed.last
            if problem:
                yield _finding(seal, problem)


def _end_before(since: datetime | None) -> int | None:
    """Return where the last seal before the first one to be checked ended; 0 at the very beginning."""
    first = list_seals(since).first()
    if first is None or first.version == 1:
        return 0
    before = list_seals().filter(version=first.version - 1).first()
    sealed = None if before is None else _read(before)
    return None if sealed is None else sealed.last


def _read(seal: DomainEvent) -> Range | None:
    try:
        return range_of(seal)
    except (KeyError, TypeError, ValueError):
        return None


def _recount(ranges: Sequence[Range]) -> list[tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(RECOUNT, [[item.first for item in ranges], [item.last for item in ranges]])
        return [(count, digest) for count, digest in cursor.fetchall()]


def _problem(sealed: Range, *, count: int, digest: str) -> str | None:
    if count < sealed.count:
        return f"rows are missing: {sealed.count} were sealed, {count} are there"
    if count > sealed.count:
        return f"rows were added: {sealed.count} were sealed, {count} are there"
    return None if digest == sealed.digest else "rows were altered: their hashes give another digest"


def _finding(seal: DomainEvent, problem: str) -> Finding:
    said = seal.payload if isinstance(seal.payload, dict) else {}
    return Finding(
        chain="seals",
        subject=f"seal {seal.version}",
        row=f"sequence {said.get('from_sequence')} to {said.get('to_sequence')}",
        problem=problem,
    )
