"""Who knows the password (AU-4, AU-5), and what follows: tokens for the API, a session for the admin."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction

from common import context
from common.actors import GuestActor
from common.crypto.blind_index import ip_hash
from common.crypto.normalize import normalize_email
from identity.actors import UserActor
from identity.enums import AuditAction
from identity.exceptions import AccountLocked, AccountNotActive, InvalidCredentials
from identity.lockout import attempts_left
from identity.models import User
from identity.services.attempts import Attempt, count_attempt, forget_attempts
from identity.services.audit import audit_log
from identity.services.passwords import matches, needs_new_hash
from identity.services.sessions import TokenPair, lock_user, start_session


@dataclass(frozen=True, slots=True, kw_only=True)
class LogIn:
    """A successful log-in: the account and its tokens."""

    user: User
    tokens: TokenPair
    mfa_required: bool = False


def log_in(*, email: str, password: str, at: datetime) -> LogIn:
    """Exchange e-mail and password for tokens; every outcome is audited.

    Raises InvalidCredentials for a wrong password and an unknown e-mail alike, AccountLocked while locked,
    AccountNotActive for the right password of an account that may not act. What a refusal counts, stays.
    """
    user = verify_credentials(email=email, password=password, at=at)
    with transaction.atomic():
        locked = _enter(user, password, door="api", at=at)
        return LogIn(user=locked, tokens=start_session(user=locked, at=at))


@transaction.atomic
def enter_admin(*, user: User, password: str, at: datetime) -> User:
    """Note that a verified staff account opens an admin session; returns the account."""
    return _enter(user, password, door="admin", at=at)


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
    return user


def check_counted(attempt: Attempt, password: str) -> None:
    """Check the password of a counted attempt; raises InvalidCredentials, which is audited."""
    if not matches(attempt.user, password):
        note_refusal(outcome=InvalidCredentials.code, user=attempt.user)
        raise InvalidCredentials(attempts_left=attempts_left(attempt.number))
    forget_attempts(attempt)


def note_refusal(*, outcome: str, user: User | None) -> None:
    """Audit a refused log-in; nobody is named as its actor, since nobody has shown who they are."""
    audit_log.record(
        action=AuditAction.LOGIN,
        resource_type="user",
        resource_id=str(user.pk) if user else "",
        by=GuestActor(),
        details={"outcome": outcome},
        success=False,
        error_message=outcome,
    )


def _enter(user: User, password: str, *, door: str, at: datetime) -> User:
    locked = lock_user(user.pk)
    if locked is None or not locked.is_active:
        raise AccountNotActive  # suspended since the password was checked
    locked.last_login, locked.last_login_ip_hash = at, ip_hash(context.client_ip())
    locked.last_activity_at = at
    fields = ["last_login", "last_login_ip_hash", "last_activity_at", "updated_at"]
    if needs_new_hash(locked):
        locked.password = make_password(password)
        fields.append("password")
    locked.save(update_fields=fields)
    by = UserActor(id=locked.pk, role=locked.role)
    audit_log.record(
        action=AuditAction.LOGIN,
        resource_type="user",
        resource_id=str(locked.pk),
        by=by,
        details={"outcome": "ok", "door": door},
    )
    return locked
