"""/webhook-endpoints (15.2, E-9): the owner names receivers, changes and re-keys them, takes them away."""

from uuid import uuid4

import pytest

from common.api.etag import etag_of
from events.models import IdempotencyKey, OutboxMessage, WebhookEndpoint
from identity.models import StationAuditLog
from identity.selectors import actor_for
from tests.bookings.api.clients import Caller, fresh_key, pointers, problem
from tests.events.outbox.rows import tell
from tests.factories.events import WebhookEndpointFactory
from tests.factories.identity import UserFactory

pytestmark = pytest.mark.django_db
BODY = {"name": "books", "url": "https://books.example/hook", "event_types": ["booking.*"]}
REASON = {"reason": "The receiver is not used any more"}


@pytest.fixture
def owner():
    return Caller(actor_for(UserFactory(role="super_admin")))


@pytest.fixture
def endpoint():
    return WebhookEndpointFactory(name="books", event_types=["x.*"])


def tag(endpoint):
    return etag_of(endpoint).strip('"')


def instant(value):
    return value.isoformat().replace("+00:00", "Z")


def shown(endpoint, **more):
    return {
        "id": str(endpoint.pk),
        "name": endpoint.name,
        "url": endpoint.url,
        "event_types": endpoint.event_types,
        "is_active": True,
        "disabled_at": None,
        "disabled_reason": None,
        "is_rotating": False,
        "etag": etag_of(endpoint),
        "created_at": instant(endpoint.created_at),
        "updated_at": instant(endpoint.updated_at),
        **more,
    }


def test_a_secret_is_shown_once(owner):
    answer = owner.post("/webhook-endpoints", BODY)
    assert answer.status_code == 201
    made = WebhookEndpoint.objects.get()
    assert answer.json() == shown(made, secret=made.secret)
    assert made.secret.startswith("whsec_")
    assert answer.headers["ETag"] == etag_of(made)
    assert answer.headers["Cache-Control"] == "private, no-cache"
    listed = owner.get("/webhook-endpoints")
    assert listed.json()["results"] == [shown(made)]
    assert "whsec_" not in listed.content.decode()
    changed = owner.patch(f"/webhook-endpoints/{made.pk}", {"event_types": ["*"]}, seen=tag(made))
    assert "whsec_" not in changed.content.decode()


def test_no_copy_of_a_secret_is_kept_for_a_repetition(owner):
    key = fresh_key()
    assert owner.post("/webhook-endpoints", BODY, key=key).status_code == 201
    assert problem(owner.post("/webhook-endpoints", BODY, key=key)) == (409, "duplicate")
    assert problem(owner.post("/webhook-endpoints", BODY, key="short")) == (400, "idempotency_key_invalid")
    assert not IdempotencyKey.objects.exists()


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"name": None}, "/name"),
        ({"name": "Books"}, "/name"),
        ({"url": "http://books.example/"}, "/url"),
        ({"url": "https://10.0.0.1/"}, "/url"),
        ({"url": 1}, "/url"),
        ({"event_types": []}, "/event_types"),
        ({"event_types": ["booking"]}, "/event_types"),
        ({"event_types": "booking.*"}, "/event_types"),
        ({"secret": "whsec_mine"}, "/secret"),
    ],
)
def test_wrong_bodies_are_refused(owner, change, pointer):
    answer = owner.post("/webhook-endpoints", BODY | change)
    assert (problem(answer), pointers(answer)) == ((400, "validation_error"), [pointer])
    assert not WebhookEndpoint.objects.exists()


def test_a_name_in_use_is_a_duplicate(owner, endpoint):
    assert problem(owner.post("/webhook-endpoints", BODY)) == (409, "duplicate")


def test_api7_a_change_needs_the_tag_of_what_was_seen(owner, endpoint):
    path = f"/webhook-endpoints/{endpoint.pk}"
    assert problem(owner.patch(path, {"is_active": False})) == (428, "precondition_required")
    assert problem(owner.patch(path, {"is_active": False}, seen=1)) == (412, "version_conflict")
    tell()
    answer = owner.patch(path, {"is_active": False, "disabled_reason": "Moves"}, seen=tag(endpoint))
    assert answer.status_code == 200
    endpoint.refresh_from_db()
    assert answer.json() == shown(
        endpoint, is_active=False, disabled_at=instant(endpoint.disabled_at), disabled_reason="Moves"
    )
    assert answer.headers["ETag"] == answer.json()["etag"] == etag_of(endpoint)
    assert OutboxMessage.objects.get().status == "cancelled"
    again = owner.patch(path, {"is_active": True}, seen=tag(endpoint)).json()
    assert (again["is_active"], again["disabled_at"], again["disabled_reason"]) == (True, None, None)


