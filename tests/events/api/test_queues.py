"""/events and /queues (15.2): history, chain, retry, edit, cancel; for the owner alone."""

from uuid import uuid4

import pytest

from events.models import DomainEvent, InboxMessage, OutboxMessage
from events.services.inbox import process_inbox, receive_message
from events.services.outbox import dispatch_outbox
from identity.selectors import actor_for
from tests.bookings.api.clients import Caller, problem
from tests.events.outbox.rows import NOW, tell
from tests.factories.events import AT
from tests.factories.identity import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return Caller(actor_for(UserFactory(role="super_admin")))


@pytest.fixture
def parked():
    event = tell(target="voice", private={"to": "jane@example.com"}, cents=5)
    dispatch_outbox(at=NOW)
    return OutboxMessage.objects.get(event=event)


def test_events_are_listed_newest_first_and_narrowed(owner):
    first, second = tell(code="A"), tell(code="B")
    rows = owner.get("/events", event_type="x.happened").json()["results"]
    assert [row["id"] for row in rows] == [str(second.pk), str(first.pk)]
    assert rows[1]["payload"] == {"code": "A"}
    narrowed = owner.get("/events", aggregate_id=str(first.aggregate_id)).json()["results"]
    assert [row["id"] for row in narrowed] == [str(first.pk)]


def test_e2_the_chains_are_verified(owner):
    tell()
    answer = owner.get("/events/verify").json()
    assert answer["findings"] == []
    assert answer["verified"]["events"] == DomainEvent.objects.count()
    assert owner.get("/events/verify", since="2100-01-01T00:00:00Z").json()["verified"]["events"] == 0


def test_e5_a_parked_delivery_is_seen_without_its_contact_corrected_and_retried(owner, parked):
    answer = owner.get("/queues/outbox", status="failed")
    [row] = answer.json()["results"]
    assert (row["id"], row["error"]) == (str(parked.pk), "no courier to voice")
    assert "jane" not in answer.content.decode()
    edited = owner.post(
        f"/queues/outbox/{parked.pk}/edit", {"payload": {"cents": 7}, "reason": "wrong amount asked for"}
    )
    assert (edited.status_code, edited.json()["payload"]) == (200, {"cents": 7})
    retried = owner.post(f"/queues/outbox/{parked.pk}/retry")
    assert (retried.status_code, retried.json()["status"]) == (200, "pending")
    cancelled = owner.post(f"/queues/outbox/{parked.pk}/cancel", {"reason": "receiver is gone"})
    assert cancelled.json()["status"] == "cancelled"
    assert problem(owner.post(f"/queues/outbox/{parked.pk}/retry")) == (409, "invalid_transition")


@pytest.mark.parametrize("payload", [{"cents": 1.5}, [1], "x", None])
def test_what_is_no_payload_is_refused(owner, parked, payload):
    answer = owner.post(
        f"/queues/outbox/{parked.pk}/edit", {"payload": payload, "reason": "wrong amount asked for"}
    )
    assert problem(answer) == (400, "validation_error")


def test_e7_an_inbox_message_is_replayed_or_given_up(owner):
    receive_message(source="unknown", message_id="1", payload="jane@example.com", at=AT)
    process_inbox(at=NOW)
    row = InboxMessage.objects.get()
    listed = owner.get("/queues/inbox", status="failed")
    assert [item["source"] for item in listed.json()["results"]] == ["unknown"]
    assert "jane" not in listed.content.decode()
    assert owner.post(f"/queues/inbox/{row.pk}/retry", {"force": True}).json()["status"] == "pending"
    given_up = owner.post(f"/queues/inbox/{row.pk}/cancel", {"reason": "not meant for us"})
    assert given_up.json()["status"] == "ignored"


def test_what_does_not_exist_is_404(owner):
    assert problem(owner.post(f"/queues/outbox/{uuid4()}/retry")) == (404, "not_found")


@pytest.mark.parametrize("path", ["/events", "/events/verify", "/queues/outbox", "/queues/inbox"])
@pytest.mark.parametrize("role", ["admin", "station_manager", "customer_support", "chef", "customer"])
def test_nobody_else_reads_them(path, role):
    assert problem(Caller(actor_for(UserFactory(role=role))).get(path)) == (403, "permission_denied")


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_take_a_constant_number_of_queries(owner, rows, django_assert_num_queries):
    for _row in range(rows):
        tell(target="voice")
    with django_assert_num_queries(1):
        owner.get("/queues/outbox")
    with django_assert_num_queries(1):
        owner.get("/events")
