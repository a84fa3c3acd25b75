"""E-5, E-7, E-8 in the back office: state of a queue, retry, correct, give up."""

import pytest
from django.urls import reverse

from events.models import InboxMessage, OutboxMessage
from events.services.inbox import process_inbox, receive_message
from events.services.outbox import dispatch_outbox
from identity.models import StationAuditLog
from tests.bookings.admin.pages import messages_of
from tests.common.admin.world import build_world
from tests.events.outbox.rows import NOW, tell
from tests.factories.events import AT


@pytest.fixture
def world(db):
    return build_world()


@pytest.fixture
def owner(client, world):
    client.force_login(world.owner, backend="identity.backends.StaffBackend")
    return client


@pytest.fixture
def parked(world):
    event = tell(target="voice", cents=5)
    dispatch_outbox(at=NOW)
    return OutboxMessage.objects.get(event=event)


def do(client, row, action, **data):
    name = f"admin:events_{row._meta.model_name}_do"
    return client.post(reverse(name, args=[row.pk, action]), {"seen": row.updated_at.isoformat(), **data})


def test_the_list_says_how_the_queue_stands(owner, parked):
    page = owner.get(reverse("admin:events_outboxmessage_changelist")).content.decode()
    assert "<strong>1</strong> parked" in page
    assert "no courier to voice" in page


def test_a_parked_message_is_corrected_and_tried_again(owner, parked):
    answer = do(owner, parked, "edit", payload='{"cents": 7}', reason="wrong amount asked for")
    assert messages_of(answer) == ["The message is corrected."]
    parked.refresh_from_db()
    assert (parked.payload, parked.status) == ({"cents": 7}, "failed")
    assert messages_of(do(owner, parked, "retry"))[-1] == "The message is due now."
    parked.refresh_from_db()
    assert parked.status == "pending"
    details = StationAuditLog.objects.filter(resource_type="outboxmessage").order_by("created_at")
    assert [row.details for row in details] == [
        {"payload": {"cents": {"old": 5, "new": 7}}},
        {"retried": {"from": "failed", "force": False}},
    ]


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        ("[1]", "A payload is an object"),
        ('{"cents": 1.5}', "An event payload holds no float."),
        ("{", "Enter a valid JSON."),
        (r'{"a": "\ud800"}', "is no text."),
        (r'{"a": [{"b\u0000": 1}]}', "is no text."),
    ],
)
def test_what_is_no_payload_is_refused_in_words(owner, parked, payload, words):
    answer = do(owner, parked, "edit", payload=payload, reason="wrong amount asked for")
    assert words in str(answer.context["form"].errors["payload"])
    parked.refresh_from_db()
    assert parked.payload == {"cents": 5}


def test_a_message_is_given_up_with_a_reason(owner, parked):
    assert messages_of(do(owner, parked, "cancel", reason="receiver is gone")) == ["The message is given up."]
    parked.refresh_from_db()
    assert parked.status == "cancelled"


def test_an_inbox_message_is_processed_again_or_given_up(owner, world):
    receive_message(source="unknown", message_id="1", payload="x", at=AT)
    process_inbox(at=NOW)
    row = InboxMessage.objects.get(source="unknown")
    assert messages_of(do(owner, row, "replay")) == ["The message is due now."]
    row.refresh_from_db()
    assert (row.status, row.attempts) == ("pending", 0)
    assert messages_of(do(owner, row, "drop", reason="not meant for us"))[-1] == "The message is given up."
    row.refresh_from_db()
    assert row.status == "ignored"


def test_a_manager_sees_no_queue(client, world, parked):
    client.force_login(world.manager, backend="identity.backends.StaffBackend")
    assert client.get(reverse("admin:events_outboxmessage_changelist")).status_code == 403
    assert do(client, parked, "retry").url == reverse("admin:index")
    parked.refresh_from_db()
    assert parked.status == "failed"
