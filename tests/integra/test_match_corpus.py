"""Section 7 on a labelled corpus: automatic matches are right, and there are many of them.

`make bench` measures 2,000 events; this is the same corpus, smaller.
"""

from random import Random

import pytest

from benchmarks.matching import SEED, measure
from benchmarks.payment_corpus import KINDS, Corpus
from tests.bookings.parties import make_station

pytestmark = pytest.mark.django_db


def test_precision_and_recall_of_automatic_matches():
    labelled = Corpus(Random(SEED), make_station(slot_capacity=20_000)).events(120)
    assert {item.kind for item in labelled} <= set(KINDS)
    quality = measure(labelled)
    assert quality.precision >= 0.995
    assert quality.recall >= 0.85
