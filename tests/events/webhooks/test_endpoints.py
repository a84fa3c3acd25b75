"""E-9, P-7: endpoints are named, changed, re-keyed, switched off and deleted, and each write is audited."""

import base64
from datetime import timedelta
from ipaddress import ip_network

import pytest
from django.utils import timezone

from bookings.models import SystemEvent
from common.exceptions import Duplicate, NotFound, ValidationFailed, VersionConflict
from events.models import OutboxMessage, WebhookEndpoint
from events.services.webhooks import (
    EndpointChanges,
    create_endpoint,
    delete_endpoint,
    rotate_secret,
    switch_off,
    update_endpoint,
)
from identity.models import StationAuditLog
from identity.selectors import actor_for
from tests.events.outbox.rows import NOW, tell
from tests.factories.events import SYSTEM, WebhookEndpointFactory
from tests.factories.identity import UserFactory

pytestmark = pytest.mark.django_db
REASON = "The receiver is not used any more"


@pytest.fixture
def owner():
    return actor_for(UserFactory(role="super_admin"))


@pytest.fixture
def endpoint():
    return WebhookEndpointFactory(name="books", event_types=["x.*"])


def trail():
    return list(
        StationAuditLog.objects.order_by("id").values_list("action", "details", "reason", "permissions_used")
    )


def update(endpoint, by=SYSTEM, **changes):
    return update_endpoint(endpoint=endpoint, changes=EndpointChanges(**changes), by=by, at=NOW)


def pointers(refused):
    return [error.pointer for error in refused.value.errors]


def test_a_new_endpoint_is_active_and_has_a_secret_of_its_own(owner):
    made = create_endpoint(
        name="books", url="https://books.example/hook", event_types=["x.b", "x.a", "x.b"], by=owner
    )
    stored = WebhookEndpoint.objects.get()
    assert stored == made
    assert (stored.name, stored.url, stored.event_types) == (
        "books",
        "https://books.example/hook",
        ["x.a", "x.b"],
    )
    assert (stored.is_active, stored.disabled_at, stored.disabled_reason) == (True, None, None)
    assert stored.secret == made.secret
    assert len(base64.b64decode(stored.secret.removeprefix("whsec_"))) == 32
    assert (stored.previous_secret, stored.is_rotating) == (None, False)
    [row] = StationAuditLog.objects.all()
    assert (row.action, row.resource_type, row.resource_id) == ("create", "webhookendpoint", str(made.pk))
    assert (row.details, row.permissions_used, row.station_id) == (
        {"event_types": ["x.a", "x.b"]},
        ["system.config"],
        None,
    )
    assert made.secret not in str(row.__dict__)


def test_a_name_is_given_once(owner, endpoint):
    with pytest.raises(Duplicate):
        create_endpoint(name="books", url="https://books.example/", event_types=["*"], by=owner)
    assert (WebhookEndpoint.objects.count(), trail()) == (1, [])


@pytest.mark.parametrize(
    ("values", "pointer"),
    [
        ({"name": ""}, "/name"),
        ({"name": "Books"}, "/name"),
        ({"name": "-books"}, "/name"),
        ({"name": "b" * 101}, "/name"),
        ({"name": "books of jane"}, "/name"),
        ({"url": "http://books.example/"}, "/url"),
        ({"url": "https://jane:x@books.example/"}, "/url"),
        ({"url": "https://127.0.0.1/"}, "/url"),
        ({"url": "https://[::ffff:10.0.0.1]/"}, "/url"),
        ({"url": "https://169.254.169.254/latest"}, "/url"),
        ({"url": "https://books.example/" + "a" * 500}, "/url"),
        ({"event_types": []}, "/event_types"),
        ({"event_types": ["booking"]}, "/event_types"),
        ({"event_types": ["*.created"]}, "/event_types"),
        ({"event_types": ["booking.**"]}, "/event_types"),
        ({"event_types": ["Booking.created"]}, "/event_types"),
        ({"event_types": ["booking.created.twice"]}, "/event_types"),
        ({"event_types": ["x." + "a" * 100]}, "/event_types"),
        ({"event_types": [f"x.a{number}" for number in range(101)]}, "/event_types"),
    ],
)
def test_what_no_endpoint_can_be_told_is_refused(values, pointer):
    good = {"name": "books", "url": "https://books.example/", "event_types": ["*"]}
    with pytest.raises(ValidationFailed) as refused:
        create_endpoint(**(good | values), by=SYSTEM)
    assert pointers(refused) == [pointer]
    assert not WebhookEndpoint.objects.exists()


