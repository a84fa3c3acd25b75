"""AU-14 through the wire, against a provider of our own; AU-11, AU-12: whose account it opens."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from django.core.cache import caches
from django.db import connection
from django.utils import timezone
from joserfc.jwk import RSAKey
from rest_framework.test import APIClient

from common.actors import SystemActor
from events.models import DomainEvent
from identity.models import OAuthAccount, StationAuditLog, User
from identity.services.account_states import deactivate_user
from identity.services.invitations import invite_user
from identity.services.mfa import begin_enrolment
from identity.services.registration import register
from identity.sign_in_state import COOKIE, new_state, to_cookie
from tests.factories.identity import PASSWORD, UserFactory, make_actor

pytestmark = pytest.mark.django_db

AUTH = "/api/v1/auth"
EMAIL = "jane@people.example"


def problem(response):
    return response.status_code, response.json()["code"]


def start(client, **query):
    return client.get(f"{AUTH}/google/start", query)


def come_back(client, provider, **query):
    """Go to the provider and come back; returns the answer of the callback."""
    answer = start(client, **query)
    assert answer.status_code == 302
    state, code = provider.authorize(answer.headers["Location"])
    return client.get(f"{AUTH}/google/callback", {"state": state, "code": code, "scope": "openid"})


def code_in(answer):
    assert answer.status_code == 302, answer.content
    return parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]


def exchange(client, code):
    return client.post(f"{AUTH}/google/exchange", {"code": code}, format="json")


def sign_in(client, provider, **query):
    return exchange(client, code_in(come_back(client, provider, **query)))


def test_au14_a_new_customer_signs_in(client, provider):
    answer = come_back(client, provider)
    assert answer.headers["Location"].startswith("https://site.example/signed-in?code=")
    assert client.cookies[COOKIE].value == ""
    code = code_in(answer)
    entry = exchange(client, code)
    assert entry.status_code == 200
    body = entry.json()
    assert body["user"]["email"] == EMAIL
    me = client.get(f"{AUTH}/me", HTTP_AUTHORIZATION=f"Bearer {body['access']}").json()
    assert (me["full_name"], me["role"], me["status"]) == ("Jane Roe", "customer", "active")
    assert me["email_verified_at"] is not None
    user = User.objects.get()
    assert (user.auth_provider, user.has_usable_password()) == ("google", False)
    link = OAuthAccount.objects.get()
    assert (link.user_id, link.provider_account_id) == (user.pk, "google-1")
    assert link.profile_data["email"] == "Jane@People.example"
    assert DomainEvent.objects.filter(event_type="user.activated").count() == 1
    assert problem(exchange(client, code)) == (410, "link_expired")


def test_au14_the_code_goes_with_pkce_and_the_verifier_never_leaves(client, provider):
    answer = start(client)
    cookie = client.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 600)
    state, code = provider.authorize(answer.headers["Location"])
    client.get(f"{AUTH}/google/callback", {"state": state, "code": code})
    verifier = provider.requests[0]["code_verifier"]
    assert len(verifier) == 43
    assert verifier not in answer.headers["Location"] + cookie.value


def test_au14_the_answer_is_bound_to_the_browser(client, provider):
    answer = start(client)
    state, code = provider.authorize(answer.headers["Location"])
    query = {"state": state, "code": code}
    stranger = APIClient()
    assert problem(stranger.get(f"{AUTH}/google/callback", query)) == (410, "link_expired")
    start(stranger)
    assert problem(stranger.get(f"{AUTH}/google/callback", query)) == (410, "link_expired")
    stranger.cookies[COOKIE] = "forged"
    assert problem(stranger.get(f"{AUTH}/google/callback", query)) == (410, "link_expired")
    assert problem(client.get(f"{AUTH}/google/callback", {"code": code})) == (400, "validation_error")
    assert provider.requests == []


def test_au14_the_cookie_lasts_ten_minutes(client, provider):
    state = new_state(intent="customer", return_url="x", at=timezone.now() - timedelta(minutes=10))
    client.cookies[COOKIE] = to_cookie(state)
    late = client.get(f"{AUTH}/google/callback", {"state": state.state, "code": "x"})
    assert problem(late) == (410, "link_expired")


def test_au14_return_urls_come_from_the_list(client, provider):
    for wrong in ("https://evil.example/", "https://site.example/signed-in/../x", ""):
        assert problem(start(client, return_url=wrong)) == (400, "validation_error")
    answer = come_back(client, provider, return_url="https://staff.example/in?app=1")
    assert answer.headers["Location"].startswith("https://staff.example/in?app=1&code=")


def test_whoever_declines_goes_back_without_a_code(client, provider):
    state, _code = provider.authorize(start(client).headers["Location"])
    answer = client.get(f"{AUTH}/google/callback", {"state": state, "error": "access_denied"})
    assert answer.headers["Location"] == "https://site.example/signed-in?error=access_denied"


def test_au14_the_exchange_code_is_hashed_and_lasts_60_seconds(client, provider):
    code = code_in(come_back(client, provider))
    with connection.cursor() as cursor:
        cursor.execute('SELECT cache_key, expires - clock_timestamp() FROM "public"."django_cache"')
        [(key, left)] = cursor.fetchall()
    assert code not in key
    assert timedelta(seconds=50) < left <= timedelta(seconds=60)
    [kept_key] = [key.removeprefix(":1:")]
    kept = caches["codes"].get(kept_key)
    caches["codes"].set(kept_key, {**kept, "until": kept["until"] - 60}, timeout=60)
    assert problem(exchange(client, code)) == (410, "link_expired")
    assert problem(exchange(client, "nonsense")) == (410, "link_expired")


def test_au14_an_equal_verified_email_links_the_account(client, provider):
    user = UserFactory(email=EMAIL)
    assert sign_in(client, provider).json()["user"]["id"] == str(user.pk)
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    provider.person["email"] = "moved@people.example"
    assert sign_in(client, provider).json()["user"]["id"] == str(user.pk)
    assert OAuthAccount.objects.count() == 1


def test_au14_an_unverified_email_links_nothing(client, provider):
    UserFactory(email=EMAIL)
    for word in (False, None, "true"):
        provider.claims = {"email_verified": word}
        assert problem(come_back(client, provider)) == (403, "permission_denied")
    assert not OAuthAccount.objects.exists()


def test_au11_google_activates_a_registration_and_drops_its_password(client, provider):
    """Whoever registered a stranger's address keeps nothing."""
    register(email=EMAIL, password="violet harbour 42 lanterns", at=timezone.now())
    assert sign_in(client, provider).status_code == 200
    user = User.objects.get()
    assert (user.status, user.has_usable_password()) == ("active", False)
    assert user.email_verified_at is not None


