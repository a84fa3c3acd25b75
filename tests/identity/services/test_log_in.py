"""AU-4, AU-5, AU-6: who knows the password, and how often one may try."""

from datetime import timedelta

import pytest
from django.contrib.auth.hashers import identify_hasher

from common.context import RequestContext, request_context
from common.crypto.blind_index import blind_index, ip_hash
from events.models import Counter
from identity.exceptions import AccountLocked, AccountNotActive, InvalidCredentials
from identity.models import RefreshToken, StationAuditLog, User
from identity.services.log_in import log_in
from identity.tokens import decode, stored_hash
from tests.factories.identity import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
UNKNOWN = "nobody@people.example"


def fail(email, at, times=1):
    """Return what each wrong password was told."""
    told = []
    for _ in range(times):
        with pytest.raises(InvalidCredentials) as refused:
            log_in(email=email, password="wrong", at=at)
        told.append(refused.value.extra)
    return told


def locked_for(email, at, password=PASSWORD):
    with pytest.raises(AccountLocked) as refused:
        log_in(email=email, password=password, at=at)
    assert (refused.value.status, refused.value.code) == (423, "account_locked")
    return int(refused.value.headers["Retry-After"])


def test_log_in_returns_tokens_and_leaves_traces(roles, at):
    user = UserFactory(email="jane@people.example")
    with request_context(RequestContext("request-1", "198.51.100.7", "curl/8")):
        entry = log_in(email=" Jane@People.example ", password=PASSWORD, at=at)
    assert (entry.user, entry.mfa_required, entry.tokens.expires_in) == (user, False, 1800)
    access, refresh = (
        decode("access", entry.tokens.access, at=at),
        decode("refresh", entry.tokens.refresh, at=at),
    )
    assert (access.user_id, access.role, access.issued_at) == (user.pk, "customer", at)
    assert refresh.expires_at == at.replace(microsecond=0) + timedelta(days=7)
    row = RefreshToken.objects.get()
    assert (row.user, row.family_id, row.token_hash) == (user, access.family_id, stored_hash(refresh.jti))
    assert (row.ip_hash, row.user_agent) == (ip_hash("198.51.100.7"), "curl/8")
    user.refresh_from_db()
    assert (user.last_login, user.last_login_ip_hash) == (at, ip_hash("198.51.100.7"))
    audit = StationAuditLog.objects.get()
    assert (audit.action, audit.user, audit.success, audit.station) == ("login", user, True, None)
    assert (audit.user_role, audit.actor_label) == ("customer", f"user:{user.pk}")
    assert (audit.details, audit.request_id) == ({"outcome": "ok", "door": "api"}, "request-1")
    assert (audit.ip_hash, audit.user_agent) == (ip_hash("198.51.100.7"), "curl/8")


def test_au4_unknown_email_and_wrong_password_are_told_the_same(roles, at):
    user = UserFactory()
    refusals = []
    for email in (user.email, UNKNOWN):
        with pytest.raises(InvalidCredentials) as refused:
            log_in(email=email, password="wrong", at=at)
        refusals.append((refused.value.code, refused.value.status, refused.value.detail, refused.value.extra))
    assert refusals == [("invalid_credentials", 401, "E-mail or password is wrong", {})] * 2
    rows = StationAuditLog.objects.order_by("created_at").values_list(
        "user", "resource_id", "success", "details"
    )
    outcome = {"outcome": "invalid_credentials"}
    assert list(rows) == [(None, str(user.pk), False, outcome), (None, "", False, outcome)]


def test_an_account_without_password_cannot_log_in(roles, at):
    user = UserFactory(password="!unusable")
    assert fail(user.email, at) == [{}]


@pytest.mark.parametrize("status", ["pending", "suspended", "deactivated"])
def test_au4_right_password_of_an_account_that_may_not_act(roles, at, status):
    user = UserFactory(status=status)
    with pytest.raises(AccountNotActive):
        log_in(email=user.email, password=PASSWORD, at=at)
    assert fail(user.email, at) == [{}]
    assert not RefreshToken.objects.exists()
    outcomes = StationAuditLog.objects.order_by("created_at").values_list("details__outcome", flat=True)
    assert list(outcomes) == ["account_not_active", "invalid_credentials"]


