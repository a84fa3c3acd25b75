"""Hits counted over all workers in the UNLOGGED table; one statement for any number of keys."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

from events.models import Counter

# Rows are locked in the order of their keys, so that two requests that share several keys cannot deadlock.
HIT = """
WITH asked AS (
    SELECT * FROM unnest(%(keys)s::text[], %(starts)s::timestamptz[], %(befores)s::timestamptz[],
                         %(expiries)s::timestamptz[]) AS asked(key, start, before, expires_at)
), counted AS (
    INSERT INTO "events"."counters" AS counters (key, window_start, hits, expires_at)
    SELECT key, start, 1, expires_at FROM asked ORDER BY key
    ON CONFLICT ON CONSTRAINT uq_counters DO UPDATE SET hits = counters.hits + 1
    RETURNING key, hits
)
SELECT counted.key, counted.hits, COALESCE(earlier.hits, 0)
FROM counted JOIN asked USING (key)
LEFT JOIN "events"."counters" AS earlier ON earlier.key = asked.key AND earlier.window_start = asked.before
"""


def window_start(at: datetime, seconds: int) -> datetime:
    """Return the start of the fixed window of this length that holds the instant; windows count from 1970."""
    epoch = int(at.timestamp())
    return datetime.fromtimestamp(epoch - epoch % seconds, tz=UTC)


class PostgresCounters:
    """Filler of the port `counters`."""

    def hit(self, *, keys: Mapping[str, int], at: datetime) -> Mapping[str, tuple[int, int]]:
        """Count one hit per key (key → window in seconds); return key → (this window, window before)."""
        starts = {key: window_start(at, seconds) for key, seconds in keys.items()}
        values: dict[str, Any] = {
            "keys": list(keys),
            "starts": [starts[key] for key in keys],
            "befores": [starts[key] - timedelta(seconds=seconds) for key, seconds in keys.items()],
            "expiries": [starts[key] + timedelta(seconds=2 * seconds) for key, seconds in keys.items()],
        }
        with connection.cursor() as cursor:
            cursor.execute(HIT, values)
            return {key: (hits, earlier) for key, hits, earlier in cursor.fetchall()}

    def peek(self, *, key: str, window: int, at: datetime) -> int:
        """Return the hits of the window that holds `at`."""
        start = window_start(at, window)
        row = Counter.objects.filter(key=key, window_start=start).values_list("hits", flat=True).first()
        return row or 0

    def clear(self, *, key: str) -> None:
        """Forget every hit of the key."""
        Counter.objects.filter(key=key).delete()
