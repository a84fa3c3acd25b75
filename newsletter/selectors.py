"""Reads of the ledgers of contacts."""

import hashlib
from collections.abc import Iterator
from datetime import datetime

from django.db.models import OuterRef, QuerySet, Subquery

from bookings.enums import DeliveryChannel
from events.registry import Finding
from events.selectors import link_problem
from newsletter.enums import ConsentPurpose
from newsletter.models import ConsentRecord

BATCH = 2000


def find_consent(
    *, contact: str, channel: DeliveryChannel, purpose: ConsentPurpose, at: datetime
) -> ConsentRecord | None:
    """Return what a contact had said last by an instant, None when nothing; proves the consent then (N-1)."""
    return ConsentRecord.objects.about(contact, channel, purpose).until(at).first()


def count_consents(since: datetime | None = None) -> int:
    """Return how many records `verify_consents` would read."""
    return _stored(since).count()


def verify_consents(since: datetime | None = None) -> Iterator[Finding]:
    """Yield the first bad record of every contact: a gap, a wrong link, changed content or wording (N-1).

    With `since`, only records stored from then on are recomputed, each against its stored predecessor.
    Records are named by their own keys, contacts not at all.
    """
    predecessor = ConsentRecord.objects.filter(
        contact_bidx=OuterRef("contact_bidx"), version=OuterRef("version") - 1
    )
    records = _stored(since).annotate(previous=Subquery(predecessor.values("hash_current")[:1]))
    reported: bytes | None = None
    for record in records.order_by("contact_bidx", "version").iterator(BATCH):
        contact = bytes(record.contact_bidx or b"")
        problem = None if contact == reported else _problem(record, record.previous)
        if problem:
            reported = contact
            yield Finding(
                chain="consents",
                subject=f"record {record.pk}",
                row=f"version {record.version}",
                problem=problem,
            )


def _stored(since: datetime | None) -> QuerySet[ConsentRecord]:
    records = ConsentRecord.objects.all()
    return records if since is None else records.filter(created_at__gte=since)


def _problem(record: ConsentRecord, previous: str | None) -> str | None:
    problem = link_problem(version=record.version, hash_previous=record.hash_previous, previous=previous)
    if problem:
        return problem
    if record.hash_current != record.digest():
        return "content does not match its hash"
    if record.wording_hash != hashlib.sha256(record.wording.encode()).hexdigest():
        return "wording does not match its hash"
    return None
