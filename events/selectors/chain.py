"""Reads of the event log."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from events.chain import FORMAT
from events.models import GENESIS, DomainEvent
from events.registry import Finding

BATCH = 2000


def list_events(*, aggregate_type: str, aggregate_id: UUID) -> QuerySet[DomainEvent]:
    """Return the events of one aggregate, oldest first."""
    return DomainEvent.objects.filter(aggregate_type=aggregate_type, aggregate_id=aggregate_id).order_by(
        "version"
    )


def count_events(since: datetime | None = None) -> int:
    """Return how many events `verify_chain` would read."""
    return _stored(since).count()


def verify_chain(since: datetime | None = None, *, batch: int = BATCH) -> Iterator[Finding]:
    """Yield the first bad row of every aggregate: a gap in the versions, a wrong link, a changed content.

    With `since`, only rows stored from then on are recomputed, each against its stored predecessor.
    """
    predecessor = DomainEvent.objects.filter(
        aggregate_type=OuterRef("aggregate_type"),
        aggregate_id=OuterRef("aggregate_id"),
        version=OuterRef("version") - 1,
    )
    rows = (
        _stored(since)
        .annotate(previous=Subquery(predecessor.values("hash_current")[:1]))
        .order_by("sequence")
    )
    reported: set[tuple[str, UUID]] = set()
    last = 0
    while page := list(rows.filter(sequence__gt=last)[:batch]):
        for event in page:
            aggregate = (event.aggregate_type, event.aggregate_id)
            problem = None if aggregate in reported else _problem(event, event.previous)
            if problem:
                reported.add(aggregate)
                yield Finding(
                    chain="events",
                    subject=f"{event.aggregate_type} {event.aggregate_id}",
                    row=f"version {event.version} (sequence {event.sequence})",
                    problem=problem,
                )
        last = page[-1].sequence


def _stored(since: datetime | None) -> QuerySet[DomainEvent]:
    rows = DomainEvent.objects.all()
    return rows if since is None else rows.filter(created_at__gte=since)


def link_problem(*, version: int, hash_previous: str, previous: str | None) -> str | None:
    """Say what is wrong with a row's place in its chain, given the hash of the row before, None for none."""
    if version > 1 and previous is None:
        return f"version {version - 1} is missing"
    if hash_previous != (previous or GENESIS):
        return "previous hash is not that of the version before"
    return None


def _problem(event: DomainEvent, previous: str | None) -> str | None:
    problem = link_problem(version=event.version, hash_previous=event.hash_previous, previous=previous)
    if problem:
        return problem
    if event.hash_current != event.link().hash(previous=event.hash_previous, version=event.version):
        return f"content does not match its hash (format {FORMAT})"
    return None
