"""Clearing keys and tokens that have served their time (section 16)."""

from datetime import datetime

from events.registry import JobReport
from events.services.purge import purge_expired
from identity.models import RefreshToken
from identity.services.exchange_codes import purge_exchange_codes


def purge_keys(*, at: datetime) -> JobReport:
    """Delete expired idempotency keys, counter windows, refresh tokens and one-time codes.

    An expired refresh token is refused by its own date (AU-1), so its row tells nothing any more. Station
    tokens stay for the 30 days of their retention.
    """
    purged = sum(purge_expired(at=at).values())
    tokens, _by_model = RefreshToken.objects.filter(expires_at__lte=at).delete()
    return JobReport(done=purged + tokens + purge_exchange_codes(at=at))