def test_names_are_for_good(owner, endpoint):
    answer = owner.patch(f"/webhook-endpoints/{endpoint.pk}", {"name": "other"}, seen=tag(endpoint))
    assert (problem(answer), pointers(answer)) == ((400, "validation_error"), ["/name"])


def test_rotating_shows_the_new_secret_once_and_ends(owner, endpoint):
    path = f"/webhook-endpoints/{endpoint.pk}"
    answer = owner.post(f"{path}/rotate", {}, seen=tag(endpoint))
    assert answer.status_code == 200
    rotated = WebhookEndpoint.objects.get()
    assert answer.json() == shown(rotated, is_rotating=True, secret=rotated.secret)
    assert rotated.previous_secret == endpoint.secret != rotated.secret
    repeated = owner.post(f"{path}/rotate", {}, seen=tag(endpoint))
    assert problem(repeated) == (412, "version_conflict")
    ended = owner.patch(path, {"drop_previous_secret": True}, seen=tag(rotated))
    assert ended.json()["is_rotating"] is False
    leaked = owner.post(f"{path}/rotate", {"keep_previous": False})
    assert (leaked.status_code, leaked.json()["is_rotating"]) == (200, False)
    assert WebhookEndpoint.objects.get().secret == leaked.json()["secret"]


def test_p7_deleting_needs_tag_and_reason(owner, endpoint):
    path = f"/webhook-endpoints/{endpoint.pk}"
    assert problem(owner.delete(path, REASON)) == (428, "precondition_required")
    assert problem(owner.delete(path, REASON, seen=1)) == (412, "version_conflict")
    short = owner.delete(path, {"reason": "too short"}, seen=tag(endpoint))
    assert (problem(short), pointers(short)) == ((400, "validation_error"), ["/reason"])
    answer = owner.delete(path, REASON, seen=tag(endpoint))
    assert (answer.status_code, answer.content) == (204, b"")
    assert not WebhookEndpoint.objects.exists()
    row = StationAuditLog.objects.get()
    assert (row.action, row.resource_id, row.reason) == ("delete", str(endpoint.pk), REASON["reason"])


@pytest.mark.parametrize(
    ("method", "rest", "body"),
    [("patch", "", {"is_active": True}), ("delete", "", REASON), ("post", "/rotate", {})],
)
def test_what_does_not_exist_is_404(owner, method, rest, body):
    path = f"/webhook-endpoints/{uuid4()}{rest}"
    assert problem(owner.send(method, path, body, seen=1)) == (404, "not_found")


def test_api5_the_list_is_narrowed_and_ordered(owner):
    for name in ("b", "c", "a"):
        WebhookEndpointFactory(name=name)
    off = WebhookEndpointFactory(name="d", is_active=False, disabled_at=tell().created_at)
    WebhookEndpoint.objects.exclude(name__in="abcd").delete()

    def found(**query):
        return [row["name"] for row in owner.get("/webhook-endpoints", **query).json()["results"]]

    assert found() == ["a", "b", "c", "d"]
    assert found(ordering="-name", limit=2) == ["d", "c"]
    assert found(ordering="created_at") == ["b", "c", "a", "d"]
    assert found(is_active="false") == found(name="d") == [off.name]
    assert found(name__in="a,b") == ["a", "b"]
    assert problem(owner.get("/webhook-endpoints", url="x")) == (400, "unknown_parameter")


@pytest.mark.parametrize("rows", [1, 3])
def test_api10_constant_queries(owner, rows, django_assert_num_queries):
    for _row in range(rows):
        WebhookEndpointFactory()
    with django_assert_num_queries(1):
        assert len(owner.get("/webhook-endpoints").json()["results"]) == rows


@pytest.mark.parametrize("role", ["admin", "chef", "customer", "customer_support", "station_manager"])
def test_nobody_else_may_do_anything_here(endpoint, role):
    caller = Caller(actor_for(UserFactory(role=role)))
    path = f"/webhook-endpoints/{endpoint.pk}"
    for answer in (
        caller.get("/webhook-endpoints"),
        caller.post("/webhook-endpoints", BODY),
        caller.patch(path, {"is_active": False}, seen=tag(endpoint)),
        caller.delete(path, REASON, seen=tag(endpoint)),
        caller.post(f"{path}/rotate"),
    ):
        assert problem(answer) == (403, "permission_denied")
    assert problem(Caller().get("/webhook-endpoints")) == (401, "not_authenticated")
    assert list(WebhookEndpoint.objects.values_list("name", "is_active")) == [("books", True)]
