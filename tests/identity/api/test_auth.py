"""/auth: AU-1 to AU-6 and AU-10 through the wire."""

from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from events.models import IdempotencyKey
from identity.models import StationAuditLog, StationUser, User
from identity.selectors import actor_for
from identity.services.account_states import suspend_user
from identity.services.sessions import start_session
from identity.tokens import decode, encode, new_jti
from tests.factories.identity import PASSWORD, UserFactory, make_actor, make_staff

pytestmark = pytest.mark.django_db

GOOD = "violet harbour 42 lanterns"
AUTH = "/api/v1/auth"


@pytest.fixture
def client():
    return APIClient()


def bearer(user, at=None, **headers):
    """Return the headers of a fresh log-in of the account."""
    token = start_session(user=user, at=at or timezone.now()).access
    return {"HTTP_AUTHORIZATION": f"Bearer {token}", **headers}


def post(client, path, body=None, **headers):
    return client.post(f"{AUTH}/{path}", body or {}, format="json", **headers)


def problem(response):
    return response.status_code, response.json()["code"]


def test_log_in_refresh_and_log_out(client, roles):
    user = UserFactory(email="jane@people.example", full_name="Jane Roe")
    entry = post(client, "login", {"email": "Jane@people.example", "password": PASSWORD})
    assert entry.status_code == 200
    body = entry.json()
    assert body.pop("user") == {
        "id": str(user.pk),
        "email": "jane@people.example",
        "full_name": "Jane Roe",
        "role": "customer",
    }
    access, refresh = body.pop("access"), body.pop("refresh")
    assert body == {"token_type": "Bearer", "expires_in": 1800, "mfa_required": False, "mfa_token": None}
    assert decode("access", access, at=timezone.now()).user_id == user.pk
    assert entry.headers["Cache-Control"] == "no-store"
    pair = post(client, "refresh", {"refresh": refresh})
    assert (pair.status_code, sorted(pair.json())) == (200, ["access", "expires_in", "refresh", "token_type"])
    out = post(client, "logout", {"refresh": pair.json()["refresh"]})
    assert (out.status_code, out.content) == (204, b"")
    assert problem(post(client, "refresh", {"refresh": pair.json()["refresh"]})) == (401, "token_revoked")
    for token in (access, pair.json()["access"]):
        answer = client.get(f"{AUTH}/me", HTTP_AUTHORIZATION=f"Bearer {token}")
        assert problem(answer) == (401, "token_revoked")


def test_reuse_ends_the_log_in_although_the_call_fails(client, roles):
    user = UserFactory()
    first = start_session(user=user, at=timezone.now()).refresh
    pair = post(client, "refresh", {"refresh": first}).json()
    assert problem(post(client, "refresh", {"refresh": first})) == (401, "token_reused")
    assert problem(post(client, "refresh", {"refresh": pair["refresh"]})) == (401, "token_revoked")
    stolen = client.get(f"{AUTH}/me", HTTP_AUTHORIZATION=f"Bearer {pair['access']}")
    assert problem(stolen) == (401, "token_revoked")
    key = {"HTTP_IDEMPOTENCY_KEY": "0123456789abcdef"}
    again = start_session(user=user, at=timezone.now()).refresh
    next_one = post(client, "refresh", {"refresh": again}).json()["refresh"]
    assert problem(post(client, "refresh", {"refresh": again}, **key)) == (401, "token_reused")
    assert problem(post(client, "refresh", {"refresh": next_one})) == (401, "token_revoked")