def test_listed_networks_are_let_in_without_tls(settings):
    settings.WEBHOOK_PRIVATE_NETWORKS = [ip_network("10.1.2.0/24")]
    for number, url in enumerate(("http://10.1.2.3:8000/", "https://10.1.2.3/", "http://inside.example/")):
        create_endpoint(name=f"e{number}", url=url, event_types=["*"], by=SYSTEM)
    with pytest.raises(ValidationFailed):
        create_endpoint(name="outside", url="http://10.1.3.3/", event_types=["*"], by=SYSTEM)


def test_a_change_names_what_it_changed(owner, endpoint):
    changed = update(endpoint, owner, url="https://new.example/", event_types=["x.*"])
    assert (changed.url, changed.event_types) == ("https://new.example/", ["x.*"])
    update(endpoint, owner, event_types=["x.b", "x.a"])
    update(endpoint, owner, url="https://new.example/", event_types=["x.a", "x.b"], is_active=True)
    assert trail() == [
        ("update", {"changed": ["url"]}, None, ["system.config"]),
        ("update", {"changed": ["event_types"]}, None, ["system.config"]),
    ]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"url": "http://books.example/"}, "/url"),
        ({"event_types": []}, "/event_types"),
        ({"disabled_reason": "Why not"}, "/disabled_reason"),
        ({"disabled_reason": "Why not", "is_active": True}, "/disabled_reason"),
    ],
)
def test_a_wrong_change_is_refused(endpoint, changes, pointer):
    with pytest.raises(ValidationFailed) as refused:
        update(endpoint, **changes)
    assert (pointers(refused), trail()) == ([pointer], [])


def write(endpoint, name, **more):
    if name == "update":
        changes = EndpointChanges(url="https://new.example/")
        return update_endpoint(endpoint=endpoint, changes=changes, by=SYSTEM, at=NOW, **more)
    if name == "rotate":
        return rotate_secret(endpoint=endpoint, by=SYSTEM, **more)
    return delete_endpoint(endpoint=endpoint, reason=REASON, by=SYSTEM, at=NOW, **more)


@pytest.mark.parametrize("name", ["update", "rotate", "delete"])
def test_api7_a_stale_row_is_refused(endpoint, name):
    with pytest.raises(VersionConflict):
        write(endpoint, name, expected=endpoint.updated_at - timedelta(microseconds=1))
    assert trail() == []
    write(endpoint, name, expected=endpoint.updated_at)
    assert len(trail()) == 1


@pytest.mark.parametrize("name", ["update", "rotate", "delete"])
def test_what_is_gone_is_not_found(endpoint, name):
    WebhookEndpoint.objects.all().delete()
    with pytest.raises(NotFound):
        write(endpoint, name)


def test_two_secrets_live_while_one_is_rotated(owner, endpoint):
    first = endpoint.secret
    second = rotate_secret(endpoint=endpoint, by=owner).secret
    stored = WebhookEndpoint.objects.get()
    assert (stored.secret, stored.previous_secret, stored.is_rotating) == (second, first, True)
    third = rotate_secret(endpoint=endpoint, by=owner).secret
    stored = WebhookEndpoint.objects.get()
    assert (stored.secret, stored.previous_secret) == (third, second)
    assert len({first, second, third}) == 3
    update(endpoint, owner, drop_previous_secret=True)
    assert WebhookEndpoint.objects.get().previous_secret is None
    update(endpoint, owner, drop_previous_secret=True)
    details = [row[1] for row in trail()]
    assert details == [{"rotated": {"keep_previous": True}}] * 2 + [{"changed": ["previous_secret"]}]


def test_a_leaked_secret_ends_at_once(endpoint):
    rotate_secret(endpoint=endpoint, by=SYSTEM)
    leaked = WebhookEndpoint.objects.get()
    rotate_secret(endpoint=endpoint, keep_previous=False, by=SYSTEM)
    stored = WebhookEndpoint.objects.get()
    assert stored.previous_secret is None
    assert stored.secret not in (leaked.secret, leaked.previous_secret)