def test_au12_staff_apply_and_wait(client, provider):
    code = code_in(come_back(client, provider, intent="staff"))
    assert problem(exchange(client, code)) == (403, "account_not_active")
    user = User.objects.get()
    assert (user.role, user.status, user.metadata) == ("customer_support", "pending", {"applied_as": "staff"})
    assert StationAuditLog.objects.filter(action="login", success=False).count() == 1


def test_au13_an_invitation_is_not_accepted_by_google(client, provider):
    invite_user(email=EMAIL, role="chef", by=make_actor("super_admin"), at=timezone.now())
    assert problem(sign_in(client, provider)) == (403, "account_not_active")
    assert User.objects.get(email=EMAIL).email_verified_at is None


def test_closed_accounts_stay_closed(client, provider):
    user = UserFactory(email=EMAIL)
    deactivate_user(user=user, reason="left the company", by=SystemActor("test"), at=timezone.now())
    assert problem(come_back(client, provider)) == (403, "account_not_active")


def test_an_account_closed_meanwhile_gets_no_tokens(client, provider):
    user = UserFactory(email=EMAIL)
    code = code_in(come_back(client, provider))
    deactivate_user(user=user, reason="left the company", by=SystemActor("test"), at=timezone.now())
    assert problem(exchange(client, code)) == (410, "link_expired")


def test_au5_a_locked_account_stays_locked(client, provider):
    UserFactory(email=EMAIL, locked_until=timezone.now() + timedelta(minutes=5))
    assert problem(sign_in(client, provider)) == (423, "account_locked")


def test_au9_the_second_factor_is_asked_for(client, provider):
    user = UserFactory(email=EMAIL)
    begin_enrolment(user=user)
    User.objects.filter(pk=user.pk).update(mfa_enabled=True)
    entry = sign_in(client, provider).json()
    assert (entry["mfa_required"], entry["access"]) == (True, None)
    user.refresh_from_db()
    code = pyotp.TOTP(user.mfa_secret).now()
    done = client.post(f"{AUTH}/mfa/verify", {"mfa_token": entry["mfa_token"], "code": code}, format="json")
    assert done.status_code == 200


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another-client"},
        {"iss": "https://evil.example"},
        {"exp": 1},
        {"exp": None},
        {"sub": None},
        {"email": None},
    ],
)
def test_au14_id_tokens_are_checked(client, provider, claims):
    provider.claims = claims
    assert problem(come_back(client, provider)) == (502, "provider_error")
    assert not User.objects.exists()


def test_au14_id_tokens_of_another_key_are_refused(client, provider):
    provider.signing_key = RSAKey.generate_key(2048, {"kid": "one"})
    assert problem(come_back(client, provider)) == (502, "provider_error")


def test_a_provider_that_fails_is_told(client, provider):
    provider.token_status = 500
    assert problem(come_back(client, provider)) == (502, "provider_error")
    state, _code = provider.authorize(start(client).headers["Location"])
    provider.token_status = 200
    used = client.get(f"{AUTH}/google/callback", {"state": state, "code": "unknown"})
    assert problem(used) == (502, "provider_error")


def test_a_provider_that_names_another_issuer_or_is_gone(client, provider, settings):
    provider.announced_issuer = "https://evil.example"
    assert problem(start(client)) == (502, "provider_error")
    settings.GOOGLE_ISSUER = "http://127.0.0.1:9"
    assert problem(start(client)) == (502, "provider_error")


def test_without_a_provider_there_is_no_sign_in(client, settings, roles):
    settings.GOOGLE_CLIENT_ID = ""
    assert problem(start(client)) == (404, "not_found")
