"""AU-8, AU-9: enrolment, codes accepted once, switching off, reset; AU-5: failures of both kinds count."""

from datetime import timedelta

import pyotp
import pytest

from common.actors import SystemActor
from common.exceptions import InvalidTransition, NotFound, PermissionDenied
from identity.actors import UserActor
from identity.exceptions import (
    AccountLocked,
    InvalidCredentials,
    MfaCodeInvalid,
    TokenExpired,
    TokenInvalid,
)
from identity.models import StationAuditLog, User
from identity.policies import must_enrol_mfa
from identity.services.account_states import deactivate_user, suspend_user
from identity.services.log_in import complete_log_in, log_in
from identity.services.mfa import begin_enrolment, disable_mfa, finish_enrolment, reset_mfa
from identity.services.one_time_codes import check_code
from identity.services.sessions import start_session
from tests.factories.identity import PASSWORD, UserFactory, make_actor, make_staff

pytestmark = pytest.mark.django_db

STEP = timedelta(seconds=30)


def self_of(user):
    return UserActor(id=user.pk, role=user.role)


def code_of(user, at):
    user.refresh_from_db()
    return pyotp.TOTP(user.mfa_secret).at(at)


def enrol(user, at):
    """Switch MFA on one step before the instant, so that the instant's own code is still good."""
    begin_enrolment(user=user)
    return finish_enrolment(user=user, code=code_of(user, at - STEP), by=self_of(user), at=at - STEP)


def details():
    rows = StationAuditLog.objects.order_by("created_at", "pk")
    return list(rows.values_list("details", flat=True))


def test_au8_enrolment_shows_the_secret_and_gives_ten_codes(roles, at):
    user = UserFactory()
    shown = begin_enrolment(user=user)
    user.refresh_from_db()
    assert (user.mfa_enabled, user.mfa_secret) == (False, shown.secret)
    assert shown.secret in shown.otpauth_uri
    assert shown.qr_svg.startswith("<svg ")
    codes = finish_enrolment(user=user, code=code_of(user, at), by=self_of(user), at=at)
    user.refresh_from_db()
    assert user.mfa_enabled
    assert user.mfa_backup_codes == codes
    assert user.mfa_last_step == int(at.timestamp()) // 30
    assert details() == [{"mfa": "on"}]


def test_au8_secret_and_codes_are_stored_encrypted(roles, at):
    user = UserFactory()
    codes = enrol(user, at)
    user.refresh_from_db()
    row = User.objects.filter(pk=user.pk).values("mfa_secret", "mfa_backup_codes").get()
    assert user.mfa_secret not in str(row)
    assert not any(code in str(row) for code in codes)


def test_a_wrong_code_switches_nothing_on(roles, at):
    user = UserFactory()
    with pytest.raises(InvalidTransition):
        finish_enrolment(user=user, code="000000", by=self_of(user), at=at)
    begin_enrolment(user=user)
    with pytest.raises(MfaCodeInvalid):
        finish_enrolment(user=user, code="nope", by=self_of(user), at=at)
    user.refresh_from_db()
    assert (user.mfa_enabled, user.failed_login_attempts) == (False, 1)


def test_mfa_that_is_on_is_not_set_up_anew(roles, at):
    user = UserFactory()
    enrol(user, at)
    with pytest.raises(InvalidTransition):
        begin_enrolment(user=user)
    with pytest.raises(InvalidTransition):
        finish_enrolment(user=user, code="000000", by=self_of(user), at=at)


def test_closed_accounts_have_no_second_factor(roles, at):
    user = UserFactory()
    deactivate_user(user=user, reason="left the company", by=SystemActor("test"), at=at)
    with pytest.raises(NotFound):
        begin_enrolment(user=user)
    with pytest.raises(NotFound):
        finish_enrolment(user=user, code="000000", by=self_of(user), at=at)


def test_au9_log_in_takes_password_and_code(roles, at):
    user = UserFactory()
    enrol(user, at)
    first = log_in(email=user.email, password=PASSWORD, at=at)
    assert (first.mfa_required, first.tokens) == (True, None)
    user.refresh_from_db()
    assert user.last_login is None
    entry = complete_log_in(mfa_token=first.mfa_token, code=code_of(user, at), at=at)
    assert entry.tokens is not None
    assert not entry.mfa_required
    assert entry.user.last_login == at


def test_au8_a_code_is_accepted_once(roles, at):
    user = UserFactory()
    enrol(user, at)
    token = log_in(email=user.email, password=PASSWORD, at=at).mfa_token
    code = code_of(user, at)
    complete_log_in(mfa_token=token, code=code, at=at)
    with pytest.raises(MfaCodeInvalid):
        complete_log_in(mfa_token=token, code=code, at=at)
    earlier = code_of(user, at - STEP)
    with pytest.raises(MfaCodeInvalid):
        complete_log_in(mfa_token=token, code=earlier, at=at)


def test_au8_a_backup_code_works_once(roles, at):
    user = UserFactory()
    codes = enrol(user, at)
    token = log_in(email=user.email, password=PASSWORD, at=at).mfa_token
    assert complete_log_in(mfa_token=token, code=codes[3].upper(), at=at).tokens is not None
    user.refresh_from_db()
    assert user.mfa_backup_codes == codes[:3] + codes[4:]
    with pytest.raises(MfaCodeInvalid):
        complete_log_in(mfa_token=token, code=codes[3], at=at)


