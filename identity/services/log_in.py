"""Who knows the password and the code (AU-4, AU-5, AU-9), and what follows: tokens, or an admin session."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction

from common import context
from common.crypto.blind_index import ip_hash
from common.crypto.normalize import normalize_email
from identity.actors import UserActor
from identity.enums import AuditAction
from identity.exceptions import (
    AccountLocked,
    AccountNotActive,
    InvalidCredentials,
    TokenExpired,
    TokenInvalid,
)
from identity.lockout import attempts_left
from identity.models import User
from identity.services.addresses import note_new_address
from identity.services.attempts import Attempt, count_attempt, forget_attempts, uncount_attempt
from identity.services.audit import audit_log
from identity.services.one_time_codes import check_code
from identity.services.passwords import matches, needs_new_hash
from identity.services.refused_log_ins import note_refusal
from identity.services.sessions import TokenPair, lock_user, start_session
from identity.vouchers import Purpose, UnreadableVoucher, issue_voucher, read_voucher

MFA_TOKEN_LIFETIME = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogIn:
    """A log-in: the account and its tokens, or, while a one-time code is due, the token to send it with."""

    user: User
    tokens: TokenPair | None = None
    mfa_token: str | None = None

    @property
    def mfa_required(self) -> bool:
        return self.tokens is None


def log_in(*, email: str, password: str, at: datetime) -> LogIn:
    """Exchange e-mail and password for tokens, with MFA on for a token to send the code with (AU-9).

    Every outcome is audited. Raises InvalidCredentials for a wrong password and an unknown e-mail alike,
    AccountLocked while locked, AccountNotActive for the right password of an account that may not act. What a
    refusal counts, stays.
    """
    return open_session(user=verify_credentials(email=email, password=password, at=at), at=at)


def open_session(*, user: User, at: datetime) -> LogIn:
    """Return the log-in of an account that has shown who it is, by password or by its provider's word."""
    if user.mfa_enabled:
        return LogIn(user=user, mfa_token=issue_mfa_token(user, at=at))
    with transaction.atomic():
        locked = _enter(user, door="api", at=at)
        return LogIn(user=locked, tokens=start_session(user=locked, at=at))


def complete_log_in(*, mfa_token: str, code: str, at: datetime) -> LogIn:
    """Exchange the token of the first step and a one-time code for tokens.

    Raises TokenInvalid, TokenExpired, MfaCodeInvalid, AccountLocked, AccountNotActive.
    """
    user = verify_code(mfa_token=mfa_token, code=code, at=at)
    with transaction.atomic():
        locked = _enter(user, door="api", at=at)
        return LogIn(user=locked, tokens=start_session(user=locked, at=at))


@transaction.atomic
def enter_admin(*, user: User, at: datetime) -> User:
    """Note that a verified staff account opens an admin session; returns the account."""
    return _enter(user, door="admin", at=at)


def issue_mfa_token(user: User, *, at: datetime) -> str:
    """Return the token that stands for the first step of a log-in: 5 minutes, for this purpose only."""
    return issue_voucher(Purpose.MFA, user, at=at, lifetime=MFA_TOKEN_LIFETIME)


def verify_credentials(*, email: str, password: str, at: datetime) -> User:
    """Return the active account that the credentials belong to; raises as `log_in` does."""
    try:
        attempt = count_attempt(email=normalize_email(email), at=at)
    except AccountLocked:
        note_refusal(outcome=AccountLocked.code, user=None)
        raise
    check_counted(attempt, password)
    user = attempt.user
    if user is None or not user.is_active or user.deleted_at is not None:
        note_refusal(outcome=AccountNotActive.code, user=user)
        raise AccountNotActive
    if needs_new_hash(user):
        _renew_hash(user, password)
    return user


def verify_code(*, mfa_token: str, code: str, at: datetime) -> User:
    """Return the account whose first step the token stands for, once its code is right."""
    try:
        voucher = read_voucher(Purpose.MFA, mfa_token)
    except UnreadableVoucher:
        raise TokenInvalid from None
    if at >= voucher.expires_at:
        raise TokenExpired
    user = User.objects.live().filter(pk=voucher.user_id, mfa_enabled=True).first()
    if user is None or not voucher.holds_for(user):
        raise TokenInvalid
    check_code(user=user, code=code, at=at)
    return user


def check_counted(attempt: Attempt, password: str) -> None:
    """Check the password of a counted attempt; raises InvalidCredentials, which is audited."""
    if not matches(attempt.user, password):
        note_refusal(outcome=InvalidCredentials.code, user=attempt.user)
        raise InvalidCredentials(attempts_left=attempts_left(attempt.number))
    if attempt.user is not None and attempt.user.mfa_enabled:
        uncount_attempt(attempt)
    else:
        forget_attempts(attempt)


@transaction.atomic
def _renew_hash(user: User, password: str) -> None:
    locked = lock_user(user.pk)
    if locked is not None and locked.password == user.password:
        user.password = locked.password = make_password(password)
        locked.save(update_fields=["password", "updated_at"])


def _enter(user: User, *, door: str, at: datetime) -> User:
    locked = lock_user(user.pk)
    if locked is None or not locked.is_active:
        raise AccountNotActive  # suspended since the password was checked
    hashed, by = ip_hash(context.client_ip()), UserActor(id=locked.pk, role=locked.role)
    note_new_address(user=locked, by=by, at=at)
    locked.last_login, locked.last_login_ip_hash, locked.last_activity_at = at, hashed, at
    locked.save(update_fields=["last_login", "last_login_ip_hash", "last_activity_at", "updated_at"])
    audit_log.record(
        action=AuditAction.LOGIN,
        resource_type="user",
        resource_id=str(locked.pk),
        by=by,
        details={"outcome": "ok", "door": door},
    )
    return locked
