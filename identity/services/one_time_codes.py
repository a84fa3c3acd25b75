"""Checking a one-time code of an account: counted like a password (AU-5), accepted once (AU-8)."""

from datetime import datetime

from django.db import transaction

from identity.exceptions import AccountLocked, MfaCodeInvalid, TokenInvalid
from identity.lockout import attempts_left
from identity.models import User
from identity.services.attempts import count_attempt, forget_attempts
from identity.services.refused_log_ins import note_refusal
from identity.services.sessions import lock_user
from identity.totp import accepted_step, matching_backup_code


def check_code(*, user: User, code: str, at: datetime) -> None:
    """Accept a code of the authenticator app or a backup code, which is used up thereby.

    Raises MfaCodeInvalid, AccountLocked; both are audited, and what a failure counts, stays.
    """
    try:
        attempt = count_attempt(email=user.email, at=at)
    except AccountLocked:
        note_refusal(outcome=AccountLocked.code, user=None)
        raise
    if not _take(user, code, at=at):
        note_refusal(outcome=MfaCodeInvalid.code, user=user)
        raise MfaCodeInvalid(attempts_left=attempts_left(attempt.number))
    forget_attempts(attempt)


@transaction.atomic
def _take(user: User, code: str, *, at: datetime) -> bool:
    locked = lock_user(user.pk)
    if locked is None or locked.mfa_secret is None:
        raise TokenInvalid
    step = accepted_step(locked.mfa_secret, code, at=at, last_step=locked.mfa_last_step)
    if step is not None:
        locked.mfa_last_step = step
        locked.save(update_fields=["mfa_last_step", "updated_at"])
        return True
    unused = list(locked.mfa_backup_codes or [])
    found = matching_backup_code(unused, code)
    if found is None:
        return False
    locked.mfa_backup_codes = [stored for stored in unused if stored != found]
    locked.save(update_fields=["mfa_backup_codes", "updated_at"])
    return True
