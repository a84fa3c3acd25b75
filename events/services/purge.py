"""Clearing what has served its time."""

from datetime import datetime

from events.models import Counter, IdempotencyKey


def purge_expired(*, at: datetime) -> dict[str, int]:
    """Delete expired idempotency keys (API-6: 7 days) and counter windows; return the counts by table."""
    keys, _by_model = IdempotencyKey.objects.filter(expires_at__lte=at).delete()
    counters, _by_model = Counter.objects.filter(expires_at__lte=at).delete()
    return {"idempotency_keys": keys, "counters": counters}