def test_au9_the_token_lasts_five_minutes_and_dies_with_the_log_ins(roles, at):
    user = UserFactory()
    enrol(user, at)
    token = log_in(email=user.email, password=PASSWORD, at=at).mfa_token
    later = at + timedelta(minutes=5)
    with pytest.raises(TokenExpired):
        complete_log_in(mfa_token=token, code=code_of(user, later), at=later)
    with pytest.raises(TokenInvalid):
        complete_log_in(mfa_token="nonsense", code="000000", at=at)
    suspend_user(user=user, reason="left the company", by=SystemActor("test"), at=at)
    with pytest.raises(TokenInvalid):
        complete_log_in(mfa_token=token, code=code_of(user, at), at=at)


def test_au5_wrong_codes_lock_and_the_password_does_not_clear_them(roles, at):
    user = UserFactory()
    enrol(user, at)
    left = []
    for _guess in range(5):
        token = log_in(email=user.email, password=PASSWORD, at=at).mfa_token
        with pytest.raises(MfaCodeInvalid) as refused:
            complete_log_in(mfa_token=token, code="wrong1", at=at)
        left.append(refused.value.extra.get("attempts_left"))
    assert left == [None, None, 2, 1, 0]
    with pytest.raises(AccountLocked):
        log_in(email=user.email, password=PASSWORD, at=at)
    with pytest.raises(AccountLocked):
        complete_log_in(mfa_token=token, code=code_of(user, at), at=at)
    outcomes = [row.get("outcome") for row in details() if "outcome" in row]
    assert outcomes == ["mfa_code_invalid"] * 5 + ["account_locked"] * 2


def test_au5_the_right_code_clears_failures_of_both_kinds(roles, at):
    user = UserFactory()
    enrol(user, at)
    for _guess in range(2):
        with pytest.raises(InvalidCredentials):
            log_in(email=user.email, password="wrong", at=at)
    token = log_in(email=user.email, password=PASSWORD, at=at).mfa_token
    with pytest.raises(MfaCodeInvalid):
        complete_log_in(mfa_token=token, code="wrong1", at=at)
    user.refresh_from_db()
    assert user.failed_login_attempts == 3
    complete_log_in(mfa_token=token, code=code_of(user, at), at=at)
    user.refresh_from_db()
    assert user.failed_login_attempts == 0


def test_au5_the_fifth_attempt_with_the_right_password_does_not_lock(roles, at):
    user = UserFactory()
    enrol(user, at)
    for _guess in range(4):
        with pytest.raises(InvalidCredentials):
            log_in(email=user.email, password="wrong", at=at)
    assert log_in(email=user.email, password=PASSWORD, at=at).mfa_required
    user.refresh_from_db()
    assert (user.failed_login_attempts, user.locked_until) == (4, None)


def test_au9_switching_off_takes_password_and_code(roles, at):
    user = UserFactory()
    enrol(user, at)
    with pytest.raises(InvalidCredentials):
        disable_mfa(user=user, password="wrong", code=code_of(user, at), by=self_of(user), at=at)
    with pytest.raises(MfaCodeInvalid):
        disable_mfa(user=user, password=PASSWORD, code="wrong1", by=self_of(user), at=at)
    disable_mfa(user=user, password=PASSWORD, code=code_of(user, at), by=self_of(user), at=at)
    user.refresh_from_db()
    assert (user.mfa_enabled, user.mfa_secret, user.mfa_backup_codes) == (False, None, None)
    assert details()[-1] == {"mfa": "off"}
    with pytest.raises(InvalidTransition):
        disable_mfa(user=user, password=PASSWORD, code="000000", by=self_of(user), at=at)
    with pytest.raises(TokenInvalid):
        check_code(user=user, code="000000", at=at)


def test_au9_a_reset_takes_the_factor_away_and_logs_out(roles, at):
    user, owner = make_staff("admin"), make_actor("super_admin")
    enrol(user, at)
    start_session(user=user, at=at)
    reset_mfa(user=user, by=owner, at=at)
    user.refresh_from_db()
    assert (user.mfa_enabled, user.mfa_secret, user.tokens_valid_after) == (False, None, at)
    assert not user.refresh_tokens.filter(revoked_at__isnull=True).exists()
    last = StationAuditLog.objects.order_by("created_at", "pk").last()
    assert (last.details, last.permissions_used) == ({"mfa": "reset"}, ["user.disable"])


def test_r5_nobody_resets_their_own_and_only_the_owner_others(station, at):
    owner, admin = make_staff("super_admin"), make_actor("admin", station)
    with pytest.raises(PermissionDenied):
        reset_mfa(user=owner, by=self_of(owner), at=at)
    with pytest.raises(PermissionDenied):
        reset_mfa(user=owner, by=admin, at=at)


@pytest.mark.parametrize(
    ("role", "is_bound"),
    [("super_admin", True), ("admin", True), ("station_manager", False), ("customer", False)],
)
def test_au8_who_must_enrol_and_when(roles, at, role, is_bound):
    user = UserFactory(role=role, activated_at=at)
    assert not must_enrol_mfa(user, at=at + timedelta(days=7) - timedelta(microseconds=1))
    assert must_enrol_mfa(user, at=at + timedelta(days=7)) is is_bound
    user.mfa_enabled = True
    assert not must_enrol_mfa(user, at=at + timedelta(days=8))