def wait_for(endpoint):
    """Lay out rows of the endpoint: waiting, parked, held, delivered; and one of somebody else."""
    WebhookEndpointFactory(name="other", event_types=["x.*"])
    states = (
        {},
        {"status": "failed"},
        {"status": "processing", "locked_until": NOW, "locked_by": "w"},
        {"status": "completed", "completed_at": NOW},
    )
    for state in states:
        event = tell()
        OutboxMessage.objects.filter(event=event, destination=endpoint.name).update(**state)


def states(name):
    rows = OutboxMessage.objects.filter(destination=name).order_by("sequence")
    return list(rows.values_list("status", "error"))


def test_switching_off_cancels_what_waits_and_keeps_new_events_away(owner, endpoint):
    wait_for(endpoint)
    off = update(endpoint, owner, is_active=False, disabled_reason=" Moves to another host ")
    assert (off.is_active, off.disabled_at, off.disabled_reason) == (False, NOW, "Moves to another host")
    assert states("books") == [
        ("cancelled", "endpoint switched off"),
        ("cancelled", "endpoint switched off"),
        ("processing", None),
        ("completed", None),
    ]
    assert states("other") == [("pending", None)] * 4
    assert trail() == [("update", {"changed": ["is_active"], "cancelled": 2}, None, ["system.config"])]
    tell()
    assert len(states("books")) == 4
    on = update(endpoint, owner, is_active=True)
    assert (on.is_active, on.disabled_at, on.disabled_reason) == (True, None, None)
    tell()
    assert len(states("books")) == 5
    assert states("books")[0] == ("cancelled", "endpoint switched off"), "the past does not come back"


def test_switched_off_without_words_it_says_by_whom(endpoint):
    assert update(endpoint, is_active=False).disabled_reason == "Switched off by staff."


def test_p7_a_deletion_needs_a_reason_and_cancels_what_waits(owner, endpoint):
    wait_for(endpoint)
    with pytest.raises(ValidationFailed) as refused:
        delete_endpoint(endpoint=endpoint, reason=" too short ", by=owner, at=NOW)
    assert pointers(refused) == ["/reason"]
    delete_endpoint(endpoint=endpoint, reason=REASON, by=owner, at=NOW)
    assert not WebhookEndpoint.objects.filter(pk=endpoint.pk).exists()
    assert WebhookEndpoint.objects.filter(name="other").exists()
    assert [status for status, _error in states("books")] == [
        "cancelled",
        "cancelled",
        "processing",
        "completed",
    ]
    assert trail() == [("delete", {"name": "books", "cancelled": 2}, REASON, ["system.config"])]


def test_a_410_switches_off_and_alerts_once(endpoint):
    tell()
    assert switch_off(endpoint=endpoint, by=SYSTEM, at=NOW)
    endpoint.refresh_from_db()
    assert (endpoint.is_active, endpoint.disabled_at) == (False, NOW)
    assert endpoint.disabled_reason == "The receiver answered 410."
    assert states("books") == [("cancelled", "endpoint switched off")]
    assert trail() == [
        ("update", {"changed": ["is_active"], "cancelled": 1}, "The receiver answered 410.", [])
    ]
    alert = SystemEvent.objects.get(action="webhook_endpoint_gone")
    assert (alert.entity_type, alert.entity_id) == ("webhookendpoint", endpoint.pk)
    assert alert.event_data["message"] == (
        "Webhook endpoint books answered 410 and is off; deliveries cancelled: 1."
    )
    assert not switch_off(endpoint=endpoint, by=SYSTEM, at=timezone.now())
    assert SystemEvent.objects.filter(action="webhook_endpoint_gone").count() == 1


def test_a_410_of_an_address_that_was_changed_meanwhile_switches_nothing_off(endpoint):
    asked = WebhookEndpoint.objects.get(pk=endpoint.pk)
    update(endpoint, url="https://new.example/")
    assert not switch_off(endpoint=asked, by=SYSTEM, at=NOW)
    WebhookEndpoint.objects.all().delete()
    assert not switch_off(endpoint=asked, by=SYSTEM, at=NOW)
