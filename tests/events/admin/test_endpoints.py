"""E-9 in the back office: receivers are named, re-keyed, switched off and on, deleted by the services."""

import pytest
from django.urls import reverse

from events.models import OutboxMessage, WebhookEndpoint
from identity.models import StationAuditLog
from tests.bookings.admin.pages import messages_of
from tests.common.admin.world import build_world
from tests.events.outbox.rows import tell
from tests.factories.events import WebhookEndpointFactory


@pytest.fixture
def world(db):
    return build_world()


@pytest.fixture
def owner(client, world):
    client.force_login(world.owner, backend="identity.backends.StaffBackend")
    return client


@pytest.fixture
def endpoint(world):
    return WebhookEndpointFactory(name="books", event_types=["x.*"])


def page(kind, *args):
    return reverse(f"admin:events_webhookendpoint_{kind}", args=args)


def do(client, row, action, **data):
    return client.post(page("do", row.pk, action), {"seen": row.updated_at.isoformat(), **data})


def trail():
    rows = StationAuditLog.objects.filter(resource_type="webhookendpoint").order_by("id")
    return list(rows.values_list("action", "details", "reason"))


def test_a_receiver_is_named_and_its_secret_shown_once(owner, world):
    answer = owner.post(
        page("add"),
        {"name": "books", "url": "https://books.example/hook", "event_types": "booking.*,payment.recorded"},
    )
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    made = WebhookEndpoint.objects.get(name="books")
    assert made.event_types == ["booking.*", "payment.recorded"]
    assert f"The secret of books, shown this once: {made.secret}" in messages_of(answer)
    owner.get(page("changelist"))
    for address in (page("changelist"), page("change", made.pk), page("history", made.pk)):
        assert "whsec_" not in owner.get(address).content.decode()
    assert "[hidden]" in owner.get(page("change", made.pk)).content.decode()
    assert trail() == [("create", {"event_types": ["booking.*", "payment.recorded"]}, None)]


def test_what_no_receiver_can_be_is_said_beside_its_field(owner, world, endpoint):
    wrong = owner.post(page("add"), {"name": "b", "url": "http://10.0.0.1/", "event_types": "booking"})
    assert list(wrong.context["adminform"].form.errors) == ["url"]
    wrong = owner.post(page("add"), {"name": "b", "url": "https://b.example/", "event_types": "booking"})
    assert list(wrong.context["adminform"].form.errors) == ["event_types"]
    twice = owner.post(page("add"), {"name": "books", "url": "https://b.example/", "event_types": "*"})
    assert "already exists" in str(twice.context["adminform"].form.errors)
    assert trail() == []


def test_a_receiver_is_changed_but_for_its_name(owner, endpoint):
    seen = endpoint.updated_at.isoformat()
    data = {"seen": seen, "name": "other", "url": "https://new.example/", "event_types": "*"}
    assert owner.post(page("change", endpoint.pk), data).status_code == 302
    endpoint.refresh_from_db()
    assert (endpoint.name, endpoint.url, endpoint.event_types) == ("books", "https://new.example/", ["*"])
    assert trail() == [("update", {"changed": ["url", "event_types"]}, None)]
    stale = owner.post(page("change", endpoint.pk), data)
    assert "changed this record meanwhile" in stale.content.decode()


def test_a_new_secret_is_confirmed_first_and_shown_once(owner, endpoint):
    asked = owner.get(page("do", endpoint.pk, "rotate"))
    assert "The new secret is shown once" in asked.content.decode()
    assert trail() == []
    answer = do(owner, endpoint, "rotate", keep_previous="on")
    rotated = WebhookEndpoint.objects.get(pk=endpoint.pk)
    assert rotated.previous_secret == endpoint.secret != rotated.secret
    assert messages_of(answer) == [f"The secret of books, shown this once: {rotated.secret}"]
    assert "[hidden], and the one before" in owner.get(page("change", endpoint.pk)).content.decode()
    assert do(owner, rotated, "drop-previous").status_code == 302
    ended = WebhookEndpoint.objects.get(pk=endpoint.pk)
    assert (ended.secret, ended.previous_secret) == (rotated.secret, None)
    do(owner, ended, "rotate")
    assert WebhookEndpoint.objects.get(pk=endpoint.pk).previous_secret is None
    assert trail() == [
        ("update", {"rotated": {"keep_previous": True}}, None),
        ("update", {"changed": ["previous_secret"]}, None),
        ("update", {"rotated": {"keep_previous": False}}, None),
    ]


def test_a_stale_page_rotates_nothing(owner, endpoint):
    do(owner, endpoint, "rotate", keep_previous="on")
    rotated = WebhookEndpoint.objects.get(pk=endpoint.pk)
    again = do(owner, endpoint, "rotate", keep_previous="on")
    assert again.status_code == 412
    assert WebhookEndpoint.objects.get(pk=endpoint.pk).secret == rotated.secret


def test_off_and_on_again(owner, endpoint):
    tell()
    answer = do(owner, endpoint, "switch-off", why="Moves to another host")
    assert messages_of(answer) == ["books is switched off."]
    endpoint.refresh_from_db()
    assert (endpoint.is_active, endpoint.disabled_reason) == (False, "Moves to another host")
    assert OutboxMessage.objects.get(destination="books").status == "cancelled"
    assert messages_of(do(owner, endpoint, "switch-on"))[-1] == "books is switched on."
    endpoint.refresh_from_db()
    assert (endpoint.is_active, endpoint.disabled_at, endpoint.disabled_reason) == (True, None, None)


def test_its_deliveries_are_one_click_away(owner, endpoint):
    tell()
    OutboxMessage.objects.filter(destination="books").update(error="HTTP 500 of books")
    WebhookEndpointFactory(name="other", event_types=["*"])
    tell()
    OutboxMessage.objects.filter(destination="other").update(error="HTTP 501 of the other")
    link = f"{reverse('admin:events_outboxmessage_changelist')}?target__exact=webhook&q=books"
    assert link.replace("&", "&amp;") in owner.get(page("change", endpoint.pk)).content.decode()
    listed = owner.get(link).content.decode()
    assert "HTTP 500 of books" in listed
    assert "HTTP 501 of the other" not in listed


def test_p7_a_deletion_asks_why(owner, endpoint):
    short = owner.post(page("delete", endpoint.pk), {"reason": "no"})
    assert "reason" in short.context["form"].errors
    assert owner.post(page("delete", endpoint.pk), {"reason": "not used any more"}).status_code == 302
    assert not WebhookEndpoint.objects.filter(name="books").exists()
    assert trail() == [("delete", {"name": "books", "cancelled": 0}, "not used any more")]


@pytest.mark.parametrize("who", ["admin", "manager"])
def test_nobody_else_sees_or_does_anything(client, world, endpoint, who):
    client.force_login(getattr(world, who), backend="identity.backends.StaffBackend")
    assert client.get(page("changelist")).status_code == 403
    assert client.get(page("change", endpoint.pk)).status_code == 403
    do(client, endpoint, "rotate")
    assert client.post(page("delete", endpoint.pk), {"reason": "not used any more"}).status_code == 302
    assert WebhookEndpoint.objects.get(pk=endpoint.pk).secret == endpoint.secret
    assert trail() == []
