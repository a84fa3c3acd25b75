"""Chats, complaints, notifications: who is named, who may read, who is told."""

from datetime import timedelta

import pytest

from events.models import DomainEvent
from supply.models import ChatMessage, ChatSession, Complaint, Notification
from tests.bookings.api.clients import problem
from tests.factories.supply import (
    ChatMessageFactory,
    ChatSessionFactory,
    ComplaintFactory,
    NotificationFactory,
    OrderFactory,
    SupplierStaffFactory,
)
from tests.supply.world import NOWHERE, everything, told

pytestmark = pytest.mark.django_db


def ids(caller, path, **query):
    return [item["id"] for item in caller.get(path, **query).json()["items"]]


def test_opening_a_conversation(world):
    told()
    consumer = world.as_("consumer")
    for body, order_id in (
        ({"sales_rep_id": str(world.sales.user_id)}, None),
        ({"sales_rep_id": str(world.manager.user_id), "order_id": None}, None),
        ({"sales_rep_id": str(world.sales.user_id), "order_id": str(world.order.pk)}, str(world.order.pk)),
    ):
        response = consumer.post("/chats/sessions", body)
        answer = response.json()
        assert (response.status_code, bool(answer.pop("created_at"))) == (201, True)
        assert answer == {
            "id": str(ChatSession.objects.latest("created_at").pk),
            "consumer_id": str(world.consumer.pk),
            "sales_rep_id": body["sales_rep_id"],
            "order_id": order_id,
        }
    assert told() == []


def test_conversations_are_refused_in_the_order_of_the_contract(world):
    foreign = OrderFactory(consumer=world.other_consumer, supplier=world.supplier)
    before = everything()
    consumer, sales = world.as_("consumer"), str(world.sales.user_id)
    for body, refusal in (
        ({"sales_rep_id": 7}, (422, "validation_error")),
        ({"sales_rep_id": NOWHERE, "order_id": NOWHERE}, (404, "not_found")),
        ({"sales_rep_id": str(world.people["customer"].pk), "order_id": NOWHERE}, (404, "not_found")),
        ({"sales_rep_id": str(world.people["customer"].pk), "order_id": str(foreign.pk)}, (400, "not_staff")),
        ({"sales_rep_id": str(world.supplier.user_id)}, (400, "not_staff")),
        (
            {"sales_rep_id": str(world.rival_sales.user_id), "order_id": str(world.order.pk)},
            (400, "not_staff"),
        ),
        ({"sales_rep_id": sales, "order_id": str(foreign.pk)}, (403, "permission_denied")),
    ):
        assert problem(consumer.post("/chats/sessions", body)) == refusal, body
    assert problem(world.as_("sales").post("/chats/sessions", {"sales_rep_id": sales})) == (
        403,
        "permission_denied",
    )
    assert everything() == before


def test_both_sides_see_their_conversations(world):
    other = ChatSessionFactory(consumer=world.other_consumer, sales_rep=world.sales.user)
    first = str(world.session.pk)
    assert ids(world.as_("sales"), "/chats/sessions") == [str(other.pk), first]
    assert ids(world.as_("consumer"), "/chats/sessions") == [first]
    assert ids(world.as_("owner"), "/chats/sessions") == []


@pytest.mark.parametrize(("who", "other"), [("consumer", "sales"), ("sales", "consumer")])
def test_a_message_is_told_to_the_other_one(world, who, other):
    told()
    path = f"/chats/sessions/{world.session.pk}/messages"
    response = world.as_(who).post(
        path, {"text": " Fresh? ", "file_url": "https://files.example/a.pdf?b=1#c"}
    )
    message = ChatMessage.objects.get()
    answer = response.json()
    assert (response.status_code, bool(answer.pop("created_at"))) == (201, True)
    assert answer == {
        "id": str(message.pk),
        "session_id": str(world.session.pk),
        "sender_id": str(world.people[who].pk),
        "text": "Fresh?",
        "file_url": "https://files.example/a.pdf?b=1#c",
    }
    assert told() == [("message.received", world.people[other].pk)]
    assert world.as_(who).post(path, {"text": "x" * 10_000, "file_url": None}).status_code == 201


BAD_MESSAGES = [
    {},
    {"text": ""},
    {"text": "  "},
    {"text": 5},
    {"text": None},
    {"text": "x" * 10_001},
    {"text": "a\x00b"},
    *(
        {"text": "a", "file_url": url}
        for url in (
            "",
            "file",
            "ftp://files.example/a",
            "javascript:alert(1)",
            "//files.example/a",
            "http://",
            "https://files.example/" + "x" * 500,
            7,
        )
    ),
]


