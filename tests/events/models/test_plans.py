"""Queues and logs of the events floor are read by index on 100,000 rows, most of them long done."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils.dateparse import parse_datetime

from events.models import Counter, DomainEvent, IdempotencyKey, InboxMessage, OutboxMessage
from tests.plans import FIRST_INSTANT, assert_indexes, fill

pytestmark = pytest.mark.django_db
START = parse_datetime(FIRST_INSTANT)
SOON = START + timedelta(days=30)
NOBODY = UUID(int=0)
INSTANT = f"timestamptz '{FIRST_INSTANT}' + n * interval '5 minutes'"


def test_e4_outbox_rows_that_are_due_leased_parked_or_done():
    fill(
        OutboxMessage,
        event="gen_random_uuid()",
        target="'internal'",
        destination="'handler ' || n % 20",
        aggregate_type="'booking'",
        aggregate_id="md5('a' || n % 20000)",
        sequence="n",
        status="CASE n % 100 WHEN 0 THEN 'pending' WHEN 1 THEN 'processing' WHEN 2 THEN 'failed' "
        "WHEN 3 THEN 'cancelled' ELSE 'completed' END",
        completed_at="CASE WHEN n % 100 > 3 THEN now() END",
        locked_until=f"CASE WHEN n % 100 = 1 THEN {INSTANT} END",
    )
    rows = OutboxMessage.objects.all()
    unfinished = rows.exclude(status__in=("completed", "cancelled"))
    assert_indexes(
        {
            "due": (
                rows.filter(status="pending", next_attempt_at__lte=SOON).order_by("next_attempt_at")[:100],
                "ix_outbox_due",
            ),
            "lease": (rows.filter(status="processing", locked_until__lt=SOON), "ix_outbox_lease"),
            "order": (
                unfinished.filter(
                    target="internal",
                    destination="handler 7",
                    aggregate_type="booking",
                    aggregate_id=NOBODY,
                    sequence__lt=9,
                ),
                "ix_outbox_order",
            ),
            "parked": (rows.filter(status="failed").order_by("-updated_at")[:50], "ix_outbox_parked"),
            "done": (
                rows.filter(status__in=("completed", "cancelled"), updated_at__lt=START).order_by(
                    "updated_at"
                ),
                "ix_outbox_done",
            ),
            "of an event": (rows.filter(event=NOBODY), "uq_outbox_event_target"),
        }
    )


def test_e7_inbox_rows_that_are_due_parked_or_old():
    fill(
        InboxMessage,
        status="CASE n % 100 WHEN 0 THEN 'pending' WHEN 1 THEN 'failed' ELSE 'processed' END",
        processed_at="CASE WHEN n % 100 > 1 THEN now() END",
        source="'stripe'",
        message_id="'evt_' || n",
    )
    rows = InboxMessage.objects.all()
    due = rows.filter(status__in=("pending", "processing"), next_attempt_at__lte=SOON)
    assert_indexes(
        {
            "due": (due.order_by("next_attempt_at")[:100], "ix_inbox_due"),
            "parked": (rows.filter(status="failed").order_by("-updated_at")[:50], "ix_inbox_parked"),
            "old": (rows.filter(created_at__lt=SOON), "ix_inbox_created"),
            "known": (rows.filter(source="stripe", message_id="evt_7"), "uq_inbox_source_message"),
        }
    )


def test_e1_events_of_an_aggregate_of_a_type_and_of_one_cause():
    fill(
        DomainEvent,
        sequence="n",
        aggregate_type="'booking'",
        aggregate_id="md5('a' || n)",
        version="1",
        event_type="'booking.' || n % 40",
        hash_previous="'genesis'",
        correlation_id="CASE WHEN n % 10 = 0 THEN md5('c' || n % 5000)::uuid END",
    )
    rows = DomainEvent.objects.all()
    assert_indexes(
        {
            "aggregate": (
                rows.filter(aggregate_type="booking", aggregate_id=NOBODY).order_by("-version")[:1],
                "uq_events_version",
            ),
            "type": (
                rows.filter(event_type="booking.7", occurred_at__gte=SOON).order_by("-occurred_at")[:50],
                "ix_events_type_time",
            ),
            "cause": (rows.filter(correlation_id=NOBODY), "ix_events_correlation"),
            "stream": (rows.filter(sequence__gt=90_000).order_by("sequence")[:500], "uq_events_sequence"),
        }
    )


def test_api6_keys_and_counters_that_are_over():
    fill(
        IdempotencyKey,
        actor="'guest'",
        method="'POST'",
        path="'/api/v1/public/bookings'",
        key="'key ' || n",
    )
    fill(Counter, key="'login:' || n", hits="1")
    keys, counters = IdempotencyKey.objects.all(), Counter.objects.all()
    known = {"actor": "guest", "method": "POST", "path": "/api/v1/public/bookings", "key": "key 7"}
    assert_indexes(
        {
            "keys that are over": (keys.filter(expires_at__lt=SOON), "ix_idempotency_expires"),
            "key": (keys.filter(**known), "uq_idempotency_scope_key"),
            "counters that are over": (counters.filter(expires_at__lt=SOON), "ix_counters_expires"),
            "counter": (counters.filter(key="login:7", window_start=START), "uq_counters"),
        }
    )
