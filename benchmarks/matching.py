"""How well money finds its booking by itself: precision and recall of automatic matches on the corpus."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from random import Random
from time import perf_counter

from benchmarks.machine import usage
from benchmarks.payment_corpus import Corpus, Labelled
from identity.models import Station
from integra.models import PaymentMatch
from integra.services.match_runs import match_waiting

EVENTS = 2_000
SEED = 20_260_301
PERCENT = 100


@dataclass(frozen=True, slots=True)
class Quality:
    """Of the automatic matches how many are right, and how many of those that exist were found."""

    automatic: int
    right: int
    placeable: int
    missed: dict[str, int]

    @property
    def precision(self) -> float:
        return self.right / self.automatic if self.automatic else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.placeable


def measure(labelled: Sequence[Labelled]) -> Quality:
    """Match the corpus as the job would, on each day that brings money, and compare with the labels."""
    for day in sorted({item.event.occurred_at.date() for item in labelled}):
        match_waiting(at=datetime.combine(day + timedelta(days=1), time.min, UTC))
    matches = {match.payment_event_id: match.booking_id for match in PaymentMatch.objects.live()}
    right = [
        item for item in labelled if item.truth is not None and matches.get(item.event.pk) == item.truth.pk
    ]
    placeable = [item for item in labelled if item.truth is not None]
    missed = Counter(item.kind for item in placeable) - Counter(item.kind for item in right)
    return Quality(len(matches), len(right), len(placeable), dict(missed))


def matching_figures(add: Callable[..., None], *, station: Station) -> None:
    """Lay out the corpus, match it, print what came of it."""
    labelled = Corpus(Random(SEED), station).events(EVENTS)  # noqa: S311 -- a seeded corpus hides nothing
    with usage() as used:
        started = perf_counter()
        quality = measure(labelled)
        seconds = perf_counter() - started
    missed = ", ".join(f"{kind} {number}" for kind, number in sorted(quality.missed.items()))
    add(
        f"matching: {EVENTS:,} labelled payment events, automatic matches",
        f"precision {quality.precision * PERCENT:.2f} %, recall {quality.recall * PERCENT:.2f} %"
        f" ({quality.automatic:,} automatic, {EVENTS / seconds:,.0f} events/s)",
        beside=f"{used.each(EVENTS)} an event; left to staff: {missed}",
        aim="≥ 99.5 % and ≥ 85 %",
    )
