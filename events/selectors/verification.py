"""Recomputing every registered chain: events, their seals, and what upper apps chain (E-2, N-1)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from events.registry import Finding, chains


@dataclass(frozen=True, slots=True)
class Verified:
    """One chain: how many rows were read and what is wrong with them."""

    name: str
    rows: int
    findings: list[Finding]


def verify_chains(since: datetime | None = None) -> Iterator[Verified]:
    """Yield the outcome chain by chain; with `since`, of rows stored from then on."""
    for chain in chains:
        yield Verified(chain.name, chain.count(since), list(chain.verify(since)))