def test_keys_of_calls_with_credentials_leave_nothing_behind(client, roles):
    """API-6 takes the key, but neither a password's fingerprint nor live tokens stay in the database."""
    user = UserFactory()
    key = {"HTTP_IDEMPOTENCY_KEY": "0123456789abcdef"}
    entry = {"email": user.email, "password": PASSWORD}
    first, second = (post(client, "login", entry, **key) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json()["refresh"] != second.json()["refresh"]
    tokens = bearer(user)
    change = {"current_password": PASSWORD, "new_password": GOOD}
    assert post(client, "password/change", change, **tokens, **key).status_code == 200
    short = {"HTTP_IDEMPOTENCY_KEY": "short"}
    assert problem(post(client, "login", entry, **short)) == (400, "idempotency_key_invalid")
    assert not IdempotencyKey.objects.exists()


def test_au1_a_refresh_token_sent_twice_is_reuse_whatever_its_key(client, roles):
    refresh = start_session(user=UserFactory(), at=timezone.now()).refresh
    key = {"HTTP_IDEMPOTENCY_KEY": "0123456789abcdef"}
    assert post(client, "refresh", {"refresh": refresh}, **key).status_code == 200
    assert problem(post(client, "refresh", {"refresh": refresh}, **key)) == (401, "token_reused")


def test_a_stale_bearer_token_does_not_stand_in_the_way_of_a_refresh(client, roles):
    refresh = start_session(user=UserFactory(), at=timezone.now()).refresh
    assert post(client, "refresh", {"refresh": refresh}, HTTP_AUTHORIZATION="Bearer stale").status_code == 200


def test_wrong_password_and_lock(client, roles):
    user = UserFactory()
    wrong = {"email": user.email, "password": "wrong"}
    answers = [post(client, "login", wrong) for _ in range(5)]
    assert [problem(answer) for answer in answers] == [(401, "invalid_credentials")] * 5
    assert [answer.json().get("attempts_left") for answer in answers] == [None, None, 2, 1, 0]
    assert answers[0].headers["WWW-Authenticate"] == "Bearer"
    locked = post(client, "login", {"email": user.email, "password": PASSWORD})
    assert problem(locked) == (423, "account_locked")
    assert 890 < int(locked.headers["Retry-After"]) <= 900


def test_failures_count_also_under_an_idempotency_key(client, roles):
    user = UserFactory()
    for number in range(2):
        headers = {"HTTP_IDEMPOTENCY_KEY": f"0123456789abcde{number}"}
        assert post(client, "login", {"email": user.email, "password": "x"}, **headers).status_code == 401
    user.refresh_from_db()
    assert user.failed_login_attempts == 2


def test_account_not_active(client, roles):
    user = UserFactory(status="pending")
    assert problem(post(client, "login", {"email": user.email, "password": PASSWORD})) == (
        403,
        "account_not_active",
    )


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, ["/email", "/password"]),
        ({"email": "x", "password": "y"}, ["/email"]),
        ({"email": 5, "password": ["y"]}, ["/email", "/password"]),
        ({"email": "a@b.example", "password": "y" * 129}, ["/password"]),
        ({"email": "a@b.example", "password": "a\x00b"}, ["/password"]),
        ({"email": "a@b.example", "password": "y", "otp": "1"}, ["/otp"]),
        ([], [""]),
    ],
)
def test_bad_bodies_are_named(client, roles, body, pointers):
    response = client.post(f"{AUTH}/login", body, format="json")
    assert problem(response) == (400, "validation_error")
    assert [error["pointer"] for error in response.json()["errors"]] == pointers


def test_emoji_and_spaces_in_a_password_are_kept(client, roles):
    user = UserFactory()
    user.set_password(" pass 🌋 word ")
    user.save()
    body = {"email": user.email, "password": " pass 🌋 word "}
    assert post(client, "login", body).status_code == 200
    assert post(client, "login", body | {"password": "pass 🌋 word"}).status_code == 401


@pytest.mark.parametrize("path", ["logout-all", "password/change", "station-token"])
def test_strangers_are_sent_away(client, roles, path):
    assert problem(post(client, path)) == (401, "not_authenticated")
    assert problem(client.get(f"{AUTH}/me")) == (401, "not_authenticated")


def test_access_tokens_that_do_not_count(client, roles):
    user = UserFactory()
    now = timezone.now()

    def me(token, scheme="Bearer"):
        response = client.get(f"{AUTH}/me", HTTP_AUTHORIZATION=f"{scheme} {token}")
        return problem(response) if response.status_code != 200 else 200

    def token(user_id, issued=now):
        return encode(
            "access",
            user_id=user_id,
            role="customer",
            jti=new_jti(user_id),
            at=issued,
            lifetime=timedelta(minutes=30),
        )

    assert me(token(user.pk)) == 200
    assert me(token(user.pk), scheme="bearer") == 200
    assert me(token(user.pk), scheme="Basic") == (401, "not_authenticated")
    assert me("nonsense") == (401, "not_authenticated")
    assert me(token(new_uuid())) == (401, "not_authenticated")
    assert me(token(user.pk, now - timedelta(minutes=31))) == (401, "token_expired")
    assert me(start_session(user=user, at=now).refresh) == (401, "not_authenticated")
    User.objects.filter(pk=user.pk).update(tokens_valid_after=now + timedelta(microseconds=1))
    assert me(token(user.pk)) == (401, "token_revoked")
    assert me(token(user.pk, now + timedelta(microseconds=1))) == 200
    User.objects.filter(pk=user.pk).update(status="pending", is_active=False)
    assert me(token(user.pk, now + timedelta(microseconds=1))) == (403, "account_not_active")


