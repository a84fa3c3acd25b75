"""The job of section 7: money that waits is matched where the score leaves no doubt."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import connection, transaction

from bookings.models import Booking
from bookings.services.arrivals import lock_row_for_money
from bookings.services.attempts import attempt
from common.actors import SystemActor
from common.db.errors import first_line
from events.registry import JobReport
from integra.enums import MatchMethod, PaymentEventStatus
from integra.models import PaymentEvent
from integra.scoring import Score, Verdict
from integra.selectors.candidates import Found, find_candidates
from integra.services.matches import Finding, place_event
from integra.services.payment_events import leave_unmatched
from integra.services.queue import lock_event

BY = SystemActor("match_payments")
BATCH = 50
TRIED_FOR = timedelta(days=7)
"""How long money without a place is tried again: its booking may come, or change, later."""

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class MatchReport:
    """What became of the events of a run; `scores` are the best of each, in hundredths.

    Unless it is explained, bookings that no reference and no contact names are left out of them.
    """

    matched: int = 0
    suggested: int = 0
    unmatched: int = 0
    failed: int = 0
    explained: bool = False
    scores: list[tuple[UUID, Verdict, Score | None]] = field(default_factory=list)


def match_payments(*, at: datetime) -> JobReport:
    """Match what waits, each event on its own; counts matches and failures."""
    report = match_waiting(at=at)
    return JobReport(done=report.matched, failed=report.failed)


def match_waiting(*, at: datetime, since: datetime | None = None, explained: bool = False) -> MatchReport:
    """Match new money, and what found no place since an instant (default: 7 days before `at`).

    `explained` also scores bookings that can decide nothing, for who wants to see the best of each event.
    """
    report = MatchReport(explained=explained)
    for batch in _batches(since or at - TRIED_FOR):
        _match_batch(batch, report, at=at)
    return report


def _batches(since: datetime) -> Iterator[Sequence[PaymentEvent]]:
    keys = list(
        PaymentEvent.objects.queued()
        .exclude(status=PaymentEventStatus.UNMATCHED, occurred_at__lt=since)
        .values_list("pk", flat=True)
    )
    for start in range(0, len(keys), BATCH):
        yield list(PaymentEvent.objects.queued().filter(pk__in=keys[start : start + BATCH]))


def _match_batch(events: Sequence[PaymentEvent], report: MatchReport, *, at: datetime) -> None:
    found = find_candidates(events, at=at, named_only=not report.explained)
    for event in events:
        try:
            _settle(event, found[event.pk], report, at=at)
        except Exception as error:
            if not connection.is_usable():
                raise
            if not PaymentEvent.objects.queued().filter(pk=event.pk).exists():
                continue  # staff were faster
            report.failed += 1
            log.warning(
                "job_item_failed",
                job="match_payments",
                item=str(event.pk),
                error=type(error).__name__,
                message=first_line(error),
            )


def _settle(event: PaymentEvent, place: Found, report: MatchReport, *, at: datetime) -> None:
    if place.verdict == Verdict.AUTO:
        place, is_placed = attempt(lambda: _place(event, place.best[0][1], at=at))
        report.matched += is_placed
    report.scores.append((event.pk, place.verdict, place.scores[0] if place.scores else None))
    if place.verdict == Verdict.AUTO:
        return
    if place.verdict == Verdict.SUGGESTED:
        report.suggested += 1
    else:
        report.unmatched += 1
    if event.status == PaymentEventStatus.PENDING:
        _leave(event, place.verdict, at=at)


def _place(event: PaymentEvent, booking: Booking, *, at: datetime) -> tuple[Found, bool]:
    """Match an event to a booking if it still is the one, seen under the lock of the booking.

    Money that came meanwhile, of this batch too, changes what a booking owes.
    """
    lock_row_for_money(booking.pk)
    place = find_candidates([event], at=at, named_only=True)[event.pk]
    if place.verdict != Verdict.AUTO or place.scores[0].booking_id != booking.pk:
        return place, False
    finding = Finding.of(place.scores[0], MatchMethod.AUTOMATIC)
    place_event(event=event, booking=booking, finding=finding, by=BY, at=at)
    return place, True


@transaction.atomic
def _leave(event: PaymentEvent, verdict: Verdict, *, at: datetime) -> None:
    locked = lock_event(event)
    leave_unmatched(locked, why=verdict.value, by=BY, at=at)
