"""Constraints of the tables, and what a row says of itself."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from events.models import IdempotencyKey, InboxMessage, OutboxMessage, WebhookEndpoint
from events.services.marks import read_mark, write_mark
from tests.factories.events import AT, WebhookEndpointFactory, publish_about

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def outbox(**fields) -> OutboxMessage:
    [event] = publish_about(WebhookEndpointFactory())
    return OutboxMessage.objects.create(
        event=event,
        target="sms",
        aggregate_type="x",
        aggregate_id=event.pk,
        sequence=event.sequence,
        **fields,
    )


def inbox(**fields) -> InboxMessage:
    return InboxMessage.objects.create(source="stripe", message_id="m1", **fields)


def key(**fields) -> IdempotencyKey:
    values = {"actor": "a", "method": "POST", "path": "/", "key": "k", "fingerprint": "f", "expires_at": NOW}
    return IdempotencyKey.objects.create(**{**values, **fields})


@pytest.mark.parametrize(
    ("make", "fields", "constraint"),
    [
        (outbox, {"status": "completed"}, "ck_outbox_completed"),
        (outbox, {"completed_at": NOW}, "ck_outbox_completed"),
        (outbox, {"status": "processing"}, "ck_outbox_lease"),
        (outbox, {"locked_until": NOW}, "ck_outbox_lease"),
        (outbox, {"status": "other"}, "ck_events_outbox_status"),
        (inbox, {"status": "processed"}, "ck_inbox_processed"),
        (inbox, {"processed_at": NOW}, "ck_inbox_processed"),
        (key, {"status": "completed"}, "ck_idempotency_answer"),
        (key, {"response_status": 200}, "ck_idempotency_answer"),
        (WebhookEndpointFactory, {"is_active": False}, "ck_webhook_endpoints_disabled"),
        (WebhookEndpointFactory, {"disabled_at": NOW}, "ck_webhook_endpoints_disabled"),
    ],
)
def test_half_told_states_cannot_be_stored(make, fields, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        make(**fields)


def test_messages_of_one_source_are_unique():
    inbox()
    with pytest.raises(IntegrityError, match="uq_inbox_source_message"), transaction.atomic():
        inbox()


def test_rows_say_what_they_are_and_nothing_personal():
    assert str(outbox(destination="deposit")) == "sms:deposit pending"
    assert str(inbox(payload="jane")) == "stripe pending"
    assert str(WebhookEndpointFactory(name="crm")) == "crm"


def test_secrets_come_back_as_they_went():
    endpoint = WebhookEndpointFactory(secret="s3cret", previous_secret="old", event_types=["a.b"])
    stored = WebhookEndpoint.objects.get(pk=endpoint.pk)
    assert (stored.secret, stored.previous_secret, stored.event_types) == ("s3cret", "old", ["a.b"])


def test_marks_last_until_they_expire():
    later = AT + timedelta(minutes=15)
    assert read_mark(key="lock:1", at=AT) is None
    write_mark(key="lock:1", value=1, expires_at=later)
    write_mark(key="lock:1", value=2, expires_at=later)
    assert read_mark(key="lock:1", at=AT) == (2, later)
    assert read_mark(key="lock:1", at=later) is None