def new_uuid():
    return UserFactory.build().pk


def test_a_suspended_account_is_out_at_once(client, roles):
    user = UserFactory()
    headers = bearer(user)
    assert client.get(f"{AUTH}/me", **headers).status_code == 200
    suspend_user(user=user, reason="abuse of the service", by=make_actor("super_admin"), at=timezone.now())
    assert problem(client.get(f"{AUTH}/me", **headers)) == (401, "token_revoked")


def test_log_out_everywhere(client, roles):
    user = UserFactory()
    headers, other = bearer(user), bearer(user)
    assert post(client, "logout-all", **headers).status_code == 204
    assert problem(client.get(f"{AUTH}/me", **headers)) == (401, "token_revoked")
    assert problem(client.get(f"{AUTH}/me", **other)) == (401, "token_revoked")
    assert client.get(f"{AUTH}/me", **bearer(user)).status_code == 200


def test_password_change(client, roles):
    user = UserFactory()
    headers = bearer(user)
    body = {"current_password": PASSWORD, "new_password": GOOD}
    weak = post(client, "password/change", body | {"new_password": "password123"}, **headers)
    assert problem(weak) == (400, "validation_error")
    assert weak.json()["errors"] == [
        {"pointer": "/new_password", "code": "password_too_common", "message": "This password is too common."}
    ]
    wrong = post(client, "password/change", body | {"current_password": "x"}, **headers)
    assert problem(wrong) == (401, "invalid_credentials")
    pair = post(client, "password/change", body, **headers)
    assert pair.status_code == 200
    assert problem(client.get(f"{AUTH}/me", **headers)) == (401, "token_revoked")
    new = {"HTTP_AUTHORIZATION": f"Bearer {pair.json()['access']}"}
    assert client.get(f"{AUTH}/me", **new).status_code == 200


def test_me_shows_person_rights_and_links(client, station):
    user = make_staff("station_manager", station, email="ann@people.example", full_name="Ann Lee")
    StationUser.objects.update(is_primary_station=True)
    body = client.get(f"{AUTH}/me", **bearer(user)).json()
    rights = sorted(actor_for(user).codes())
    assert body == {
        "id": str(user.pk),
        "email": "ann@people.example",
        "full_name": "Ann Lee",
        "phone": None,
        "avatar_url": None,
        "role": "station_manager",
        "status": "active",
        "email_verified_at": "2026-01-01T00:00:00Z",
        "last_login_at": None,
        "mfa_enabled": False,
        "roles": ["station_manager"],
        "permissions": rights,
        "stations": [
            {
                "id": str(station.pk),
                "code": station.code,
                "display_name": station.display_name,
                "timezone": "America/Los_Angeles",
                "role": "station_admin",
                "is_primary_station": True,
                "expires_at": None,
                "permissions": rights,
            }
        ],
        "station_id": None,
    }


def test_me_can_be_changed(client, roles):
    user = UserFactory()
    headers = bearer(user)

    def patch(body):
        return client.patch(f"{AUTH}/me", body, format="json", **headers)

    body = {"full_name": "Ann Lee", "phone": "(510) 555-0100", "avatar_url": "https://img.example/a.png"}
    changed = patch(body).json()
    assert {name: changed[name] for name in body} == body | {"phone": "+15105550100"}
    assert patch({"phone": None}).json()["phone"] is None
    assert patch({}).json()["full_name"] == "Ann Lee"
    for wrong, pointer in (
        ({"role": "super_admin"}, "/role"),
        ({"email": "x@people.example"}, "/email"),
        ({"phone": "12"}, "/phone"),
        ({"avatar_url": "javascript:alert(1)"}, "/avatar_url"),
        ({"full_name": "x" * 256}, "/full_name"),
        ({"full_name": "a\x00"}, "/full_name"),
    ):
        refused = patch(wrong)
        assert (problem(refused), refused.json()["errors"][0]["pointer"]) == (
            (400, "validation_error"),
            pointer,
        )


