"""`rotate_keys` over 100,000 customers, beside the plain UPDATE that writes as many columns."""

import io
import json
import time
from collections.abc import Callable

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import override_settings

from benchmarks.house import add_customers
from bookings.models import Customer
from config.environment import new_key
from identity.models import Station

CUSTOMERS = 100_000


def rotation_figures(add: Callable[..., None], station: Station) -> None:
    """Encrypt under the old key, add a new one, rotate."""
    started = time.perf_counter()
    add_customers(station, CUSTOMERS)
    inserted = time.perf_counter() - started
    table = Customer._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        started = time.perf_counter()
        cursor.execute(
            f"UPDATE {table} SET email_encrypted = email_encrypted || ''::bytea, "
            "phone_encrypted = phone_encrypted || ''::bytea"
        )
        plain = time.perf_counter() - started
        cursor.execute(f"VACUUM ANALYZE {table}")
    out = io.StringIO()
    with override_settings(CRYPTO_KEYS=[new_key("k2"), *settings.CRYPTO_KEYS]):
        started = time.perf_counter()
        call_command("rotate_keys", as_json=True, stdout=out)
        rotated = time.perf_counter() - started
    rows = sum(json.loads(out.getvalue())["rotated_rows"].values())
    add(
        f"rotate {CUSTOMERS:,} customers (2 columns)",
        f"{rotated:.1f} s for {rows:,} rows of all tables = {rows / rotated:.0f} rows/s",
        beside=f"plain UPDATE of the customers {plain:.1f} s; encrypting insert {inserted:.1f} s",
    )
