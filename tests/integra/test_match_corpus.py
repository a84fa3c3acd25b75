"""Section 7 on a labelled corpus: automatic matches are right, and there are many of them.

`make bench` measures 2,000 events; this is the same corpus, smaller.
"""

from datetime import timedelta
from random import Random

import pytest

from benchmarks.matching import SEED, measure
from benchmarks.payment_corpus import KINDS, Corpus
from integra.scoring import AUTO_FROM, LEAD, POINTS, SUGGEST_FROM, Verdict
from integra.selectors.candidates import find_candidates
from tests.bookings.parties import make_station

pytestmark = pytest.mark.django_db


def test_precision_and_recall_of_automatic_matches():
    labelled = Corpus(Random(SEED), make_station(slot_capacity=20_000)).events(120)
    assert {item.kind for item in labelled} <= set(KINDS)
    quality = measure(labelled)
    assert quality.precision >= 0.995
    assert quality.recall >= 0.85


def test_names_sums_and_dates_decide_nothing():
    """PY-9: whoever decides by rule may leave out bookings that no reference and no contact points at."""
    most = sum(POINTS[name] for name in ("amount_equal", "time_within_24h", "phone_last_4", "name_equal"))
    assert most < SUGGEST_FROM
    assert most <= AUTO_FROM - LEAD
    events = [item.event for item in Corpus(Random(SEED), make_station(slot_capacity=20_000)).events(60)]
    at = max(event.occurred_at for event in events) + timedelta(days=1)
    every = find_candidates(events, at=at)
    named = find_candidates(events, at=at, named_only=True)
    assert {key: found.verdict for key, found in named.items()} == {
        key: found.verdict for key, found in every.items()
    }
    assert {found.verdict for found in every.values()} == {Verdict.AUTO, Verdict.SUGGESTED, Verdict.UNMATCHED}
    assert sum(len(found.scores) for found in named.values()) < sum(
        len(found.scores) for found in every.values()
    )