@pytest.mark.parametrize("known", [True, False], ids=["known", "unknown"])
def test_au5_five_failures_lock_known_and_unknown_emails_alike(roles, at, known):
    email = UserFactory().email if known else UNKNOWN
    assert fail(email, at, 5) == [{}, {}, {"attempts_left": 2}, {"attempts_left": 1}, {"attempts_left": 0}]
    assert locked_for(email, at + MINUTE) == 14 * 60
    assert locked_for(email, at + 15 * MINUTE - timedelta(milliseconds=1)) == 1
    assert fail(email, at + 15 * MINUTE) == [{}]


@pytest.mark.parametrize("known", [True, False], ids=["known", "unknown"])
def test_au5_locks_grow_and_a_day_without_one_clears_the_level(roles, at, known):
    email = UserFactory().email if known else UNKNOWN
    seconds = []
    for _ in range(4):
        fail(email, at, 5)
        seconds.append(locked_for(email, at))
        at += timedelta(seconds=seconds[-1])
    assert seconds == [900, 1800, 3600, 86400]
    fail(email, at + timedelta(hours=24), 5)
    assert locked_for(email, at + timedelta(hours=24)) == 900


def test_au5_success_clears_the_count_but_not_the_level(roles, at):
    user = UserFactory()
    fail(user.email, at, 4)
    log_in(email=user.email, password=PASSWORD, at=at)
    user.refresh_from_db()
    assert (user.failed_login_attempts, user.lockout_level, user.locked_until) == (0, 0, None)
    fail(user.email, at, 5)
    log_in(email=user.email, password=PASSWORD, at=at + 15 * MINUTE)
    user.refresh_from_db()
    assert (user.failed_login_attempts, user.lockout_level, user.last_locked_at) == (0, 1, at)
    fail(user.email, at + 15 * MINUTE, 5)
    assert locked_for(user.email, at + 15 * MINUTE) == 1800


def test_au5_the_right_password_at_the_fifth_attempt_is_let_in(roles, at):
    user = UserFactory()
    fail(user.email, at, 4)
    log_in(email=user.email, password=PASSWORD, at=at)
    user.refresh_from_db()
    assert (user.failed_login_attempts, user.lockout_level, user.locked_until) == (0, 0, None)


def test_a_locked_attempt_is_audited(roles, at):
    fail(UNKNOWN, at, 5)
    locked_for(UNKNOWN, at)
    newest = StationAuditLog.objects.order_by("-created_at").first()
    assert (newest.success, newest.details, newest.error_message) == (
        False,
        {"outcome": "account_locked"},
        "account_locked",
    )


def test_unknown_emails_are_kept_as_hashes_only(at):
    fail(UNKNOWN, at)
    mark = Counter.objects.get()
    assert mark.key == f"lockout:{blind_index(UNKNOWN, kind='email').hex()}"
    assert (mark.hits, mark.expires_at) == (1, at + timedelta(days=30))


def test_au6_hashes_are_bcrypt_sha256_of_cost_12(roles, at, settings):
    user = UserFactory()
    settings.PASSWORD_HASHERS = [
        "identity.hashers.BCryptSHA256Cost12",
        "django.contrib.auth.hashers.MD5PasswordHasher",
    ]
    log_in(email=user.email, password=PASSWORD, at=at)
    user = User.objects.get(pk=user.pk)
    assert user.password.startswith("bcrypt_sha256$$2b$12$")
    assert not identify_hasher(user.password).must_update(user.password)
    log_in(email=user.email, password=PASSWORD, at=at)
    assert User.objects.get(pk=user.pk).password == user.password


def test_what_a_refused_attempt_counts_stays(roles, at):
    """The refusal is raised after the count was written, outside of the service's own transactions."""
    user = UserFactory()
    fail(user.email, at, 2)
    user.refresh_from_db()
    assert user.failed_login_attempts == 2
