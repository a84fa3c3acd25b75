"""The raw rows at the end of a life, read by hand-written SQL: no model, no rule of the house."""

import json

from django.db import connection

JSONB = 3802
TABLES = {
    "bookings": '"core"."bookings"',
    "deposits": '"core"."deposits"',
    "payments": '"core"."payments"',
    "claims": '"core"."slot_claims"',
    "system_events": '"core"."system_events"',
    "events": '"events"."domain_events"',
    "outbox": '"events"."outbox"',
    "inbox": '"events"."inbox"',
    "keys": '"events"."idempotency_keys"',
    "trail": '"identity"."station_audit_logs"',
    "payment_events": '"integra"."payment_events"',
    "payment_matches": '"integra"."payment_matches"',
    "jobs": '"public"."procrastinate_jobs"',
}


def read_records():
    """Return all rows of these tables by name, each in the order of its keys."""
    return {name: rows(f"SELECT * FROM {table} ORDER BY id") for name, table in TABLES.items()}


def rows(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        columns = [(column.name, column.type_code == JSONB) for column in cursor.description]
        # Django leaves JSON as text.
        return [
            {
                name: json.loads(value) if is_json and value is not None else value
                for (name, is_json), value in zip(columns, row, strict=True)
            }
            for row in cursor.fetchall()
        ]
