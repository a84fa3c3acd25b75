"""A number under a key until an instant, seen by all workers; lost in a crash, like every counter."""

from datetime import UTC, datetime

from events.models import Counter

ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)
"""Window of rows that count nothing."""


def read_mark(*, key: str, at: datetime) -> tuple[int, datetime] | None:
    """Return number and expiry of the key, None when there is none or it has expired."""
    return (
        Counter.objects.filter(key=key, window_start=ALWAYS, expires_at__gt=at)
        .values_list("hits", "expires_at")
        .first()
    )


def write_mark(*, key: str, value: int, expires_at: datetime) -> None:
    """Put a number under the key; `key` holds hashes only. The caller holds a lock when it read before."""
    Counter.objects.bulk_create(
        [Counter(key=key, window_start=ALWAYS, hits=value, expires_at=expires_at)],
        update_conflicts=True,
        unique_fields=["key", "window_start"],
        update_fields=["hits", "expires_at"],
    )