@pytest.mark.parametrize("body", BAD_MESSAGES, ids=lambda body: str(body)[:60])
def test_wrong_messages_are_not_written(world, body):
    before = everything()
    response = world.as_("consumer").post(f"/chats/sessions/{world.session.pk}/messages", body)
    assert problem(response) == (422, "validation_error")
    assert everything() == before


def test_messages_come_oldest_first_fifty_to_a_page(world):
    messages = [
        ChatMessageFactory(
            session=world.session, created_at=world.session.created_at + timedelta(minutes=n % 7)
        )
        for n in range(60)
    ]
    expected = [str(m.pk) for m in sorted(messages, key=lambda m: (m.created_at, m.pk))]
    caller, path = world.as_("consumer"), f"/chats/sessions/{world.session.pk}/messages"
    body = caller.get(path).json()
    assert ([item["id"] for item in body["items"]], body["size"], body["pages"]) == (expected[:50], 50, 2)
    assert ids(caller, path, page=2) == expected[50:]


def complaint(world, **values):
    return {
        "order_id": str(world.order.pk),
        "sales_rep_id": str(world.sales.user_id),
        "manager_id": str(world.manager.user_id),
        "description": "The fish was warm",
        **values,
    }


def test_opening_a_complaint(world):
    told()
    response = world.as_("consumer").post("/complaints", complaint(world, status="resolved", resolution="x"))
    made = Complaint.objects.latest("created_at")
    answer = response.json()
    assert response.status_code == 201
    assert answer.pop("created_at") == answer.pop("updated_at")
    assert answer == {
        **complaint(world),
        "id": str(made.pk),
        "consumer_id": str(world.consumer.pk),
        "status": "open",
        "resolution": None,
    }
    assert told() == sorted(
        (("complaint.opened", world.sales.user_id), ("complaint.opened", world.manager.user_id)), key=str
    )
    assert DomainEvent.objects.get(aggregate_id=made.pk).event_type == "complaint.open"


def test_the_owner_counts_as_manager_and_one_person_is_told_once(world):
    told()
    body = complaint(world, manager_id=str(world.supplier.user_id), sales_rep_id=str(world.manager.user_id))
    assert world.as_("consumer").post("/complaints", body).status_code == 201
    assert {person for _kind, person in told()} == {world.supplier.user_id, world.manager.user_id}
    same = complaint(world, sales_rep_id=str(world.manager.user_id))
    assert world.as_("consumer").post("/complaints", same).status_code == 201
    assert told() == [("complaint.opened", world.manager.user_id)]


def test_complaints_are_refused_in_the_order_of_the_contract(world):
    foreign = OrderFactory(consumer=world.other_consumer, supplier=world.supplier)
    elsewhere = SupplierStaffFactory(supplier=world.rival, user=world.people["sales"])
    before = everything()
    consumer = world.as_("consumer")
    for values, refusal in (
        ({"description": ""}, (422, "validation_error")),
        ({"description": "x" * 10_001}, (422, "validation_error")),
        ({"order_id": str(foreign.pk), "sales_rep_id": NOWHERE}, (404, "not_found")),
        ({"order_id": str(foreign.pk), "manager_id": NOWHERE}, (404, "not_found")),
        (
            {"order_id": str(foreign.pk), "manager_id": str(world.rival_manager.user_id)},
            (403, "permission_denied"),
        ),
        ({"manager_id": str(world.rival_manager.user_id)}, (400, "not_staff")),
        ({"manager_id": str(world.rival.user_id)}, (400, "not_staff")),
        ({"manager_id": str(world.sales.user_id)}, (400, "not_staff")),
        ({"sales_rep_id": str(world.rival_sales.user_id)}, (400, "not_staff")),
        ({"sales_rep_id": str(world.supplier.user_id)}, (400, "not_staff")),
        ({"sales_rep_id": str(world.consumer.user_id)}, (400, "not_staff")),
    ):
        assert problem(consumer.post("/complaints", complaint(world, **values))) == refusal, values
    assert everything() == before
    assert elsewhere.staff_role == "manager"


