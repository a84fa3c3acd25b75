"""The second factor of an account (AU-8, AU-9): set up, switch on, switch off, take away."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from common.actors import Actor
from common.exceptions import InvalidTransition, NotFound
from identity.enums import AuditAction
from identity.models import User
from identity.services.account_states import locked_for
from identity.services.attempts import count_attempt
from identity.services.audit import audit_log
from identity.services.log_in import check_counted
from identity.services.one_time_codes import check_code
from identity.services.sessions import cut_off, lock_user
from identity.totp import new_backup_codes, new_secret, provisioning_uri, qr_svg

ON, OFF, PREPARED = "on", "off", "set_up"
FIELDS = ("mfa_enabled", "mfa_secret", "mfa_backup_codes", "mfa_last_step")


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """What an authenticator app needs: the secret, its otpauth address, and that as an inline SVG QR code."""

    secret: str
    otpauth_uri: str
    qr_svg: str


@transaction.atomic
def begin_enrolment(*, user: User) -> Enrolment:
    """Give the account a fresh secret, which counts from `finish_enrolment` on; refuses while MFA is on."""
    locked = _own(user)
    if locked.mfa_enabled:
        raise InvalidTransition(from_=ON, allowed=[OFF])
    locked.mfa_secret, locked.mfa_last_step = new_secret(), None
    locked.save(update_fields=["mfa_secret", "mfa_last_step", "updated_at"])
    return enrolment_of(locked)


def enrolment_of(user: User) -> Enrolment:
    """Return what to show an account whose secret is set up; raises InvalidTransition without one."""
    if user.mfa_enabled or user.mfa_secret is None:
        raise InvalidTransition(from_=ON if user.mfa_enabled else OFF, allowed=[PREPARED])
    uri = provisioning_uri(user.mfa_secret, account=user.email)
    return Enrolment(secret=user.mfa_secret, otpauth_uri=uri, qr_svg=qr_svg(uri))


def finish_enrolment(*, user: User, code: str, by: Actor, at: datetime) -> list[str]:
    """Switch MFA on once the app shows the right code; returns the ten backup codes, shown this once.

    Raises InvalidTransition (not set up, or on already), MfaCodeInvalid, AccountLocked.
    """
    current = User.objects.live().filter(pk=user.pk).first()
    if current is None:
        raise NotFound
    enrolment = enrolment_of(current)
    check_code(user=current, code=code, at=at)
    with transaction.atomic():
        locked = _own(user)
        if locked.mfa_enabled or locked.mfa_secret != enrolment.secret:
            raise InvalidTransition(from_=ON if locked.mfa_enabled else PREPARED, allowed=[PREPARED])
        codes = new_backup_codes()
        locked.mfa_enabled, locked.mfa_backup_codes = True, codes
        locked.save(update_fields=["mfa_enabled", "mfa_backup_codes", "updated_at"])
        _record(locked, by=by, state=ON)
    return codes


def disable_mfa(*, user: User, password: str, code: str, by: Actor, at: datetime) -> None:
    """Switch MFA off for whoever knows the password and has a code (AU-9).

    Raises InvalidTransition while it is off, InvalidCredentials, MfaCodeInvalid, AccountLocked.
    """
    current = User.objects.live().filter(pk=user.pk).first()
    if current is None or not current.mfa_enabled:
        raise InvalidTransition(from_=OFF, allowed=[PREPARED])
    check_counted(count_attempt(email=current.email, at=at), password)
    check_code(user=current, code=code, at=at)
    with transaction.atomic():
        locked = _own(user)
        _wipe(locked)
        _record(locked, by=by, state=OFF)


@transaction.atomic
def reset_mfa(*, user: User, by: Actor, at: datetime) -> User:
    """Take the second factor of somebody else away and log them out everywhere (AU-2, AU-9).

    Raises PermissionDenied without `user.disable`, also for oneself.
    """
    locked = locked_for(user, code="user.disable", by=by)
    _wipe(locked)
    cut_off(locked, at=at)
    _record(locked, by=by, state="reset", permissions=["user.disable"])
    return locked


def _own(user: User) -> User:
    locked = lock_user(user.pk)
    if locked is None or locked.deleted_at is not None:
        raise NotFound
    return locked


def _wipe(user: User) -> None:
    user.mfa_enabled, user.mfa_last_step = False, None
    user.mfa_secret, user.mfa_backup_codes = None, None
    user.save(update_fields=[*FIELDS, "updated_at"])


def _record(user: User, *, by: Actor, state: str, permissions: list[str] | None = None) -> None:
    audit_log.record(
        action=AuditAction.UPDATE,
        resource_type="user",
        resource_id=str(user.pk),
        by=by,
        permissions=permissions or (),
        details={"mfa": state},
    )
