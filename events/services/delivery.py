"""What outbox and inbox share: when to try again, when to give up, and words about an error."""

import random
from datetime import timedelta
from traceback import extract_tb

from django.db import DatabaseError

from common.db.errors import first_line
from common.exceptions import DomainError

FIRST_DELAY = timedelta(seconds=1)
LONGEST_DELAY = timedelta(seconds=300)
JITTER = 0.1


def retry_delay(attempts: int) -> timedelta:
    """Return the wait after the given number of failed attempts: 1 s × 2^n, at most 300 s, ± 10 % (E-5)."""
    seconds: float = min(FIRST_DELAY * 2 ** min(attempts, 30), LONGEST_DELAY).total_seconds()
    return timedelta(seconds=seconds * random.uniform(1 - JITTER, 1 + JITTER))  # noqa: S311 -- spreads load, hides nothing


def describe(error: BaseException) -> str:
    """Say what went wrong without the words of the error, which may quote a person (P-4)."""
    name = type(error).__name__
    if isinstance(error, DomainError):
        return f"{name}: {error.code}"
    if isinstance(error, DatabaseError):
        return f"{name}: {first_line(error)}"
    frames = extract_tb(error.__traceback__)
    return f"{name} at {frames[-1].name}:{frames[-1].lineno}" if frames else name