@pytest.mark.parametrize("who", ["sales", "manager"])
def test_escalating_tells_manager_and_owner_and_resolving_the_consumer(world, who):
    path, caller = f"/complaints/{world.complaint.pk}/status", world.as_(who)
    told()
    assert caller.patch(path, {"status": "escalated"}).json()["status"] == "escalated"
    assert told() == sorted(
        (("complaint.escalated", world.manager.user_id), ("complaint.escalated", world.supplier.user_id)),
        key=str,
    )
    resolved = caller.patch(path, {"status": "resolved", "resolution": " Refunded "}).json()
    assert (resolved["status"], resolved["resolution"]) == ("resolved", "Refunded")
    assert told() == [("complaint.resolved", world.consumer.user_id)]
    types = DomainEvent.objects.filter(aggregate_id=world.complaint.pk).order_by("version")
    assert [event.event_type for event in types] == ["complaint.escalated", "complaint.resolved"]


def test_lists_of_complaints_hold_own_ones_and_those_that_name_one(world):
    other = ComplaintFactory(
        order=OrderFactory(consumer=world.other_consumer, supplier=world.supplier),
        sales_rep=world.sales.user,
        manager=world.supplier.user,
        status="escalated",
    )
    first = str(world.complaint.pk)
    assert ids(world.as_("consumer"), "/complaints") == [first]
    assert ids(world.as_("sales"), "/complaints") == [str(other.pk), first]
    assert ids(world.as_("sales"), "/complaints", status="open") == [first]
    assert ids(world.as_("manager"), "/complaints") == [first]
    assert ids(world.as_("owner"), "/complaints") == [str(other.pk)]
    assert world.as_("owner").get(f"/complaints/{other.pk}").status_code == 200
    assert problem(world.as_("sales").get("/complaints", status="lost")) == (422, "validation_error")


def test_the_inbox_tells_how_much_is_unread(world):
    Notification.objects.all().delete()
    person = world.consumer.user
    old, read, new = (
        NotificationFactory(recipient=person, is_read=is_read) for is_read in (False, True, False)
    )
    NotificationFactory(recipient=world.supplier.user)
    consumer = world.as_("consumer")
    response = consumer.get("/notifications")
    assert (response.headers["X-Unread-Count"], ids(consumer, "/notifications")) == (
        "2",
        [str(new.pk), str(read.pk), str(old.pk)],
    )
    assert response.json()["items"][0] == {
        "id": str(new.pk),
        "type": "order.accepted",
        "message": "Your order was accepted.",
        "is_read": False,
        "created_at": response.json()["items"][0]["created_at"],
    }
    assert ids(consumer, "/notifications", is_read="true") == [str(read.pk)]
    narrowed = consumer.get("/notifications", is_read="false", size=1)
    assert (narrowed.headers["X-Unread-Count"], narrowed.json()["total"]) == ("2", 2)
    for _twice in range(2):
        assert consumer.patch(f"/notifications/{new.pk}/read", None).json()["is_read"] is True
    assert consumer.get("/notifications").headers["X-Unread-Count"] == "1"
    assert consumer.post("/notifications/read-all").json() == {"updated": 1}
    assert consumer.post("/notifications/read-all").json() == {"updated": 0}
    assert consumer.get("/notifications").headers["X-Unread-Count"] == "0"
    assert world.as_("owner").get("/notifications").headers["X-Unread-Count"] == "1"


@pytest.mark.parametrize("more", [0, 2])
def test_lists_run_the_same_statements_however_long(world, more, django_assert_num_queries):
    for _ in range(more):
        ComplaintFactory(order=world.order, sales_rep=world.sales.user, manager=world.manager.user)
        ChatSessionFactory(consumer=world.consumer, sales_rep=world.sales.user)
        NotificationFactory(recipient=world.consumer.user)
        SupplierStaffFactory(supplier=world.supplier)
    for _ in range(1 + more):
        ChatMessageFactory(session=world.session)
    for who, path, number in (
        ("consumer", "/complaints", 3),
        ("sales", "/complaints", 2),
        ("consumer", "/chats/sessions", 3),
        ("sales", "/chats/sessions", 2),
        ("consumer", f"/chats/sessions/{world.session.pk}/messages", 3),
        ("consumer", "/notifications", 3),
        ("owner", "/staff", 3),
        ("guest", "/products", 1),
        ("consumer", f"/catalog?supplier_id={world.supplier.pk}", 4),
        ("guest", "/catalog/suppliers", 2),
    ):
        caller = world.as_(who)
        with django_assert_num_queries(number):
            assert len(caller.get(path).json()["items"]) >= 1, path
