"""/auth/mfa: AU-8 and AU-9 through the wire."""

from datetime import timedelta

import pyotp
import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from identity.services.sessions import start_session
from tests.factories.identity import PASSWORD, UserFactory, make_staff

pytestmark = pytest.mark.django_db

AUTH = "/api/v1/auth"


@pytest.fixture
def client():
    return APIClient()


def bearer(user):
    return {"HTTP_AUTHORIZATION": f"Bearer {start_session(user=user, at=timezone.now()).access}"}


def post(client, path, body=None, **headers):
    return client.post(f"{AUTH}/{path}", body or {}, format="json", **headers)


def problem(response):
    return response.status_code, response.json()["code"]


def code_of(secret, steps=0):
    return pyotp.TOTP(secret).at(timezone.now() + timedelta(seconds=30 * steps))


def enrol(client, user):
    """Enrol through the API with the code of the step before; returns secret and backup codes."""
    headers = bearer(user)
    shown = post(client, "mfa/setup", **headers)
    assert (shown.status_code, sorted(shown.json())) == (200, ["otpauth_uri", "qr_svg", "secret"])
    secret = shown.json()["secret"]
    answer = post(client, "mfa/enable", {"code": code_of(secret, -1)}, **headers)
    assert answer.status_code == 200
    return secret, answer.json()["backup_codes"]


def test_au9_the_whole_round(client, roles):
    user = UserFactory()
    secret, codes = enrol(client, user)
    assert len(codes) == 10
    entry = post(client, "login", {"email": user.email, "password": PASSWORD}).json()
    token = entry.pop("mfa_token")
    assert entry.pop("user")["id"] == str(user.pk)
    assert entry == {
        "access": None,
        "refresh": None,
        "token_type": None,
        "expires_in": None,
        "mfa_required": True,
    }
    assert problem(post(client, "mfa/verify", {"mfa_token": token, "code": "wrong1"})) == (
        401,
        "mfa_code_invalid",
    )
    done = post(client, "mfa/verify", {"mfa_token": token, "code": code_of(secret)})
    assert done.status_code == 200
    body = done.json()
    assert (body["mfa_required"], body["mfa_token"], body["expires_in"]) == (False, None, 1800)
    headers = {"HTTP_AUTHORIZATION": f"Bearer {body['access']}"}
    assert client.get(f"{AUTH}/me", **headers).json()["mfa_enabled"] is True
    off = post(client, "mfa/disable", {"password": PASSWORD, "code": codes[0]}, **headers)
    assert off.status_code == 204
    assert post(client, "login", {"email": user.email, "password": PASSWORD}).json()["access"]


def test_refusals(client, roles):
    user = UserFactory()
    headers = bearer(user)
    assert problem(post(client, "mfa/enable", {"code": "123456"}, **headers)) == (409, "invalid_transition")
    assert problem(post(client, "mfa/disable", {"password": "x", "code": "y"}, **headers)) == (
        409,
        "invalid_transition",
    )
    assert problem(post(client, "mfa/verify", {"mfa_token": "x", "code": "y"})) == (401, "not_authenticated")
    assert problem(post(client, "mfa/setup")) == (401, "not_authenticated")
    enrol(client, user)
    assert problem(post(client, "mfa/setup", **headers)) == (409, "invalid_transition")


def test_the_token_of_the_first_step_opens_nothing_else(client, roles):
    user = UserFactory()
    enrol(client, user)
    token = post(client, "login", {"email": user.email, "password": PASSWORD}).json()["mfa_token"]
    answer = client.get(f"{AUTH}/me", HTTP_AUTHORIZATION=f"Bearer {token}")
    assert problem(answer) == (401, "not_authenticated")


@pytest.mark.parametrize("role", ["super_admin", "admin"])
def test_au8_after_seven_days_only_enrolment_works(client, station, role):
    user = make_staff(role, station, activated_at=timezone.now() - timedelta(days=7))
    headers = bearer(user)
    for path in ("/auth/me", "/stations", "/public/stations"):
        assert problem(client.get(f"/api/v1{path}", **headers)) == (403, "mfa_enrolment_required")
    assert problem(post(client, "logout-all", **headers)) == (403, "mfa_enrolment_required")
    enrol(client, user)
    assert client.get(f"{AUTH}/me", **headers).status_code == 200


def test_au8_the_first_seven_days_are_free(client, station):
    user = make_staff("admin", station, activated_at=timezone.now() - timedelta(days=6, hours=23))
    assert client.get(f"{AUTH}/me", **bearer(user)).status_code == 200
