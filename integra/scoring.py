"""The match score of section 7: how well money fits a booking, with every part shown; pure.

Points are hundredths, so that their sum is exact.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from integra.names import same_full_name, same_surname_and_initial, shares_a_word

FULL = 100
AUTO_FROM = 90
SUGGEST_FROM = 70
LEAD = 15
DOLLAR = 100
NEAR = 60 * DOLLAR
DAY = timedelta(hours=24)
THREE_DAYS = timedelta(hours=72)
REFERENCE = re.compile(r"MH[\s\-_–:#.]*([0-9A-FOIL]{8})(?![0-9A-Z])", re.IGNORECASE)
MISREAD = str.maketrans("OIL", "011")
POINTS: Mapping[str, int] = MappingProxyType(
    {
        "reference": 60,
        "amount_equal": 25,
        "amount_within_1": 20,
        "amount_within_60": 10,
        "time_within_24h": 10,
        "time_within_72h": 5,
        "phone_equal": 30,
        "phone_last_4": 5,
        "email_equal": 30,
        "name_equal": 25,
        "surname_and_initial": 15,
        "name_token": 8,
    }
)
AMOUNT_FITS = frozenset({"amount_equal", "amount_within_1"})
IDENTIFIES = frozenset({"reference", "phone_equal", "email_equal", "name_equal"})
WEAK = frozenset({"time_within_24h", "time_within_72h", "amount_within_60"})
"""Evidence that half of all bookings show."""


class Verdict(StrEnum):
    """What follows from the scores of an event's candidates."""

    AUTO = "auto"
    SUGGESTED = "suggested"
    UNMATCHED = "unmatched"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clues:
    """What an event says: cents, instant, references of the memo, and who sent it."""

    amount_cents: int
    occurred_at: datetime
    references: frozenset[str] = frozenset()
    names: tuple[str, ...] = ()
    emails: frozenset[bytes] = frozenset()
    phones: frozenset[bytes] = frozenset()
    last_4: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a booking says: what is due in cents, when it lives, whose it is."""

    booking_id: UUID
    reference: str
    due_cents: tuple[int, ...]
    instants: tuple[datetime, ...]
    names: tuple[str, ...] = ()
    email: bytes | None = None
    phone: bytes | None = None
    last_4: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """How well a booking fits, in hundredths, and the points of each evidence."""

    booking_id: UUID
    points: int
    parts: Mapping[str, int]


def find_references(text: str) -> frozenset[str]:
    """Return the booking references in a text, as `MH-12AB34CD`; O, I and L are read as 0 and 1."""
    return frozenset(f"MH-{found.upper().translate(MISREAD)}" for found in REFERENCE.findall(text))


def score(clues: Clues, claim: Claim) -> Score:
    """Return the score of one booking: the best evidence of each group, capped at 100."""
    evidence = (
        "reference" if claim.reference in clues.references else None,
        _amount(clues.amount_cents, claim.due_cents),
        _time(clues.occurred_at, claim.instants),
        _phone(clues, claim),
        "email_equal" if claim.email is not None and claim.email in clues.emails else None,
        _name(clues.names, claim.names),
    )
    parts = {name: POINTS[name] for name in evidence if name is not None}
    return Score(claim.booking_id, min(FULL, sum(parts.values())), parts)


def rank(clues: Clues, claims: Iterable[Claim]) -> list[Score]:
    """Return the scores that more than the calendar speaks for, the best first; ties by key."""
    scores = (score(clues, claim) for claim in claims)
    return sorted(
        (found for found in scores if not WEAK.issuperset(found.parts)),
        key=lambda found: (-found.points, found.booking_id),
    )


def verdict(ranked: Sequence[Score]) -> Verdict:
    """Decide over ranked scores: automatic, to be confirmed by staff, or for staff to find out."""
    if not ranked or ranked[0].points < SUGGEST_FROM:
        return Verdict.UNMATCHED
    best = ranked[0]
    runner_up = ranked[1].points if len(ranked) > 1 else 0
    is_sure = (
        best.points >= AUTO_FROM
        and runner_up <= best.points - LEAD
        and not AMOUNT_FITS.isdisjoint(best.parts)
        and not IDENTIFIES.isdisjoint(best.parts)
    )
    return Verdict.AUTO if is_sure else Verdict.SUGGESTED


def _amount(cents: int, due: Sequence[int]) -> str | None:
    gap = min((abs(cents - owed) for owed in due if owed > 0), default=None)
    if gap is None or gap > NEAR:
        return None
    if gap == 0:
        return "amount_equal"
    return "amount_within_1" if gap <= DOLLAR else "amount_within_60"


def _time(at: datetime, instants: Sequence[datetime]) -> str | None:
    gap = min((abs(at - instant) for instant in instants), default=None)
    if gap is None or gap > THREE_DAYS:
        return None
    return "time_within_24h" if gap <= DAY else "time_within_72h"


def _phone(clues: Clues, claim: Claim) -> str | None:
    if claim.phone is not None and claim.phone in clues.phones:
        return "phone_equal"
    return "phone_last_4" if clues.last_4 and clues.last_4 == claim.last_4 else None


def _name(payer: tuple[str, ...], host: tuple[str, ...]) -> str | None:
    if same_full_name(payer, host):
        return "name_equal"
    if same_surname_and_initial(payer, host):
        return "surname_and_initial"
    return "name_token" if shares_a_word(payer, host) else None
