"""/auth: register, verify-email, password/forgot, password/reset, sessions (AU-7, AU-11)."""

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from events.models import IdempotencyKey
from identity.models import StationAccessToken
from identity.services.sessions import refresh_session, start_session
from tests.factories.identity import PASSWORD, StationAccessTokenFactory, UserFactory
from tests.identity.post import last_letter, letters

pytestmark = pytest.mark.django_db

GOOD = "violet harbour 42 lanterns"
AUTH = "/api/v1/auth"


@pytest.fixture
def client():
    return APIClient()


def post(client, path, body, **headers):
    return client.post(f"{AUTH}/{path}", body, format="json", **headers)


def problem(response):
    return response.status_code, response.json()["code"]


def test_au11_from_registration_to_log_in(client, roles):
    entry = {"email": "jane@people.example", "password": GOOD, "full_name": "Jane Roe", "phone": None}
    answer = post(client, "register", entry, HTTP_IDEMPOTENCY_KEY="0123456789abcdef")
    assert (answer.status_code, answer.content) == (202, b"")
    assert not IdempotencyKey.objects.exists()
    log_in = {"email": "jane@people.example", "password": GOOD}
    assert problem(post(client, "login", log_in)) == (403, "account_not_active")
    token = last_letter().token
    assert post(client, "verify-email", {"token": token}).status_code == 204
    assert problem(post(client, "verify-email", {"token": token})) == (410, "link_expired")
    assert problem(post(client, "verify-email", {"token": "nonsense"})) == (404, "not_found")
    assert post(client, "login", log_in).status_code == 200


def test_au11_the_answer_does_not_tell_whether_the_email_is_taken(client, roles):
    UserFactory(email="taken@people.example")
    free, taken = (
        post(client, "register", {"email": f"{name}@people.example", "password": GOOD})
        for name in ("free", "taken")
    )
    assert (free.status_code, free.content) == (taken.status_code, taken.content) == (202, b"")
    assert [letter.kind for letter in letters()] == ["account_verify_email", "account_email_taken"]


def test_au7_forgot_and_reset(client, roles):
    user = UserFactory(email="jane@people.example")
    for email in ("jane@people.example", "nobody@people.example"):
        answer = post(client, "password/forgot", {"email": email})
        assert (answer.status_code, answer.content) == (202, b"")
    token = last_letter().token
    weak = post(client, "password/reset", {"token": token, "password": "short"})
    assert problem(weak) == (400, "validation_error")
    assert weak.json()["errors"][0]["pointer"] == "/password"
    assert post(client, "password/reset", {"token": token, "password": GOOD}).status_code == 204
    assert problem(post(client, "password/reset", {"token": token, "password": GOOD})) == (
        410,
        "link_expired",
    )
    user.refresh_from_db()
    assert user.check_password(GOOD)


def test_api8_registrations_and_resets_are_limited_per_address(client, roles, settings):
    settings.RATE_LIMITS_ENABLED = True
    entry = {"email": "jane@people.example", "password": GOOD}
    assert [post(client, "register", entry).status_code for _ in range(4)] == [202, 202, 202, 429]
    email = {"email": "jane@people.example"}
    assert [post(client, "password/forgot", email).status_code for _ in range(4)] == [202, 202, 202, 429]


def test_au15_a_log_in_from_a_new_address_is_mailed_once(client, roles):
    user = UserFactory()
    entry = {"email": user.email, "password": PASSWORD}
    for address in ("198.51.100.7", "198.51.100.7", "203.0.113.9", "198.51.100.7"):
        assert post(client, "login", entry, REMOTE_ADDR=address, HTTP_USER_AGENT="Probe/1").status_code == 200
    told = letters()
    assert [letter.subject for letter in told] == ["Log-in from a new place"] * 2
    assert "(Probe/1)" in told[0].body
    assert all("198.51" not in letter.body and "203.0" not in letter.body for letter in told)


def bearer(pair):
    return {"HTTP_AUTHORIZATION": f"Bearer {pair.access}"}


def test_own_log_ins_are_listed_and_ended(client, roles):
    user, stranger = UserFactory(), UserFactory()
    now = timezone.now()
    here, there = (start_session(user=user, at=now) for _ in range(2))
    there = refresh_session(token=there.refresh, at=now)
    start_session(user=stranger, at=now)
    rows = client.get(f"{AUTH}/sessions", **bearer(here)).json()["results"]
    assert sorted(row["is_current"] for row in rows) == [False, True]
    assert sorted(rows[0]) == ["expires_at", "id", "is_current", "last_used_at", "started_at", "user_agent"]
    [other] = [row["id"] for row in rows if not row["is_current"]]
    StationAccessTokenFactory(user=user, session_id=other)
    assert client.get(f"{AUTH}/me", **bearer(there)).status_code == 200
    assert client.delete(f"{AUTH}/sessions/{other}", **bearer(here)).status_code == 204
    assert problem(client.get(f"{AUTH}/me", **bearer(there))) == (401, "token_revoked")
    assert problem(client.delete(f"{AUTH}/sessions/{other}", **bearer(here))) == (404, "not_found")
    assert problem(post(client, "refresh", {"refresh": there.refresh})) == (401, "token_revoked")
    assert StationAccessToken.objects.get().revoked_at is not None
    assert len(client.get(f"{AUTH}/sessions", **bearer(here)).json()["results"]) == 1


def test_nobody_sees_or_ends_the_log_ins_of_others(client, roles):
    mine, theirs = (start_session(user=UserFactory(), at=timezone.now()) for _ in range(2))
    [row] = client.get(f"{AUTH}/sessions", **bearer(theirs)).json()["results"]
    assert problem(client.delete(f"{AUTH}/sessions/{row['id']}", **bearer(mine))) == (404, "not_found")
    assert problem(client.get(f"{AUTH}/sessions")) == (401, "not_authenticated")


@pytest.mark.parametrize("number", [1, 3])
def test_api10_constant_queries(client, roles, django_assert_num_queries, number):
    user = UserFactory()
    pair, *_others = [start_session(user=user, at=timezone.now()) for _ in range(number)]
    client.get(f"{AUTH}/sessions", **bearer(pair))
    with django_assert_num_queries(2):
        assert len(client.get(f"{AUTH}/sessions", **bearer(pair)).json()["results"]) == number
