"""API-6: one effect per key, whatever happens in between."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test import RequestFactory
from django.utils import timezone

from common.canonical import fingerprint
from common.exceptions import IdempotencyInFlight, IdempotencyMismatch
from common.ports import IdempotencyScope, Lease, StoredAnswer, idempotency_store
from events.models import IdempotencyKey, WebhookEndpoint
from events.services.purge import purge_expired
from tests.common.api import kit
from tests.common.api.conftest import API, KEY

pytestmark = pytest.mark.django_db
STAFF = "Test admin hook.read,hook.create,hook.update"


def create(client, name="hook", key=KEY, **headers):
    return client.call("POST", "/api/v1/hooks", {"name": name}, key=key, **headers)


def test_an_answer_is_replayed(staff):
    first, second = create(staff), create(staff)
    assert (first.status_code, second.status_code, kit.Effects.calls) == (201, 201, 1)
    assert second.content == first.content
    assert {name: second[name] for name in ("Content-Type", "ETag")} == {
        name: first[name] for name in ("Content-Type", "ETag")
    }
    assert ("Idempotency-Replayed" in first, second["Idempotency-Replayed"]) == (False, "true")
    assert WebhookEndpoint.objects.count() == 1


def test_an_empty_answer_is_replayed_empty(guest):
    first, second = (guest.call("POST", "/api/v1/holds/empty/sign", {}, key=KEY) for _ in range(2))
    assert (first.status_code, first.content, "Content-Type" in first) == (204, b"", False)
    assert (second.status_code, second.content, "Content-Type" in second) == (204, b"", False)
    assert second["Idempotency-Replayed"] == "true"


def test_what_is_stored_is_encrypted_and_scoped(staff):
    create(staff, "jane", x_request_id="request-1")
    row = IdempotencyKey.objects.get()
    assert (row.actor, row.method, row.path, row.key) == (f"user:{kit.USER_ID}", "POST", "/api/v1/hooks", KEY)
    # Keyed: whoever reads the table cannot test guesses of the body.
    assert re.fullmatch(r"[0-9a-f]{64}", row.fingerprint)
    assert row.fingerprint != fingerprint({"name": "jane"})
    assert (row.status, row.response_status, row.locked_until, row.request_id) == (
        "completed",
        201,
        None,
        "request-1",
    )
    assert timedelta(days=6) < row.expires_at - timezone.now() <= timedelta(days=7)
    with connection.cursor() as cursor:
        cursor.execute('SELECT k::text FROM "events"."idempotency_keys" k')
        assert "jane" not in str(cursor.fetchall())


def test_equal_bodies_in_another_spelling_are_equal(staff):
    staff.call("POST", "/api/v1/hooks", b'{"name": "a", "url": "https://x.example"}', key=KEY)
    response = staff.call("POST", "/api/v1/hooks", b'{"url":"https://x.example","name":"\\u0061"}', key=KEY)
    assert response["Idempotency-Replayed"] == "true"


def test_another_body_is_a_mismatch(staff):
    create(staff)
    response = create(staff, "other")
    assert (response.status_code, response.json()["code"]) == (422, "idempotency_mismatch")
    assert kit.Effects.calls == 1


def test_the_fingerprint_hangs_on_a_key_of_the_server(staff, settings):
    create(staff, "jane")
    settings.SECRET_KEY = "another key of fifty characters, as long as they come"
    assert create(staff, "jane").json()["code"] == "idempotency_mismatch"


def test_an_answer_is_not_replayed_to_who_reaches_less_or_more_by_now():
    """The row may be out of reach now, and the effect must not happen twice either."""
    first, second = UUID(int=1), UUID(int=2)

    def post(*stations):
        request = RequestFactory().post(
            "/api/v1/hooks",
            b'{"name": "jane"}',
            content_type="application/json",
            headers={"Authorization": " ".join(["Test admin hook.create", *map(str, stations)])},
        )
        request.META["HTTP_IDEMPOTENCY_KEY"] = KEY
        response = kit.EndpointViewSet.as_view({"post": "create"})(request)
        return response.status_code, response.headers.get("Idempotency-Replayed")

    assert [post(first), post(second), post(first, second), post(first)] == [
        (201, None),
        (422, None),
        (422, None),
        (201, "true"),
    ]
    assert kit.Effects.calls == 1


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("", "idempotency_key_required"),
        ("short", "idempotency_key_invalid"),
        ("x" * 129, "idempotency_key_invalid"),
        ("0123456789abcde!", "idempotency_key_invalid"),
    ],
)
def test_bad_keys(key, code, staff):
    response = create(staff, key=key)
    assert (response.status_code, response.json()["code"]) == (400, code)
    assert kit.Effects.calls == 0


def test_a_marked_handler_needs_a_key(staff):
    response = staff.call("POST", "/api/v1/hooks/refuse", {"name": "taken"})
    assert response.json()["code"] == "idempotency_key_required"


def test_a_key_is_accepted_where_none_is_needed(guest):
    guest.call("POST", "/api/v1/echo", {"number": 1}, key=KEY)
    assert guest.call("POST", "/api/v1/echo", {"number": 1}, key=KEY)["Idempotency-Replayed"] == "true"


def test_keys_belong_to_actor_path_and_method(staff, guest):
    create(staff)
    assert create(guest).status_code == 401
    assert "Idempotency-Replayed" not in staff.call("POST", "/api/v1/echo", {"text": "x"}, key=KEY)


def test_guests_of_two_networks_never_share_an_answer():
    """Keys of strangers may collide; a phone that changes its address inside of its /64 is no stranger."""
    homes = [
        API(REMOTE_ADDR=address) for address in ("198.51.100.1", "198.51.100.2", "2001:db8::1", "2001:db8::2")
    ]
    replayed = [
        "Idempotency-Replayed" in home.call("POST", "/api/v1/echo", {"text": "jane"}, key=KEY)
        for home in homes
    ]
    assert replayed == [False, False, False, True]
    assert all(actor.startswith("guest:") for actor in IdempotencyKey.objects.values_list("actor", flat=True))


def test_tokens_in_the_path_are_hashed(guest):
    path = "/api/v1/holds/secret-token-1/sign"
    assert guest.call("POST", path, {}, key=KEY).json() == {"token": "secret-token-1"}
    assert guest.call("POST", path, {}, key=KEY)["Idempotency-Replayed"] == "true"
    assert "secret" not in IdempotencyKey.objects.get().path
    assert guest.call("POST", f"/api/v1/holds/{'x' * 300}/sign", {}, key=KEY).status_code == 200


def test_a_refusal_is_kept_and_its_effects_are_undone(staff):
    first, second = create(staff, "taken"), create(staff, "taken")
    assert (first.status_code, first.json()["alternatives"]) == (409, [{"slot": "12:00"}])
    assert (second.content, second["Idempotency-Replayed"]) == (first.content, "true")
    assert second["Content-Type"] == "application/problem+json"
    assert (WebhookEndpoint.objects.count(), kit.Effects.calls) == (0, 1)


def test_a_bad_body_is_kept_too(staff):
    create(staff, "x" * 200)
    assert create(staff, "x" * 200)["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize("key", ["", KEY])
@pytest.mark.parametrize("name", ["taken", "crash", "contended"])
def test_a_fact_about_a_refusal_survives(key, name, staff, django_capture_on_commit_callbacks):
    """D-6: what a service stores after its own rollback stays, with a key and without, kept answer or not."""
    path = "/api/v1/hooks/refuse"
    if key:
        response = staff.call("POST", path, {"name": name}, key=key)
        assert response.status_code == {"taken": 409, "crash": 500, "contended": 409}[name]
    else:
        with pytest.raises((kit.Taken, kit.InternalError, kit.Contended)):
            kit.refuse_and_tell(name=name)
    expected = [] if name == "contended" else ["fact"]
    assert list(WebhookEndpoint.objects.values_list("name", flat=True)) == expected


def test_what_must_not_be_repeated_is_forgotten(staff):
    """Retry-After and 5xx are not kept; the key works again."""
    for name, status in (("contended", 409), ("crash", 500)):
        assert create(staff, name).status_code == status
        assert IdempotencyKey.objects.count() == 0
    assert create(staff, "fine").status_code == 201
    assert WebhookEndpoint.objects.count() == 1


@pytest.mark.parametrize(
    ("auth", "headers", "status"),
    [("", {}, 401), ("Test admin x", {}, 403)],
)
def test_denials_leave_no_key(auth, headers, status):
    assert create(API(auth), **headers).status_code == status
    assert IdempotencyKey.objects.count() == 0


def scope(**changes) -> IdempotencyScope:
    fields = {"actor": "a", "method": "POST", "path": "/p", "key": KEY, "fingerprint": fingerprint({})}
    return IdempotencyScope(**{**fields, **changes})


@pytest.fixture
def store():
    return idempotency_store.get()


NOW = timezone.now()


def claim(store, seconds: float = 0, **changes):
    return store.claim(scope(**changes), at=NOW + timedelta(seconds=seconds), request_id=None)


def test_a_running_key_is_in_flight_and_taken_over_after_a_minute(store):
    first = claim(store)
    assert isinstance(first, Lease)
    with pytest.raises(IdempotencyInFlight) as refused:
        claim(store, 59)
    assert refused.value.headers == {"Retry-After": "1"}
    with pytest.raises(IdempotencyMismatch):
        claim(store, 61, fingerprint=fingerprint({"other": 1}))
    second = claim(store, 61)
    answer = StoredAnswer(status=200, headers={"ETag": '"1"'}, body=b"{}")
    assert store.complete(first, answer, at=NOW) is False
    assert store.release(first) is False
    assert store.complete(second, answer, at=NOW) is True
    assert claim(store, 62) == answer


def test_a_key_lives_seven_days(store):
    lease = claim(store)
    store.complete(lease, StoredAnswer(status=200, body=b"1"), at=NOW)
    assert claim(store, 7 * 86400 - 1) == StoredAnswer(status=200, body=b"1")
    assert isinstance(claim(store, 7 * 86400, fingerprint=fingerprint({"new": 1})), Lease)
    assert IdempotencyKey.objects.get().response_status is None


def test_purging_forgets_expired_keys(store):
    claim(store)
    assert purge_expired(at=NOW + timedelta(days=6)) == {"idempotency_keys": 0, "counters": 0}
    assert purge_expired(at=NOW + timedelta(days=7)) == {"idempotency_keys": 1, "counters": 0}


def test_a_worker_whose_lease_was_taken_over_leaves_nothing(staff):
    """The last statement tests the lease; zero rows roll effect and answer back."""
    view = kit.EndpointViewSet

    class Robbed(view):
        def create(self, request):
            response = super().create(request)
            IdempotencyKey.objects.update(locked_until=timezone.now() + timedelta(minutes=2))
            return response

    request = RequestFactory().post(
        "/api/v1/hooks",
        b'{"name": "late"}',
        content_type="application/json",
        headers={"Authorization": STAFF, "Idempotency-Key": KEY},
    )
    response = Robbed.as_view({"post": "create"})(request)
    assert (response.status_code, response.data["code"]) == (409, "idempotency_in_flight")
    assert WebhookEndpoint.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_storm_of_one_key_has_one_effect():
    """Fifty threads, a connection each, one key: one effect; the rest is in flight or replayed."""
    barrier = threading.Barrier(50)

    def shoot(_number: int):
        try:
            barrier.wait(30)
            response = create(API(STAFF), "slow storm")
            return response.status_code, response.json().get("code"), "Idempotency-Replayed" in response
        finally:
            connection.close()

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(shoot, range(50)))
    allowed = {(201, None, False), (201, None, True), (409, "idempotency_in_flight", False)}
    assert set(answers) <= allowed
    assert answers.count((201, None, False)) == 1
    assert (kit.Effects.calls, WebhookEndpoint.objects.count()) == (1, 1)
    assert create(API(STAFF), "slow storm")["Idempotency-Replayed"] == "true"
