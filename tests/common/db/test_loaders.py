"""Instants are read as Django reads them, whatever PostgreSQL can hold."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import DataError, connection

from common.db.postgresql.loaders import UtcLoader


def read(text: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz", [text])
        return cursor.fetchone()[0]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("2026-03-08 10:30:00Z", datetime(2026, 3, 8, 10, 30, tzinfo=UTC)),
        ("2026-03-08 10:30:00.5Z", datetime(2026, 3, 8, 10, 30, 0, 500_000, tzinfo=UTC)),
        ("2026-03-08 10:30:00.123456Z", datetime(2026, 3, 8, 10, 30, 0, 123_456, tzinfo=UTC)),
        ("2026-03-08 02:30:00-08", datetime(2026, 3, 8, 10, 30, tzinfo=UTC)),
        ("0001-01-01 00:00:00Z", datetime(1, 1, 1, tzinfo=UTC)),
        ("9999-12-31 23:59:59.999999Z", datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)),
    ],
)
def test_instants(text: str, seen: datetime) -> None:
    found = read(text)
    assert isinstance(found, datetime)
    assert (found, found.tzinfo) == (seen, UTC)


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["infinity", "0044-03-15 10:00:00Z BC", "10000-01-01 00:00:00Z"])
def test_what_python_cannot_hold_is_refused_in_psycopgs_words(text: str) -> None:
    with pytest.raises(DataError):
        read(text)


@pytest.mark.django_db
def test_another_zone_of_the_session_is_left_to_psycopg() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL TIME ZONE 'America/Los_Angeles'")
        loader = UtcLoader(0, cursor.cursor)
    seen = loader.load(b"2026-03-08 01:30:00-08")
    # Django's own rule: the wall time of the session's zone, named as the zone of the connection.
    assert seen.replace(tzinfo=ZoneInfo("America/Los_Angeles")).astimezone(UTC).hour == 9
