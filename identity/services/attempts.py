"""AU-5: counting password attempts before they are checked, for known and unknown e-mails alike.

An attempt is counted first and its password checked afterwards, without a lock: however many run at once,
only five passwords are looked at between two locks. Known e-mails keep the count in their row, unknown ones
in a mark under a hash of the e-mail.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction

from common.crypto.blind_index import blind_index
from common.db.locks import advisory_xact_locks, lock_key
from events.services.marks import read_mark, write_mark
from identity.exceptions import AccountLocked
from identity.lockout import LEVEL_MEMORY, LockState
from identity.models import User

MEMORY = timedelta(days=30)
"""How long failures for an unknown e-mail are remembered."""
LEVEL_DIGIT = 10

COLUMNS = ("failed_login_attempts", "lockout_level", "locked_until")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A counted attempt: whose it is, its number since the last success or lock, the states around it."""

    email: str
    user: User | None
    number: int
    before: LockState
    after: LockState


@transaction.atomic
def count_attempt(*, email: str, at: datetime) -> Attempt:
    """Count an attempt and return it; raises AccountLocked while the e-mail is locked.

    The fifth in a row locks at once, before its password is checked; `forget_attempts` takes that back.
    """
    user = User.objects.select_for_update(no_key=True).filter(email=email).first()
    before = _state_of(user) if user else _state_of_unknown(email, at)
    if before.locked_until is not None and before.is_locked(at):
        raise AccountLocked(locked_until=before.locked_until, at=at)
    after = before.after_attempt(at)
    attempt = Attempt(email=email, user=user, number=before.attempts + 1, before=before, after=after)
    if user:
        _write(user, after, locked_at=at if after.is_locked(at) else user.last_locked_at)
    else:
        _write_unknown(email, after, at)
    return attempt


@transaction.atomic
def forget_attempts(attempt: Attempt) -> None:
    """Clear the count after the right password, and the lock when this very attempt had set it."""
    if attempt.user is None:
        return
    user = User.objects.select_for_update(no_key=True).get(pk=attempt.user.pk)
    now = _state_of(user)
    own_lock = attempt.after.locked_until is not None and now == attempt.after
    kept = attempt.before if own_lock else now
    cleared = LockState(level=kept.level, locked_until=kept.locked_until)
    if cleared != now:
        _write(user, cleared, locked_at=user.last_locked_at)


@transaction.atomic
def uncount_attempt(attempt: Attempt) -> None:
    """Take back this one attempt and leave the failures before it: the password was right, the code is due.

    Else whoever knows the password could clear the count between two guesses of the code.
    """
    if attempt.user is None:
        return
    user = User.objects.select_for_update(no_key=True).get(pk=attempt.user.pk)
    now = _state_of(user)
    if attempt.after.locked_until is not None and now == attempt.after:
        _write(user, attempt.before, locked_at=user.last_locked_at)
    elif now.attempts:
        _write(user, replace(now, attempts=now.attempts - 1), locked_at=user.last_locked_at)


def clear_lock(user: User) -> None:
    """Forget failures, lock and level of a locked row."""
    _write(user, LockState(), locked_at=user.last_locked_at)


def _state_of(user: User) -> LockState:
    return LockState(user.failed_login_attempts, user.lockout_level, user.locked_until)


def _write(user: User, state: LockState, *, locked_at: datetime | None) -> None:
    user.failed_login_attempts, user.lockout_level = state.attempts, state.level
    user.locked_until, user.last_locked_at = state.locked_until, locked_at
    user.save(update_fields=[*COLUMNS, "last_locked_at", "updated_at"])


def _key(email: str) -> str:
    return f"lockout:{blind_index(email, kind='email').hex()}"


def _state_of_unknown(email: str, at: datetime) -> LockState:
    key = _key(email)
    advisory_xact_locks([lock_key(key)])
    mark = read_mark(key=key, at=at)
    if mark is None:
        return LockState()
    (level, attempts), expires_at = divmod(mark[0], LEVEL_DIGIT), mark[1]
    # A lock keeps its mark for as long as its level counts, so the mark's expiry tells the lock's end.
    return LockState(attempts, level, expires_at - LEVEL_MEMORY if level else None)


def _write_unknown(email: str, state: LockState, at: datetime) -> None:
    expires_at = state.locked_until + LEVEL_MEMORY if state.locked_until else at + MEMORY
    write_mark(key=_key(email), value=state.level * LEVEL_DIGIT + state.attempts, expires_at=expires_at)