def test_station_token_narrows_and_is_left(client, station, other_station):
    user = make_staff("admin", station, other_station)
    headers = bearer(user)
    chosen = post(client, "station-token", {"station_id": str(station.pk)}, **headers)
    assert chosen.status_code == 201
    body = chosen.json()
    token = body.pop("token")
    assert (body["station_id"], body["role"]) == (str(station.pk), "admin")
    assert body["permissions"] == sorted(actor_for(user).codes_at(station.pk))
    narrowed = headers | {"HTTP_X_STATION_TOKEN": token}
    codes = [row["code"] for row in client.get("/api/v1/stations", **narrowed).json()["results"]]
    assert codes == [station.code]
    assert client.get(f"{AUTH}/me", **narrowed).json()["station_id"] == str(station.pk)
    assert client.delete(f"{AUTH}/station-token", **narrowed).status_code == 204
    assert problem(client.get("/api/v1/stations", **narrowed)) == (401, "station_token_invalid")
    assert len(client.get("/api/v1/stations", **headers).json()["results"]) == 2


def test_station_tokens_that_do_not_count(client, station, other_station):
    user, stranger = make_staff("admin", station), make_staff("admin", station)
    headers = bearer(user)
    token = post(client, "station-token", {"station_id": str(station.pk)}, **headers).json()["token"]
    invalid = (401, "station_token_invalid")
    assert problem(client.get(f"{AUTH}/me", **bearer(stranger, HTTP_X_STATION_TOKEN=token))) == invalid
    assert problem(client.get(f"{AUTH}/me", HTTP_X_STATION_TOKEN=token)) == invalid
    assert problem(client.get(f"{AUTH}/me", **headers, HTTP_X_STATION_TOKEN="")) == invalid
    refused = post(client, "station-token", {"station_id": str(other_station.pk)}, **headers)
    assert problem(refused) == (404, "not_found")
    assert problem(post(client, "station-token", {"station_id": "x"}, **headers)) == (400, "validation_error")


def test_a_session_is_named_in_the_audit_log(client, station):
    user = make_staff("admin", station)
    pair = start_session(user=user, at=timezone.now())
    headers = {"HTTP_AUTHORIZATION": f"Bearer {pair.access}"}
    post(client, "station-token", {"station_id": str(station.pk)}, **headers)
    family = decode("refresh", pair.refresh, at=timezone.now()).family_id
    assert StationAuditLog.objects.get(action="create").session_id == family


def test_activity_is_noted_once_in_five_minutes(client, roles, django_assert_num_queries):
    user = UserFactory()
    headers = bearer(user)
    client.get("/api/v1/stations", **headers)
    first = User.objects.get(pk=user.pk).last_activity_at
    assert timezone.now() - first < timedelta(minutes=1)
    client.get("/api/v1/stations", **headers)
    assert User.objects.get(pk=user.pk).last_activity_at == first
    old = timezone.now() - timedelta(minutes=6)
    User.objects.filter(pk=user.pk).update(last_activity_at=old)
    client.get("/api/v1/stations", **headers)
    assert User.objects.get(pk=user.pk).last_activity_at > old


def test_authentication_takes_one_statement_and_a_station_token_a_second(
    client, station, django_assert_num_queries
):
    user = make_staff("admin", station)
    headers = bearer(user)
    token = post(client, "station-token", {"station_id": str(station.pk)}, **headers).json()["token"]
    missing = f"/api/v1/stations/{user.pk}"
    with django_assert_num_queries(2):  # one for the account, one for the station that is not there
        assert client.get(missing, **headers).status_code == 404
    with django_assert_num_queries(3):
        assert client.get(missing, **headers, HTTP_X_STATION_TOKEN=token).status_code == 404


def test_no_answer_holds_a_secret(client, station):
    user = make_staff("admin", station)
    text = client.get(f"{AUTH}/me", **bearer(user)).content.decode()
    assert user.password not in text
    assert "password" not in text
