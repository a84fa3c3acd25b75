"""One-time codes that stand for an account for 60 seconds (AU-14): kept hashed in `django_cache`."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.core.cache import caches
from django.db import connection

from common.exceptions import LinkExpired
from identity.models import User
from identity.tokens import instant, numeric_date, stored_hash

ALIAS = "codes"
LIFETIME = timedelta(seconds=60)
RANDOM_BYTES = 32


def issue_exchange_code(user: User, *, at: datetime) -> str:
    """Return a fresh code for the account."""
    code = secrets.token_urlsafe(RANDOM_BYTES)
    kept = {"user": user.pk.hex, "until": numeric_date(at + LIFETIME)}
    caches[ALIAS].set(_key(code), kept, timeout=LIFETIME.total_seconds())
    return code


def take_exchange_code(code: str, *, at: datetime) -> User:
    """Return the code's account and use the code up; LinkExpired for an unknown, used or old one."""
    cache, key = caches[ALIAS], _key(code)
    kept = cache.get(key)
    # Whoever deletes the row has the code, however many ask at once.
    if kept is None or not cache.delete(key) or at >= instant(kept["until"]):
        raise LinkExpired
    user = User.objects.live().filter(pk=UUID(kept["user"])).first()
    if user is None:
        raise LinkExpired
    return user


def purge_exchange_codes(*, at: datetime) -> int:
    """Delete codes whose time is over; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute('DELETE FROM "public"."django_cache" WHERE expires <= %s', [at])
        return int(cursor.rowcount)


def _key(code: str) -> str:
    return f"exchange:{stored_hash(code)}"
